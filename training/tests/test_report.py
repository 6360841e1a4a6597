"""The model card's tables from files made up here: what stands in them is what the files say."""

import contextlib
import csv
import io
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from .support import need

need("matplotlib", "scipy")

from training.dataset import EMODB_CLASS_OF_LETTER
from training.metrics import score
from training.predictions import Predictions, file_name, write_predictions
from training.report import NEVER_JUDGED, write_report

CLASSES = tuple(EMODB_CLASS_OF_LETTER.values())
SPEAKERS = ("03", "08", "09", "10", "11", "12")
TABLES = ("accuracy", "published", "agreement", "speakers", "calibration", "robustness", "ablation")
CARD = "# Card\n\n" + "\n".join(f"before {name}\n<!-- {name} -->\noutdated\n<!-- end -->\nafter {name}\n" for name in TABLES)


def predictions(seed: int, sharpness: float) -> Predictions:
    """60 utterances; the larger `sharpness`, the more of the answers are right."""
    rng = np.random.default_rng(seed)
    labels = np.arange(60) % len(CLASSES)
    logits = np.random.default_rng(0).normal(size=(60, len(CLASSES))) + 0.01 * rng.normal(size=(60, len(CLASSES)))
    logits[np.arange(60), labels] += sharpness
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return Predictions(
        [f"u{index:02}" for index in range(60)], [SPEAKERS[index % 6] for index in range(60)], CLASSES, labels, probabilities.astype(np.float32)
    )


def write_rows(path: Path, rows: list[tuple]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


class Report(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.results, self.card = Path(folder.name, "results"), Path(folder.name, "README.md")
        self.results.mkdir()
        self.card.write_text(CARD)

    def report(self) -> str:
        with contextlib.redirect_stdout(io.StringIO()):
            write_report(self.results, self.card)
        return self.card.read_text()

    def row(self, text: str, table: str, name: str) -> list[str]:
        inside = text.split(f"<!-- {table} -->\n")[1].split("<!-- end -->")[0]
        [line] = [line for line in inside.splitlines() if line.startswith(f"| {name} |")]
        return [cell.strip() for cell in line.strip("|").split("|")]

    def write_all(self) -> dict[str, Predictions]:
        sets = {"float32": predictions(1, 2.0), "int8": predictions(2, 1.8)}
        for precision, answers in sets.items():
            write_predictions(self.results / file_name("loso", precision, "full", "ce"), answers)
            write_predictions(self.results / file_name("random", precision, "full", "ce"), answers)
        folds = {speaker: {"temperature": 2.0, "threshold": 0.5} for speaker in SPEAKERS}
        (self.results / "calibration-loso-full-ce.json").write_text(json.dumps({"temperature": 2.0, "threshold": 0.5, "folds": folds}))
        noise = [("clean", "anger", "anger"), ("clean", "fear", "fear"), ("rain 10 dB", "anger", "anger"), ("rain 10 dB", "fear", "anger")]
        rows = [(condition, f"u{index}", true, predicted) for index, (condition, true, predicted) in enumerate(noise)]
        write_rows(self.results / "robustness-loso-full-ce.csv", [("condition", "utterance", "true", "predicted"), *rows])
        trial = [("the recipe", "03", "u1", kind, "anger", answer) for kind, answer in (("clean", "anger"), ("real", "fear"))]
        write_rows(self.results / "ablation.csv", [("trial", "fold", "utterance", "input", "true", "predicted"), *trial])
        return sets

    def test_tables_hold_what_the_files_say(self):
        sets = self.write_all()
        text = self.report()
        for precision, answers in sets.items():
            scores = score(answers.labels, answers.probabilities)
            cells = self.row(text, "accuracy", f"loso, full, cross entropy, {precision}")
            self.assertTrue(cells[1].startswith(f"{100 * scores.ua:.1f} ("), cells)
            self.assertTrue(cells[2].startswith(f"{100 * scores.wa:.1f} ("), cells)
            self.assertTrue(cells[3].startswith(f"{100 * scores.f1:.1f} ("), cells)
        same = np.mean(sets["float32"].probabilities.argmax(1) == sets["int8"].probabilities.argmax(1))
        self.assertEqual(self.row(text, "agreement", "loso, full, cross entropy, int8")[1], f"{100 * same:.1f}")
        self.assertEqual(self.row(text, "robustness", "clean")[1:], ["100.0", "100.0"])
        self.assertEqual(self.row(text, "robustness", "rain 10 dB")[1:], ["50.0", "50.0"])
        self.assertEqual(self.row(text, "ablation", "the recipe")[1:], ["100.0", "100.0", "0.0", "0.0"])
        calibration = self.row(text, "calibration", "loso, full, cross entropy")
        accepted = sets["int8"].probabilities.max(axis=1) >= 0.5
        self.assertEqual(calibration[1], "2.00 to 2.00")
        self.assertEqual(calibration[5], f"{100 * accepted.mean():.1f}")

    def test_speakers_on_whom_nothing_was_chosen_stand_together(self):
        answers = self.write_all()["int8"]
        chosen = np.isin(answers.folds, NEVER_JUDGED)
        scores = score(answers.labels[chosen], answers.probabilities[chosen])
        cells = self.row(self.report(), "speakers", "the four on whom nothing was chosen")
        self.assertEqual(cells[1:], [str(chosen.sum()), f"{100 * scores.ua:.1f}", f"{100 * scores.wa:.1f}"])

    def test_only_the_tables_change_and_twice_is_the_same(self):
        self.write_all()
        text = self.report()
        for name in TABLES:
            self.assertIn(f"before {name}\n<!-- {name} -->\n", text)
            self.assertIn(f"<!-- end -->\nafter {name}\n", text)
        self.assertNotIn("outdated", text)
        self.assertEqual(self.report(), text)
        self.assertTrue((self.results / "pictures" / "confusion-loso-full.svg").exists())

    def test_other_order_of_utterances_is_put_right(self):
        sets = self.write_all()
        answers = sets["int8"]
        backwards = Predictions(answers.utterances[::-1], answers.folds[::-1], CLASSES, answers.labels[::-1], answers.probabilities[::-1])
        before = self.row(self.report(), "agreement", "loso, full, cross entropy, int8")
        write_predictions(self.results / file_name("loso", "int8", "full", "ce"), backwards)
        self.assertEqual(self.row(self.report(), "agreement", "loso, full, cross entropy, int8"), before)

    def test_no_predictions_and_no_place_for_a_table(self):
        with self.assertRaisesRegex(ValueError, "cross_validate"):
            self.report()
        self.write_all()
        self.card.write_text(CARD.replace("<!-- speakers -->", ""))
        with self.assertRaisesRegex(ValueError, "speakers"):
            self.report()


if __name__ == "__main__":
    unittest.main()
