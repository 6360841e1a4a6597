"""Tables and goals of a cross-validation on corpora: every number is where it belongs."""

import tempfile
import unittest
from pathlib import Path

from .scored import cells, scores

from training.results.acceptance import SHIPPED
from training.results.corpora_goals import goals_table
from training.results.corpora_scores import chosen, read_scores
from training.results.corpora_tables import tables
from training.results.robustness_file import Row, robustness_path, write_rows


class Reports(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = Path(work.name)


class Goals(Reports):
    def test_reached_and_missed(self):
        every = [
            scores(self.work, "loso", "full", "free", {"EMO-DB": 0.85}),
            scores(self.work, "loso", "micro", "free", {"EMO-DB": 0.84}),
            scores(self.work, "reference", "full", "free", {"EMO-DB": 0.95}),
            scores(self.work, "loco", "full", "any", {"RAVDESS": 0.54, "nEMO": 0.48}),
            scores(self.work, "speakers", "full", "any", {"EMO-DB": 0.82, "nEMO": 0.71}),
        ]
        rows = [Row(condition, str(number), "ab"[number % 2], "ab"[number % 2] if number < right else "ba"[number % 2]) for condition, right in {"clean": 20, "real car 10 dB": 19, "room 1.5 m": 18}.items() for number in range(20)]
        write_rows(robustness_path(self.work, every[0].kind), rows)
        found = cells(goals_table(every))
        self.assertEqual(found["EMO-DB, speakers left out, full: UA %"], ["at least 87", "85.0", "89.0", "91.0", "no"])
        self.assertEqual(found["EMO-DB, speakers left out, full, adapted: UA %"], ["at least 90", "85.0", "89.0", "91.0", "no"])
        self.assertEqual(found["micro less full: UA, points"], ["at least -1.5", "-1.0", "-1.0", "-1.0", "yes"])
        self.assertEqual(found["the papers' own protocol (inflated), full: UA %"][:2], ["at least 94.94", "95.00"])
        self.assertEqual(found["real car 10 dB, full: UA lost against clean, points"], ["at most 4", "5.0", "", "", "no"])
        self.assertEqual(found["room 1.5 m, full: UA lost against clean, points"][1], "10.0")
        self.assertEqual(found["unseen RAVDESS, world: UA % of 6 classes"], ["at least 52", "54.0", "58.0", "60.0", "yes"])
        self.assertEqual(found["unseen RAVDESS, world: UA % of anger, fear, happiness, neutral, sadness"][1], "56.0")
        self.assertEqual(found["unseen nEMO, world: activation, area under the curve"], ["at least 0.88", "0.780", "", "", "no"])
        self.assertEqual(found["EMO-DB, speakers unseen, world less full: UA, points"][1], "-3.0")
        self.assertEqual(found["unseen nEMO, world: right of the accepted, %"], ["at least 65", "48.0", "48.0", "48.0", "no"])
        self.assertEqual(found["sounds without a voice, full: accepted, %"], ["at most 3", "2.0", "", "", "yes"])
        self.assertFalse(any("unseen EMO-DB" in name or "speakers mixed" in name for name in found), "not measured")

    def test_nothing_measured_is_a_table_without_rows(self):
        self.assertEqual(cells(goals_table([])), {})


class Tables(Reports):
    def test_each_way_and_corpus(self):
        found = tables(scores(self.work, "loco", "full", "any", {"RAVDESS": 0.54, "nEMO": 0.48}))
        self.assertEqual(cells(found["int8 modules"])["nEMO, adapted"], ["1", "9", "52.0 (42.0 to 62.0)", "52.0 (42.0 to 62.0)", "52.0 (42.0 to 62.0)", "5.0"])
        self.assertEqual(cells(found["float32 and int8"]), {"RAVDESS, unadapted": ["53.0", "54.0", "+1.0"], "nEMO, unadapted": ["47.0", "48.0", "+1.0"]})
        self.assertEqual(set(cells(found["By speaker"])), {"x", "y"})
        self.assertNotIn("By style", found, "all have the same")
        self.assertNotIn("Robustness (EMO-DB)", found)
        self.assertEqual(cells(found["Activation and valence"])["activation, nEMO, unadapted"], ["9", "0.780", "0.480", "48.0", "50.0"])

    def test_what_is_taken_for_a_voice(self):
        its = scores(self.work, "loco", "full", "any", {"nEMO": 0.48})
        title = "Speech and other sounds that are taken for a voice"
        self.assertEqual(cells(tables(its)[title]), {"nEMO": ["98.0", "99.0"], "backgrounds, all": ["2.0", ""], "backgrounds, made-up": ["0.0", ""], "backgrounds, street": ["2.0", ""]})
        del its.whole["voices"]
        self.assertNotIn(title, tables(its), "written before there were voice heads")

    def test_a_module_that_does_not_adapt(self):
        its = scores(self.work, "strangers", "full", "free", {"nEMO": 0.48})
        for ways in (its.whole["answers"], its.whole["groups"]):
            for way in [way for way in ways if "adapted" in way]:
                del ways[way]
        fits = its.whole["acceptance"]["largest probability"]
        fits["order"], fits["fits"][SHIPPED]["corpora"]["nEMO"], its.whole["voices"]["corpora"]["nEMO"] = None, {"": {"coverage": 0.3, "right": None}}, {"": 0.98}
        found = tables(its)
        self.assertEqual(cells(found["int8 modules"]).keys(), {"nEMO, unadapted"})
        self.assertEqual(cells(found["What is accepted"]), {f"largest probability, {SHIPPED}, nEMO": ["", "30.0", "", "", ""]})
        self.assertEqual(cells(found["Speech and other sounds that are taken for a voice"])["nEMO"], ["98.0", ""])

    def test_inflated_figures_say_so(self):
        self.assertTrue(all("inflated" in title for title in tables(scores(self.work, "reference", "full", "free", {"EMO-DB": 0.9}))))


class Files(Reports):
    def test_which_is_chosen(self):
        every = [scores(self.work, "loso", width, "free", {"EMO-DB": 0.8}) for width in ("micro", "full")]
        self.assertIs(chosen(every, "loso", "full", "free"), every[1])
        self.assertIsNone(chosen(every, "loso", "full", "any"))

    def test_other_files_are_refused(self):
        for text, said in (("[", "not a file of scores"), ("[]", "not a file of scores"), ('{"kind": "x"}', "it has no acceptance, answers")):
            path = self.work / "x.json"
            path.write_text(text)
            with self.assertRaisesRegex(ValueError, f"^{path}: .*{said}"):
                read_scores(path)


if __name__ == "__main__":
    unittest.main()
