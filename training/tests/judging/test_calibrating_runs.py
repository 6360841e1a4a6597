"""Runs that calibrate another cross-validation on corpora: what is refused, and whose answers are taken."""

import dataclasses
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from ..support import need

need("tensorflow", "keras", "pyworld", "scipy", "tqdm", "wasmtime", "matplotlib")

from training.data.protocols import LOCO, LOSO, SPEAKERS
from training.judging import calibrating_runs
from training.judging.acceptance import calibrated, held_back_of
from training.judging.calibrating_runs import calibrating_splits
from training.learning.settings import default_settings, described

from .test_acceptance import corpora, folds_of

SETTINGS = dataclasses.replace(default_settings("-dn", "corpora", "--no-validation", "--epochs", "3"), protocol=LOCO, fold="a")
NAMES = ("0", "1")


class Refused(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.runs, self.dataset = Path(folder.name), corpora()
        for name, value in {"load_centers": np.zeros((1, 184, 40)), "corpora_hash": "hash", "fold_names": NAMES, "split": "parts"}.items():
            patch = mock.patch.object(calibrating_runs, name, return_value=value)
            patch.start()
            self.addCleanup(patch.stop)
        for name in NAMES:
            self.write(name)

    def write(self, name: str, **changes) -> None:
        (self.runs / name).mkdir(exist_ok=True)
        its = described(dataclasses.replace(SETTINGS, protocol=SPEAKERS, fold=name), self.dataset, (184, 40), "hash") | changes
        for file, text in {"settings.json": json.dumps(its), "weights.npz": "", "result.json": "{}"}.items():
            (self.runs / name / file).write_text(text)

    def test_runs_of_the_same_recipe_are_taken(self):
        self.assertEqual(calibrating_splits(SETTINGS, self.dataset, self.runs), ["parts"] * 2)

    def test_others_are_not(self):
        for changes, why in (({"protocol": LOSO}, "its protocol is loso, not speakers"), ({"width": "micro"}, "its width is micro, not full"), ({"data": "other"}, "its data is other, not hash")):
            self.write("1", **changes)
            with self.assertRaisesRegex(ValueError, f"/1: {why}; name runs with the same settings with --calibration-runs$"):
                calibrating_splits(SETTINGS, self.dataset, self.runs)
        (self.runs / "1" / "result.json").unlink()
        with self.assertRaisesRegex(ValueError, "/1: there is no finished run; --calibration-runs names the folder of a cross-validation with --protocol speakers"):
            calibrating_splits(SETTINGS, self.dataset, self.runs)


class Answers(unittest.TestCase):
    def test_what_a_fold_tests_is_left_out(self):
        dataset = corpora()
        folds, outside = folds_of(dataset, LOCO, validate=False), folds_of(dataset, LOSO, validate=False)
        found = held_back_of(dataset, folds, 0, LOCO, outside)
        self.assertEqual(set(found.corpora), {"b", "c"})
        self.assertEqual(len(found.labels), int((dataset.corpora != "a").sum()))
        self.assertEqual(set(held_back_of(dataset, folds, None, LOCO, outside).corpora), set("abc"))

    def test_they_decide_the_threshold(self):
        """The networks that are judged are surely wrong, those of the runs surely right."""
        dataset = corpora()
        outside = folds_of(dataset, LOSO, validate=False)
        folds = [dataclasses.replace(fold, logits={way: np.roll(its, 1, axis=1) for way, its in fold.logits.items()}) for fold in folds_of(dataset, LOCO, validate=False)]
        self.assertEqual(calibrated(dataset, folds, LOCO).threshold, 1)
        self.assertLess(calibrated(dataset, folds, LOCO, outside).threshold, 1)


if __name__ == "__main__":
    unittest.main()
