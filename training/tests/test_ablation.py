"""The rows of the ablation table: which recordings, in which inputs, and the three crops of test-time augmentation."""

import argparse
import csv
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from .support import dataset_of, need

need("tensorflow", "keras", "pyworld", "scipy", "tqdm", "wasmtime", "matplotlib")

from training import ablation
from training.data import protocols
from training.data.dataset import Recording
from training.judging import trial_answers
from training.judging.trial_answers import NOISY_VARIANTS, TEST_TIME_AUGMENTATION, answers, crops, write_answers
from training.judging.trials import RECIPE, TRIALS, settings_of_trial
from training.learning.settings import settings_of
from training.results.ablation_file import Row

SPEAKERS = ("03", "08", "09", "10", "11", "12", "13", "14", "15", "16")  # those of EMO-DB, for the development folds
DATA = dataset_of({speaker: np.random.default_rng(int(speaker)).integers(1, 4, 7).tolist() for speaker in SPEAKERS})
COUNT = len(DATA.recordings)


def base() -> "ablation.Settings":
    with mock.patch.object(sys, "argv", ["ablation"]):
        options: argparse.Namespace = ablation.parse_options()
    options.fold = None
    return settings_of(options)


class Trials(unittest.TestCase):
    def test_each_differs_from_the_recipe_in_what_it_names(self):
        settings = base()
        seen = {}
        for name in TRIALS:
            trial = settings_of_trial(name, "03", settings, Path("runs"))
            self.assertNotIn(trial, seen.values(), name)
            seen[name] = trial
        self.assertEqual(seen["the recipe"].recipe, settings.recipe)
        self.assertEqual(seen["windows of 4 s"].input_duration, 4.0)
        self.assertEqual(seen["micro, distilled from full"].teachers, ("runs/the recipe/03", "runs/focal loss/03"))


class FakeFrontEnd:
    """Its features are the first and the last sample of a recording."""

    window = 10

    def read_wav(self, path: Path) -> np.ndarray:
        return np.arange(int(path.stem))

    def features(self, samples: np.ndarray) -> np.ndarray:
        excess = max(0, len(samples) - self.window)
        samples = samples[excess // 2 : excess // 2 + self.window]
        return np.array([[samples[0], samples[-1]]], np.float32)


class Crops(unittest.TestCase):
    def of(self, length: int) -> list[list[float]]:
        return crops(Recording(Path(f"{length}.wav"), "u", "03", "", 0), FakeFrontEnd())[:, 0].tolist()

    def test_begin_center_and_end_of_what_is_longer(self):
        self.assertEqual(self.of(30), [[0, 9], [10, 19], [20, 29]])

    def test_three_times_the_same_of_what_is_not(self):
        for length in (1, 9, 10):
            self.assertEqual(self.of(length), [[0, length - 1]] * 3)


class InFolder(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = Path(work.name)


class Answers(InFolder):
    """The features are a recording's index, 1,000 more for each noisy variant, and 100,000 more among voices; the network's answer is that modulo
    7."""

    def finish(self, name: str, folds: tuple[str, ...] = tuple(protocols.DEVELOPMENT_FOLDS)) -> None:
        for fold in folds:
            (self.work / name / fold).mkdir(parents=True)
            for file in ("weights.npz", "result.json"):
                (self.work / name / fold / file).touch()

    def answers(self, name: str) -> list[tuple[str, ...]]:
        indices = np.arange(COUNT, dtype=np.float64)
        self.durations = []

        def loaded(values: np.ndarray):
            return lambda dataset, *rest: self.durations.append(next(value for value in rest if isinstance(value, float))) or values

        def in_babble(dataset, fold: str, input_type: str, duration: float) -> np.ndarray:
            self.durations.append(duration)
            return protocols.split(DATA, protocols.DEVELOPMENT, fold, True).validation + 100_000.0

        with mock.patch.multiple(
            trial_answers,
            load_clean=loaded(indices),
            load_variants=loaded(indices[:, np.newaxis] + 1000 * np.arange(1, 20)),
            trained_model=lambda run: run,
            logits_of_model=lambda model, weights, features: np.eye(7)[(features.reshape(len(features), -1)[:, 0] % 7).astype(int)],
            load_front_end=mock.Mock(),
            in_babble=in_babble,
            crops=lambda recording, front_end: np.array([[[DATA.recordings.index(recording)]], [[3]], [[3]]]),
        ):
            return answers(name, base(), DATA, self.work)

    def test_each_validation_recording_is_answered_clean_and_in_noise(self):
        self.finish("no mixup")
        rows = self.answers("no mixup")
        validation = [
            (fold, index) for fold in protocols.DEVELOPMENT_FOLDS for index in protocols.split(DATA, protocols.DEVELOPMENT, fold, True).validation
        ]
        self.assertEqual(len(rows), len(validation) * (1 + NOISY_VARIANTS + 1))
        expected = [
            ("no mixup", fold, DATA.recordings[index].utterance, "clean", DATA.classes[DATA.recordings[index].label], DATA.classes[index % 7])
            for fold, index in validation
        ]
        self.assertEqual([row for row in rows if row[3] == "clean"], expected)
        answered = [DATA.classes[(index + 1000 * number) % 7] for number in range(1, 1 + NOISY_VARIANTS) for index in (validation[0][1],)]
        of_first = [row for row in rows if row[1:4] == (validation[0][0], expected[0][2], "real")]
        self.assertEqual([row[5] for row in of_first], answered)
        self.assertEqual([row[5] for row in rows if row[3] == "babble"], [DATA.classes[(index + 100_000) % 7] for _, index in validation])

    def test_a_trial_with_cepstral_mean_subtraction_answers_with_it_too(self):
        self.finish("cepstral mean subtraction")
        self.finish("no mixup")
        asked = []
        with mock.patch.object(trial_answers, "subtract_mean", lambda features, silence, share: asked.append(share) or features):
            for name in ("cepstral mean subtraction", "no mixup"):
                self.answers(name)
        half = len(asked) // 2
        self.assertEqual((set(asked[:half]), set(asked[half:])), ({1.0}, {0.0}))

    def test_the_recipe_has_test_time_augmentation_too(self):
        self.finish("the recipe")
        asked = [row for row in self.answers("the recipe") if row[0] == TEST_TIME_AUGMENTATION]
        self.assertTrue(asked)
        self.assertEqual({row[3] for row in asked}, {"clean"})
        self.assertEqual({row[5] for row in asked}, {DATA.classes[3]})  # two of three say so

    def test_longer_windows_are_tested_with_longer_windows(self):
        self.finish("windows of 4 s")
        self.assertTrue(self.answers("windows of 4 s"))
        self.assertEqual(set(self.durations), {4.0})

    def test_rows_of_trials_that_did_not_run_here_stay(self):
        path = self.work / "ablation.csv"
        kept = [("no offsets", "03", "u", "clean", "anger", "fear"), ("no mixup", "03", "old", "clean", "anger", "fear")]
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([Row._fields, (RECIPE, *kept[0][1:]), (TEST_TIME_AUGMENTATION, *kept[0][1:]), *kept])
        with mock.patch.object(trial_answers, "answers", lambda name, *_: [("no mixup", "03", "new", "clean", "fear", "fear")] if name == "no mixup" else []):
            write_answers(path, base(), DATA, self.work)
        with path.open(newline="") as file:
            rows = list(csv.reader(file))
        self.assertEqual([(row[0], row[2]) for row in rows[1:]], [(RECIPE, "u"), (TEST_TIME_AUGMENTATION, "u"), ("no mixup", "new"), ("no offsets", "u")])
        self.assertEqual(tuple(rows[0]), Row._fields)

    def test_a_trial_that_is_not_finished_has_no_rows(self):
        self.finish("no mixup", ("03", "08"))
        self.assertEqual(self.answers("no mixup"), [])


class Babble(unittest.TestCase):
    """Samples of a recording are all its index + 1: they show whose voice it is."""

    def test_the_voices_are_those_of_the_training_part(self):
        calls = []

        class FakeFrontEnd:
            def read_wav(self, path: Path) -> np.ndarray:
                return np.full(100, 32 * (1 + next(index for index, recording in enumerate(DATA.recordings) if recording.path == path)))

            def features(self, samples: np.ndarray) -> np.ndarray:
                return samples[:1]

        def noisy(kind: str, ratio: float):
            self.assertEqual((kind, ratio), ("babble", 10))
            return lambda samples, others, rng: calls.append((samples[0], {other[0] for other in others})) or samples + rng.random() / 100

        with mock.patch.multiple(trial_answers, load_front_end=lambda *_: FakeFrontEnd(), noisy=noisy):
            first = trial_answers.in_babble.__wrapped__(DATA, "08", "mfcc", 3.0)
            again = trial_answers.in_babble.__wrapped__(DATA, "08", "mfcc", 3.0)
        parts = protocols.split(DATA, protocols.DEVELOPMENT, "08", True)
        values = lambda indices: [32 * (1 + index) / 32768 for index in indices]
        self.assertEqual([own for own, _ in calls], values(parts.validation) * 2)
        for _, others in calls:
            self.assertEqual(others, set(values(parts.train)))
        np.testing.assert_array_equal(first, again)


class Needed(InFolder):
    def test_the_variants_of_a_trial_and_those_of_validation_are_made(self):
        for name, kinds in {
            "vocal tract length alone": {"plain", "tract", "real"},
            "talkers among the noises": {"plain", "voice", "real", "crowd"},
            "no mixup": {"plain", "voice", "real"},
        }.items():
            made = set()
            with (
                mock.patch.object(sys, "argv", ["ablation", "--runs", str(self.work), "--trials", name]),
                mock.patch.multiple(
                    ablation,
                    read_dataset=lambda *_: mock.Mock(content=""),
                    load_variants=lambda dataset, kind, *_: made.add(kind),
                    train_trials=mock.Mock(),
                    write_answers=lambda path, *_: self.assertEqual(path.parent, self.work / "ablation"),
                ),
            ):
                ablation.main()
            self.assertEqual(made, kinds)


if __name__ == "__main__":
    unittest.main()
