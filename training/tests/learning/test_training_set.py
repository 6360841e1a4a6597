"""What is learned from: targets, teachers, and which teachers are refused."""

import dataclasses
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from ..support import as_int16, need, need_tools, random_dataset, vowel, with_files

need("tensorflow", "keras", "pyworld", "scipy", "wasmtime")
need_tools()

from scipy.special import softmax

from training.data.dataset import Dataset
from training.data.front_end import INPUT_TYPES, load_front_end
from training.data.variants import content_hash
from training.learning import distillation, training_set
from training.learning.batches import offset
from training.learning.cepstral_mean import spread_of_means, subtract_mean
from training.learning.distillation import check_teacher, teachers_answers
from training.learning.recipe import Recipe
from training.learning.settings import Settings, described
from training.learning.training_set import kinds_of, load_training_set
from training.network.loss import smooth

SETTINGS = Settings(
    dataset_name="EMO-DB",
    audio_type="all",
    input_type="mfcc",
    input_duration=3.0,
    loss_name="cross_entropy",
    gamma=0.0,
    width="micro",
    protocol="loso",
    fold="03",
    validate=True,
    keep="best",
    seed=1,
    recipe=Recipe(),
    teachers=(),
)
DATA = random_dataset(0, speakers=4)
OTHER_DATA = random_dataset(1, speakers=4)


def setUpModule():
    """Gives the recordings files, in a folder of each dataset."""
    global DATA, OTHER_DATA
    work = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(work.cleanup)
    DATA, OTHER_DATA = (with_files(data, Path(work.name, name)) for data, name in ((DATA, "one"), (OTHER_DATA, "other")))


class TeacherFolders(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.folder = Path(work.name)

    def teacher(self, name: str = "teacher", data: Dataset | None = None, **others) -> Path:
        """The folder of a finished run with other settings than SETTINGS."""
        folder = self.folder / name
        folder.mkdir()
        settings, data = dataclasses.replace(SETTINGS, **others), data or DATA
        content = content_hash(data, settings.input_type, settings.input_duration)
        (folder / "settings.json").write_text(json.dumps(described(settings, data, (184, 40), content)))
        for file in ("weights.npz", "result.json"):
            (folder / file).touch()
        return folder


class CheckTeacher(TeacherFolders):
    def test_the_same_part_is_accepted(self):
        check_teacher(self.teacher("one"), SETTINGS, own())
        other = self.teacher("two", width="full", loss_name="focal", gamma=2.0, seed=9, keep="last", recipe=Recipe(epochs=3))
        check_teacher(other, SETTINGS, own())

    def test_another_part_is_refused(self):
        others = {
            "fold": "08",
            "protocol": "random",
            "validate": False,
            "dataset_name": "folders",
            "audio_type": "acted",
            "input_type": "spectrogram",
            "input_duration": 2.0,
        }
        for name, value in others.items():
            with self.assertRaises(ValueError) as caught:
                check_teacher(self.teacher(name, **{name: value}), SETTINGS, own())
            self.assertIn(f"its {name} is {value}", str(caught.exception))
            self.assertNotIn("\n", str(caught.exception))

    def test_another_normalization_is_refused(self):
        """Its student's batches are normalized as the student's."""
        corpora = dataclasses.replace(SETTINGS, dataset_name="corpora", normalization="running")
        own_settings, teacher = described(corpora, DATA, (184, 40), own()), self.teacher()

        def check(**others) -> None:
            (teacher / "settings.json").write_text(json.dumps(own_settings | others))
            check_teacher(teacher, corpora, own())

        check()
        check(recipe=own_settings["recipe"] | {"epochs": 3})
        with self.assertRaisesRegex(ValueError, "its normalization is none, not running"):
            check(normalization="none")
        with self.assertRaisesRegex(ValueError, r"its horizon is 64, not 512\.0"):
            check(recipe=own_settings["recipe"] | {"horizon": 64})

    def test_a_fold_of_the_other_protocol_is_refused(self):
        with self.assertRaises(ValueError):
            check_teacher(self.teacher(protocol="random", fold="0"), dataclasses.replace(SETTINGS, protocol="all", fold="all"), own())

    def test_other_recordings_are_refused(self):
        """A fold of other recordings is another fold: what tests here may have trained there."""
        teacher = self.teacher(data=OTHER_DATA)
        with self.assertRaisesRegex(ValueError, str(teacher)):
            check_teacher(teacher, SETTINGS, own())

    def test_an_unfinished_run_is_refused(self):
        teachers = []
        for file in ("weights.npz", "result.json"):
            teachers.append(self.teacher(f"without {file}"))
            (teachers[-1] / file).unlink()
        for folder in (*teachers, self.folder / "missing"):
            with self.assertRaisesRegex(ValueError, "no finished run"):
                check_teacher(folder, SETTINGS, own())


def own() -> str:
    """The hash of the recordings of the run that has teachers."""
    return content_hash(DATA, SETTINGS.input_type, SETTINGS.input_duration)


class Loaded(TeacherFolders):
    def load(self, recipe: Recipe = Recipe(), teachers: tuple[str, ...] = (), train: np.ndarray = np.arange(20)) -> training_set.TrainingSet:
        variants = np.random.default_rng(0).normal(size=(len(DATA.recordings), 2, 4, 3)).astype(np.float16)
        front_end = mock.Mock()
        front_end.silent_frame.return_value = np.array([-10, 0, 0], np.float32)
        self.asked = []

        def logits(model: float, _, features: np.ndarray) -> np.ndarray:
            self.asked.append(features)
            return model * features[:, 0, :1] * np.arange(7, dtype=np.float32)

        strengths = {str(teacher): strength for teacher, strength in zip(teachers, (1.0, 3.0))}
        with (
            mock.patch.multiple(training_set, load_variants=lambda *_: variants, load_front_end=lambda *_: front_end),
            mock.patch.multiple(distillation, trained_model=lambda folder: strengths[str(folder)], logits_of_model=logits),
        ):
            self.variants = variants
            clean = np.full((len(DATA.recordings), 4, 3), np.nan, np.float32)
            clean[train] = np.random.default_rng(1).normal(size=(len(train), 4, 3))
            self.clean = clean
            return load_training_set(dataclasses.replace(SETTINGS, recipe=recipe, teachers=teachers), DATA, train, clean, 1)


class Targets(Loaded):
    def test_without_teachers_they_are_the_smoothed_labels(self):
        found = self.load(Recipe(label_smoothing=0.2))
        self.assertEqual(found.shares, [Recipe().plain, Recipe().voice, Recipe().real])
        self.assertEqual(len(found.variants), 3)
        for targets in found.targets:
            self.assertEqual(targets.dtype, np.float32)
            np.testing.assert_allclose(targets[:, 0], smooth(np.eye(7)[DATA.labels], 0.2), rtol=1e-6)

    def test_only_the_kinds_with_a_share(self):
        found = self.load(Recipe(voice=0, real=0))
        self.assertEqual((len(found.variants), len(found.targets), found.shares), (1, 1, [Recipe().plain]))
        self.assertEqual(kinds_of(Recipe(plain=0, voice=0.4, real=0)), {"voice": 0.4})

    def test_teachers_have_their_share(self):
        teachers = tuple(str(self.teacher(name)) for name in ("one", "two"))
        train = np.array([3, 4, 50, 7])
        found = self.load(Recipe(distillation=0.6, label_smoothing=0), teachers, train)
        for targets in found.targets:
            self.assertEqual((targets.dtype, targets.shape), (np.float32, (len(DATA.recordings), 2, 7)))
            logits = self.variants[train].astype(np.float32)[:, :, 0, :1] * np.arange(7, dtype=np.float32)
            right = 0.4 * np.eye(7)[DATA.labels[train]][:, np.newaxis] + 0.6 * (softmax(logits, axis=2) + softmax(3 * logits, axis=2)) / 2
            np.testing.assert_allclose(targets[train], right, rtol=1e-4, atol=1e-6)
            np.testing.assert_allclose(targets[train].sum(axis=2), 1, rtol=1e-5)

    def test_teachers_hear_nothing_but_the_training_part(self):
        teachers = (str(self.teacher()),)
        train = np.array([1, 9, 30])
        self.load(Recipe(), teachers, train)
        self.assertEqual(len(self.asked), 3)
        for features in self.asked:
            np.testing.assert_array_equal(features, self.variants[train].astype(np.float32).reshape(6, 4, 3))

    def test_answers_to_other_parts_are_0(self):
        with mock.patch.multiple(
            distillation, trained_model=lambda _: None, logits_of_model=lambda m, w, features: np.ones((len(features), 7), np.float32)
        ):
            answers = teachers_answers([Path("x")], np.zeros((9, 2, 4, 3), np.float16), np.array([2, 5]))
        np.testing.assert_array_equal(np.flatnonzero(answers.any(axis=(1, 2))), [2, 5])


class Spread(Loaded):
    def test_it_is_of_the_training_part_alone(self):
        """All other recordings are NaN here."""
        train = np.array([2, 3, 11, 30])
        found = self.load(train=train)
        self.assertEqual(found.spread[0], 0)
        np.testing.assert_allclose(found.spread[1:], self.clean[train].mean(axis=1).std(axis=0)[1:], rtol=1e-5)

    def test_frames_of_silence_do_not_count(self):
        silence = np.array([-10, 0, 0], np.float32)
        features = np.tile(silence, (3, 4, 1))
        features[0, 1], features[1, :2], features[2] = [1, 2, 3], [3, 2, 1], [5, 2, 8]
        np.testing.assert_allclose(spread_of_means(features, silence), np.std([[1, 2, 3], [3, 2, 1], [5, 2, 8]], axis=0), rtol=1e-6)

    def test_a_silent_recording_is_no_number_out_of_range(self):
        silence = np.array([-10, 0, 0], np.float32)
        self.assertTrue(np.isfinite(spread_of_means(np.tile(silence, (3, 4, 1)), silence)).all())


class Mean(unittest.TestCase):
    SILENCE = np.array([-9.99, 0.1], np.float32)

    def features(self) -> np.ndarray:
        """float32 [3, 4, 2]: the second recording begins and ends in silence, the third is nothing else."""
        features = np.random.default_rng(0).normal(3, 1, (3, 4, 2)).astype(np.float32)
        features[1, [0, 3]] = features[2] = self.SILENCE
        return features

    def test_what_is_left_has_the_share_of_the_mean(self):
        features = self.features()
        for share in (0.0, 0.25):
            found = subtract_mean(features, self.SILENCE, 1 - share)
            self.assertEqual(found.dtype, np.float32)
            np.testing.assert_allclose(found[0].mean(axis=0), share * features[0].mean(axis=0), atol=1e-5)
            np.testing.assert_allclose(found[0] - found[0].mean(axis=0), features[0] - features[0].mean(axis=0), atol=1e-5)
            np.testing.assert_allclose(found[1, 1:3].mean(axis=0), share * features[1, 1:3].mean(axis=0), atol=1e-5)

    def test_silent_frames_stay(self):
        found = subtract_mean(self.features(), self.SILENCE, 1.0)
        np.testing.assert_array_equal(found[1, [0, 3]], [self.SILENCE] * 2)
        np.testing.assert_array_equal(found[2], [self.SILENCE] * 4)

    def test_silence_is_known_in_float16(self):
        """Variants are float16, and so is the silence that batches mask with; clean features are not."""
        rounded = self.features().astype(np.float16).astype(np.float32)
        for features in (rounded, self.features()):
            for silence in (self.SILENCE, self.SILENCE.astype(np.float16).astype(np.float32)):
                np.testing.assert_array_equal(subtract_mean(features, silence, 1.0)[2], features[2])

    def test_without_subtraction_nothing_changes(self):
        features = self.features()
        self.assertIs(subtract_mean(features, self.SILENCE, 0.0), features)


class Silence(unittest.TestCase):
    def test_the_padding_of_variants_is_known_as_silence(self):
        """Variants are float16; what is not known as silence would be shifted like speech."""
        samples = as_int16(vowel(150, 0.1))
        for input_type in INPUT_TYPES:
            front_end = load_front_end(input_type, 0.3)
            variants = np.tile(front_end.features(samples).astype(np.float16), (len(DATA.recordings), 1, 1, 1))
            clean = np.tile(front_end.features(samples), (len(DATA.recordings), 1, 1))
            with mock.patch.multiple(training_set, load_variants=lambda *_: variants, load_front_end=lambda *_: front_end):
                found = load_training_set(
                    dataclasses.replace(SETTINGS, input_type=input_type, input_duration=0.3), DATA, np.arange(9), clean, 1
                )
            features = variants[:, 0].astype(np.float32)
            shifted = offset(features, dataclasses.replace(found, spread=np.ones(front_end.bins, np.float32)), 1.0, np.random.default_rng(0))
            np.testing.assert_array_equal(shifted[:, 0], features[:, 0], input_type)
            self.assertFalse((shifted[:, 7] == features[:, 7]).any())


if __name__ == "__main__":
    unittest.main()
