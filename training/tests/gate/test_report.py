"""docs/voice-gate.md has the tables of bench/results/gate.json."""

import json
import unittest

from training.gate.report import PAGE, RESULTS, with_tables


class Page(unittest.TestCase):
    def test_the_tables_are_those_of_the_results(self):
        page, results = PAGE.read_text(), json.loads(RESULTS.read_text())
        self.assertEqual(page, with_tables(page, results), "run python -m training.gate.report")
        self.assertEqual(page.count("<!-- end -->"), 4)
        results["falseStartsAMinuteInAll"]["gate"] += 1
        self.assertNotEqual(page, with_tables(page, results))
