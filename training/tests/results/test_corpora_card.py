"""The model card of the models that ship, from scores made up here: the table for everybody, goals that were missed, confusions, pictures."""

import contextlib
import io
import shutil
import tempfile
import unittest
from pathlib import Path

import numpy as np

from ..support import need
from .scored import cells, scores

need("matplotlib", "scipy")

from training.report import CARD, write_corpora_report
from training.results.confusions import Heard, emospeech_verdict, heard_wrong, page, sentences
from training.results.corpora_card import NOT_MEASURED, blocks
from training.results.corpora_goals import missed_list
from training.results.corpora_scores import read_all_scores, scores_in
from training.results.people_table import people_table
from training.results.predictions import RESULTS
from training.results.robustness_file import Row, robustness_path, write_rows

NEVER = "it has never learned from"


class Cards(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = Path(work.name, "results")
        self.work.mkdir()
        self.card = Path(work.name, "README.md")

    def write_all(self) -> None:
        scores(self.work, "loco", "full", "any", {"RAVDESS": 0.54, "nEMO": 0.48, "emospeech": 0.29})
        scores(self.work, "speakers", "full", "any", {"EMO-DB": 0.82, "emospeech": 0.47})
        scores(self.work, "loso", "micro", "free", {"EMO-DB": 0.84})
        full = scores(self.work, "loso", "full", "free", {"EMO-DB": 0.85})
        scores(self.work, "reference", "full", "free", {"EMO-DB": 0.95})
        scores(self.work, "strangers", "full", "free", {"nEMO": 0.41})
        right = {"clean": 20, "babble 10 dB": 14, "rain 10 dB": 18, "telephone": 16, "room 3.0 m": 18}
        rows = [Row(condition, str(number), "ab"[number % 2], "ab"[number % 2] if number < most else "ba"[number % 2]) for condition, most in right.items() for number in range(20)]
        write_rows(robustness_path(self.work, full.kind), rows)

    def report(self) -> str:
        shutil.copy(CARD, self.card)
        with contextlib.redirect_stdout(io.StringIO()):
            write_corpora_report(scores_in(self.work), self.work, self.card)
        return self.card.read_text()


class People(Cards):
    def test_each_situation(self):
        self.write_all()
        found = cells(people_table(scores_in(self.work)))
        self.assertEqual(found["An actor from Berlin whom it has never heard, in a studio"], ["1", "100", "85", "82"])
        self.assertEqual(found["The same, after it heard him or her for half a minute, in all moods"], ["1", "100", "91", "88"])
        self.assertEqual(found["The actor from Berlin; six people talk nearby, half as loud (10 dB)"][2:], ["70", ""])
        self.assertEqual(found["The actor from Berlin, over a telephone"][2:], ["80", ""])
        self.assertEqual(found["The actor from Berlin, 3 m away in an echoing room"][2:], ["90", ""])
        self.assertEqual(found[f"English-speaking actors (RAVDESS); {NEVER} them"][2:], ["", "54"])
        self.assertEqual(found[f"Polish actors (nEMO); {NEVER} Polish"][2:], ["41", "48"])
        self.assertEqual(found[f"People who are not actors, single words, their own microphones (emospeech); {NEVER} them"][2:], ["", "29"])
        self.assertEqual(found["Excited or calm: the actor from Berlin"], ["2", "50", "85", "82"])
        self.assertEqual(found["Excited or calm: Polish actors (nEMO)"], ["2", "50", "41", "48"])
        self.assertEqual(found["Recorded noises: taken for a voice, of 100 (fewer is better)"], ["", "", "2", "2"])
        self.assertEqual(found["Hum, tones, music, silence: taken for a voice, of 100 (fewer is better)"], ["", "", "0", "0"])
        self.assertFalse(any("neutral" in name for name in found), "not measured")

    def test_models_that_answer_different_classes_have_both_numbers(self):
        self.write_all()
        every = scores_in(self.work)
        [full] = [its for its in every if (its.model, its.whole["protocol"]) == ("full", "loso")]
        full.whole["answers"]["int8"]["EMO-DB"]["recall"] = [0.8] * 4
        self.assertEqual(cells(people_table(every))["An actor from Berlin whom it has never heard, in a studio"][:2], ["4 and 1", "25 and 100"])

    def test_nothing_measured(self):
        self.assertEqual(people_table([]), "")


class Missed(Cards):
    def test_only_what_was_missed(self):
        self.write_all()
        lines = missed_list(scores_in(self.work)).splitlines()
        self.assertIn("- **EMO-DB, speakers left out, full: UA %**: 85.0 instead of at least 87", lines)
        self.assertIn("- **EMO-DB, speakers left out, full, adapted: UA %**: 89.0 instead of at least 90", lines)
        self.assertIn("- **babble 10 dB, full: UA lost against clean, points**: 30.0 instead of at most 15", lines)
        self.assertFalse(any("unseen RAVDESS, world: UA % of 6" in line for line in lines), "reached")

    def test_none(self):
        self.assertEqual(missed_list([scores(self.work, "random", "full", "free", {"EMO-DB": 0.99})]), "None of those that were measured.")
        self.assertEqual(missed_list([]), "")


class Confusions(Cards):
    def test_the_most_frequent_mistakes_by_share(self):
        """Boredom, neutral, anger: of 10, 20 and 100."""
        counts = np.array([[4, 6, 0], [5, 15, 0], [0, 30, 70]])
        text = sentences(Heard("", "", ("boredom", "neutral", "anger"), counts))
        self.assertEqual(
            text,
            "It takes 60 of 100 bored utterances for neutral, 30 of 100 angry ones for neutral and 25 of 100 neutral ones for bored. "
            "It answers angry to 54 of 100 utterances; 77 of 100 are.",
        )

    def test_one_mistake_and_none(self):
        self.assertTrue(sentences(Heard("", "", ("fear", "anger"), np.array([[1, 1], [0, 2]]))).startswith("It takes 50 of 100 fearful utterances for angry. "))
        self.assertTrue(sentences(Heard("", "", ("fear", "anger"), np.array([[2, 0], [0, 2]]))).startswith("It makes no mistake. "))

    def test_which_are_shown(self):
        self.write_all()
        found = heard_wrong(scores_in(self.work))
        names = ["loco-world-RAVDESS", "loco-world-nEMO", "loco-world-emospeech", "speakers-world-emospeech", "loso-full-EMO-DB"]
        self.assertEqual([its.file for its in found], [f"confusion-{name}.svg" for name in names])
        np.testing.assert_array_equal(found[0].counts, [[6, 3], [0, 0]])
        text = page(scores_in(self.work))
        for its in found:
            self.assertIn(f"\n## {its.title}\n\nIt takes 33 of 100 a utterances for b. It answers a to 67 of 100 utterances; 100 of 100 are.\n\n![", text)

    def test_classes_that_the_corpus_lacks_are_left_out(self):
        its = scores(self.work, "loco", "full", "any", {"nEMO": 0.5})
        its.whole["classes"], its.whole["answers"]["int8"]["nEMO"]["confusion"] = ["a", "b", "c"], [[2, 0, 1], [0, 0, 0], [0, 0, 4]]
        [found] = heard_wrong([its])
        self.assertEqual(found.classes, ("a", "c"))
        np.testing.assert_array_equal(found.counts, [[2, 1], [0, 4]])

    def test_emospeech(self):
        for ua, said in ((0.349, "34.9 % UA of 1 classes .* less than 35 %: its labels teach next to nothing"), (0.35, "35.0 % .* more than the 35 %")):
            self.assertRegex(emospeech_verdict([scores(self.work, "speakers", "full", "any", {"emospeech": ua})]), said)
        self.assertEqual(emospeech_verdict([scores(self.work, "speakers", "full", "any", {"EMO-DB": 0.8})]), "")


class Card(Cards):
    def test_tables(self):
        self.write_all()
        found = blocks(scores_in(self.work))
        self.assertEqual(cells(found["accuracy"])["speakers left out, full, EMO-DB"], ["1", "9", "85.0 (75.0 to 95.0)", "89.0", "91.0", "85.0", "85.0"])
        self.assertIn("corpus unseen, world, nEMO", cells(found["accuracy"]))
        self.assertEqual(cells(found["published"])["**full, this one**"], ["int8", "the best on the test fold (inflated)", "95.00", "95.00", "95.00"])
        self.assertEqual(cells(found["precision"])["speakers unseen, world, EMO-DB"], ["81.0", "82.0", "+1.0"])
        self.assertEqual(cells(found["robustness"])["telephone"], ["80.0"])
        self.assertEqual(cells(found["accepted"])["corpus unseen, world, nEMO"], ["30.0", "48.0"] * 3)
        self.assertEqual(cells(found["voiceless"])["speakers left out, micro"], ["2.0", "2.0", "0.0", ""])
        self.assertEqual(cells(found["dimensions"])["activation, corpus unseen, world, nEMO"], ["0.780", "", "", "48.0", "50.0"])

    def test_written_twice_it_is_the_same(self):
        self.write_all()
        text = self.report()
        self.assertNotIn(NOT_MEASURED, text)
        self.assertEqual(self.report(), text)
        pictures = {path.name for path in (self.work / "pictures").iterdir()}
        shown = [part.split(")")[0] for file in (self.card, self.card.parent / "confusions.md") for part in file.read_text().split("](results/pictures/")[1:]]
        self.assertEqual(pictures, set(shown), "every picture is shown, and none is missing")
        self.assertIn("## loco-full-ce-corpora-any-running", (self.card.parent / "tables.md").read_text())

    def test_what_was_not_measured_says_so(self):
        self.assertEqual(set(blocks([]).values()), {NOT_MEASURED})
        self.report()

    def test_no_scores(self):
        with self.assertRaisesRegex(ValueError, "cross_validate"):
            read_all_scores(self.work)

    def test_a_place_is_missing(self):
        self.write_all()
        self.card.write_text(CARD.read_text().replace("<!-- missed -->", ""))
        with self.assertRaisesRegex(ValueError, "missed"):
            write_corpora_report(scores_in(self.work), self.work, self.card)

    def test_the_card_that_ships_is_what_its_files_give(self):
        if RESULTS.is_dir():
            shutil.copytree(RESULTS, self.work, dirs_exist_ok=True, ignore=shutil.ignore_patterns("pictures"))
        self.report()
        for name in ("README.md", "confusions.md", "tables.md"):
            self.assertEqual((self.card.parent / name).read_text(), (CARD.parent / name).read_text(), f"{name}: run `python -m training.report`")
        drawn, shipped = (sorted(path.name for path in folder.glob("pictures/*")) for folder in (self.work, RESULTS))
        self.assertEqual(drawn, shipped)


if __name__ == "__main__":
    unittest.main()
