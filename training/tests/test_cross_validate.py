"""What surrounds the folds: which answers fit a temperature, which recordings calibrate a module, whose answers the tables hold."""

import argparse
import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from .support import dataset_of, need

need("tensorflow", "keras", "pyworld", "scipy", "tqdm", "wasmtime", "matplotlib")

from training import ablation, cross_validate
from training.data import protocols
from training.data.protocols import LOSO, RANDOM, split
from training.judging import fold_calibration
from training.judging import folds as judging_folds
from training.judging.fold_answers import gathered
from training.judging.fold_calibration import calibrated_folds, calibration_runs
from training.judging.folds import Fold
from training.judging.trials import settings_of_trial, trial_base
from training.learning.settings import described, settings_of

SPEAKERS = ("03", "08", "09", "10", "11", "12", "13", "14", "15", "16")  # those of EMO-DB, for the development folds
DATA = dataset_of({speaker: np.random.default_rng(int(speaker)).integers(1, 12, 7).tolist() for speaker in SPEAKERS})


def options(*arguments: str) -> argparse.Namespace:
    with mock.patch.object(sys, "argv", ["cross_validate", *arguments]):
        return cross_validate.parse_options()


def folds(protocol: str, run: Path = Path("runs")) -> list[Fold]:
    parts = [split(DATA, protocol, name, True) for name in protocols.fold_names(DATA, protocol)]
    return [Fold(run / part.fold, part, temperature=1.5, threshold=0.25) for part in parts]


class Options(unittest.TestCase):
    def test_they_are_settings_for_every_fold(self):
        found = settings_of(options("--protocol", "loso", "-ln", "focal"))
        self.assertEqual((found.protocol, found.gamma), ("loso", 2.0))


class Calibration(unittest.TestCase):
    """The features are the index of a recording, and so are the logits, so that each number shows whose it is."""

    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = Path(work.name)

    def calibrate(self, *arguments: str, threshold: float | None = 0.7, least: int = 30) -> tuple[list[Fold], list[tuple[np.ndarray, np.ndarray]], dict]:
        """The folds, (indices, labels) of each fit of a temperature, and what is written."""
        fits = []

        def fit(logits: np.ndarray, labels: np.ndarray) -> float:
            fits.append((logits[:, 0].astype(int), labels))
            return 1.0 + len(fits)

        given = options(*arguments, "--runs", str(self.work), "--results", str(self.work))
        given.fold = None
        with mock.patch.multiple(
            fold_calibration,
            trained_model=lambda run: None,
            logits_of_model=lambda model, weights, features: np.repeat(features[:, np.newaxis], 7, axis=1),
            fit_temperature=fit,
            threshold_for=lambda labels, probabilities, accuracy: threshold,
            content_hash=lambda *_: "hash",
            calibration_runs=lambda settings, dataset, shape, given: calibration_runs(settings, dataset, (184, 40), given),
            LEAST_ACCEPTED=least,
        ):
            text = io.StringIO()
            with contextlib.redirect_stdout(text):
                found = calibrated_folds(settings_of(given), DATA, np.arange(len(DATA.recordings), dtype=np.float64), given)
            self.said = text.getvalue()
        [written] = self.work.glob("calibration-*.json")
        return found, fits, json.loads(written.read_text())

    def finish(self, kind: str, names: list[str]) -> None:
        for name in names:
            (self.work / kind / name).mkdir(parents=True)
            for file in ("weights.npz", "result.json"):
                (self.work / kind / name / file).touch()

    def finish_development(self, *options: str) -> None:
        """The runs of the trials that ship, as `training.ablation` with these options leaves them in self.work/ablation."""
        with mock.patch.object(sys, "argv", ["ablation", *options]):
            base = trial_base(settings_of(ablation.parse_options()))
        for trial in ("the recipe", "focal loss", "micro, distilled from full"):
            for name in protocols.DEVELOPMENT_FOLDS:
                run = self.work / "ablation" / trial / name
                run.mkdir(parents=True, exist_ok=True)
                own = described(settings_of_trial(trial, name, base, self.work / "ablation"), DATA, (184, 40), "hash")
                (run / "settings.json").write_text(json.dumps(own))
                for file in ("weights.npz", "result.json"):
                    (run / file).touch()

    def assert_no_own_recordings(self, found: list[Fold], fits: list[tuple[np.ndarray, np.ndarray]], written: dict) -> None:
        """Each fold's temperature is fitted on what it does not test; the one of all answers, on all of them."""
        self.assertEqual(len(fits), 11)
        for fold, (recordings, labels) in zip(found, fits):
            self.assertFalse(set(recordings.tolist()) & set(fold.parts.test.tolist()))
            np.testing.assert_array_equal(DATA.labels[recordings], labels)
            self.assertEqual(written["folds"][fold.parts.fold], {"temperature": fold.temperature, "threshold": fold.threshold})
        self.assertEqual([fold.temperature for fold in found], [float(number) for number in range(2, 12)])
        self.assertEqual((written["temperature"], written["answers"]), (12.0, len(fits[-1][0])))

    def test_by_validation_parts(self):
        for protocol in (RANDOM, LOSO):
            names = protocols.fold_names(DATA, protocol)
            self.finish(f"{protocol}-full-ce", names)
            found, fits, written = self.calibrate("--protocol", protocol)
            self.assert_no_own_recordings(found, fits, written)
            judges = [split(DATA, protocol, name, True).validation for name in names]
            np.testing.assert_array_equal(fits[-1][0], np.concatenate(judges))
            (self.work / f"calibration-{protocol}-full-ce.json").unlink()

    def test_in_loso_all_other_speakers_fit_it(self):
        self.finish("loso-full-ce", protocols.fold_names(DATA, LOSO))
        found, fits, _ = self.calibrate("--protocol", "loso")
        for fold, (recordings, _) in zip(found, fits):
            np.testing.assert_array_equal(np.sort(recordings), np.flatnonzero(DATA.speakers != fold.parts.fold))

    def by_trial(self, name: str, *options: str) -> tuple[str, ...]:
        """Options of a cross-validation that the runs of a trial calibrate."""
        return ("--protocol", "loso", "--no-validation", "--calibration-runs", str(self.work / "ablation" / name), *options)

    def test_without_validation_by_other_runs(self):
        self.finish_development()
        found, fits, written = self.calibrate(*self.by_trial("the recipe"))
        self.assert_no_own_recordings(found, fits, written)
        speakers = {speaker for pair in protocols.DEVELOPMENT_FOLDS.values() for speaker in pair}
        self.assertEqual(set(DATA.speakers[fits[-1][0]]), speakers)
        for fold in found:
            self.assertEqual(len(fold.parts.validation), 0)

    def test_where_no_threshold_is_good_enough_nothing_is_accepted(self):
        self.finish("loso-full-ce", protocols.fold_names(DATA, LOSO))
        found, _, written = self.calibrate("--protocol", "loso", threshold=None)
        self.assertEqual({fold.threshold for fold in found} | {written["threshold"]}, {1.0})
        self.assertIn("every answer will be uncertain", self.said)

    def test_too_few_answers_set_no_threshold(self):
        self.finish("loso-full-ce", protocols.fold_names(DATA, LOSO))
        found, _, written = self.calibrate("--protocol", "loso", least=len(DATA.recordings) + 1)
        self.assertEqual({fold.threshold for fold in found} | {written["threshold"]}, {0.0})
        self.assertIn(f"{len(DATA.recordings)} validation answers are too few", self.said)
        _, _, written = self.calibrate("--protocol", "loso", least=len(DATA.recordings))
        self.assertEqual((written["threshold"], self.said), (0.7, ""))
        self.calibrate("--protocol", "loso", "-v", "0", least=len(DATA.recordings) + 1)
        self.assertEqual(self.said, "")

    def test_runs_with_other_settings_are_refused(self):
        micro = ("--width", "micro", "--teacher-kinds", "loso-full-ce", "loso-full-focal")
        shipped = {"the recipe": (), "focal loss": ("-ln", "focal"), "micro, distilled from full": micro}
        for options, said in (
            (("--seed", "2"), "its seed is 2, not 1"),
            (("--epochs", "3"), "its epochs is 3, not 200"),
            (("--set", "mixup=0"), "its mixup is 0.0, not 0.3"),
            (("-id", "2"), "its input_duration is 2.0, not 3.0"),
        ):
            self.finish_development(*options)
            for trial, kind in shipped.items():
                with self.assertRaisesRegex(ValueError, said):
                    self.calibrate(*self.by_trial(trial, *kind))
                self.calibrate(*self.by_trial(trial, *kind, *options))
                [written] = self.work.glob("calibration-*.json")
                written.unlink()

    def test_runs_of_another_trial_are_refused(self):
        self.finish_development()
        for trial, kind, said in (
            ("the recipe", ("--width", "micro"), "its width is full, not micro"),
            ("the recipe", ("-ln", "focal"), "its loss_name is cross_entropy, not focal"),
            ("focal loss", ("-ln", "focal", "--gamma", "3"), "its gamma is 2.0, not 3.0"),
            ("micro, distilled from full", ("--width", "micro"), "it has 2 teachers, not 0"),
        ):
            with self.assertRaisesRegex(ValueError, said):
                self.calibrate(*self.by_trial(trial, *kind))

    def test_runs_on_other_recordings_are_refused(self):
        self.finish_development()
        path = self.work / "ablation" / "the recipe" / "08" / "settings.json"
        path.write_text(path.read_text().replace('"hash"', '"other"'))
        with self.assertRaisesRegex(ValueError, f"{path.parent}: its data is other"):
            self.calibrate(*self.by_trial("the recipe"))

    def test_a_missing_or_unfinished_run_is_refused(self):
        for file in ("weights.npz", "result.json"):
            self.finish_development()
            (self.work / "ablation" / "the recipe" / "12" / file).unlink()
            with self.assertRaisesRegex(ValueError, "the recipe/12: there is no finished run.*--calibration-runs"):
                self.calibrate(*self.by_trial("the recipe"))
        with self.assertRaisesRegex(ValueError, "no such trial: there are no runs"):
            self.calibrate(*self.by_trial("no such trial"))

    def test_an_unfinished_fold_is_refused(self):
        self.finish("loso-full-ce", protocols.fold_names(DATA, LOSO)[1:])
        with self.assertRaisesRegex(ValueError, "no finished run"):
            self.calibrate("--protocol", "loso")


class Tables(unittest.TestCase):
    def test_each_utterance_has_the_answer_of_the_fold_that_tests_it(self):
        for protocol in (RANDOM, LOSO):
            every = folds(protocol)
            answers = [np.eye(7)[(fold.parts.test + 3) % 7] for fold in every]
            found = gathered(DATA, every, answers)
            self.assertEqual(sorted(found.utterances), sorted(recording.utterance for recording in DATA.recordings))
            index_of = {recording.utterance: index for index, recording in enumerate(DATA.recordings)}
            for row, utterance in enumerate(found.utterances):
                index = index_of[utterance]
                self.assertEqual(found.labels[row], DATA.labels[index])
                self.assertEqual(found.probabilities[row].argmax(), (index + 3) % 7)
                fold = next(fold for fold in every if fold.parts.fold == found.folds[row])
                self.assertIn(index, fold.parts.test)

    def test_the_sidecar_names_kind_and_fold(self):
        fold = Fold(Path("training/runs/loso-full-ce/03"), folds(LOSO)[0].parts, 1.2, 0.6)
        self.assertEqual(fold.sidecar, {"id": "loso-full-ce-03", "acceptThreshold": 0.6})


class Training(unittest.TestCase):
    def test_each_fold_has_its_own_run_and_learns_from_teachers_of_the_same_fold(self):
        submitted = []

        class Pool:
            def __init__(self, *_, **__):
                pass

            def __enter__(self):
                return self

            def __exit__(self, *_):
                pass

            def submit(self, function, settings, dataset, folder, jobs, verbose):
                submitted.append((settings, folder))
                return mock.Mock()

        given = options("--protocol", "loso", "--runs", "the runs", "--teacher-kinds", "loso-full-ce", "loso-full-focal")
        with contextlib.ExitStack() as stack:
            given.fold = None
            for name, value in {
                "load_variants": mock.Mock(),
                "ProcessPoolExecutor": Pool,
                "as_completed": lambda tasks: tasks,
                "tqdm": lambda tasks, *_, **__: tasks,
            }.items():
                stack.enter_context(mock.patch.object(judging_folds, name, value))
            judging_folds.train_folds(settings_of(given), DATA, given)
        self.assertEqual([settings.fold for settings, _ in submitted], sorted(set(DATA.speakers)))
        for settings, folder in submitted:
            self.assertEqual(folder, Path("the runs", "loso-full-ce", settings.fold))
            teachers = tuple(str(Path("the runs", kind, settings.fold)) for kind in ("loso-full-ce", "loso-full-focal"))
            self.assertEqual(settings.teachers, teachers)


if __name__ == "__main__":
    unittest.main()
