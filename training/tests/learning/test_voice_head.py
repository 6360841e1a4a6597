"""The voice head: what it is fitted on, and that it is what the plain computation finds. The session set is made up: voices have louder coefficients than the windows without one."""

import dataclasses
import json
import tempfile
import unittest
import warnings
from pathlib import Path
from unittest import mock

import numpy as np

from ..support import dataset_of, need

need("tensorflow", "keras", "pyworld", "scipy", "tqdm", "wasmtime", "matplotlib")

from scipy.special import expit

from training.data.normalization import Normalization, read_normalization
from training.learning import run, voice_head
from training.learning.recipe import CORPORA_RECIPE
from training.learning.session_set import SessionSet
from training.learning.settings import default_settings
from training.learning.voice_head import LEAST_SPREAD, RIDGE, VOICE_FILE, VoiceHead, drawn_features, fit_head, fit_voice_head, read_voice_head, write_voice_head
from training.network.backend import tf
from training.network.model import light_sernet
from training.network.trained import logits_of_model, pooled_model, trained_model
from training.network.widths import WIDTHS

FRAMES, BINS, CLASSES, RECORDINGS, OF_A_RECORDING, WINDOWS = 9, 40, 3, 6, 4, 48
DATASET = dataset_of({"a": [1, 1, 1], "b": [1, 1, 1]})
DATASET = dataclasses.replace(DATASET, name="corpora", recordings=tuple(dataclasses.replace(recording, corpus="x", licence="MIT") for recording in DATASET.recordings))
RNG = np.random.default_rng(0)


def setUpModule():
    """Eagerly: tracing a graph takes longer."""
    warnings.filterwarnings("ignore", message=".*run_functions_eagerly")  # does not concern tf.data, which Keras uses
    tf.config.run_functions_eagerly(True)
    unittest.addModuleCleanup(tf.config.run_functions_eagerly, False)


def windows(count: int, loudness: float, seed: int) -> np.ndarray:
    """float16 [count, frames, 40]: raw coefficients, all of them speech to the normalization."""
    raw = np.random.default_rng(seed).normal(0, loudness, (count, FRAMES, BINS))
    raw[..., 0] = -1
    return raw.astype(np.float16)


def session_set() -> SessionSet:
    variants = RECORDINGS * OF_A_RECORDING
    return SessionSet(
        speakers=[windows(variants, 2.0, seed=1)],
        place=np.stack([np.zeros(variants, int), np.arange(variants)], axis=1),
        first=np.arange(RECORDINGS + 1) * OF_A_RECORDING,
        carried=np.zeros((variants, BINS), np.float32),
        has_carried=np.ones(variants, bool),
        chance=np.array([0.5, 0.1, 0.1, 0.1, 0.1, 0.1]),
        targets=np.eye(CLASSES, dtype=np.float32)[DATASET.labels],
        present=np.ones((RECORDINGS, CLASSES), bool),
        voiceless=windows(WINDOWS, 0.5, seed=2),
        learned=np.ones(CLASSES, bool),
        normalization=Normalization(share=1.0, energy_scale=4.0),
        spread=np.full(BINS, 0.1, np.float32),
    )


def network(seed: int = 0):
    model = light_sernet(FRAMES, BINS, CLASSES, WIDTHS["micro"])
    rng = np.random.default_rng(seed)
    for variable in model.trainable_variables:
        if "kernel" in variable.path:
            variable.assign(rng.normal(0, np.sqrt(2 / np.prod(variable.shape[:-1])), variable.shape))
    return model


def plain_fit(voices: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Mean, spread, weights and bias of the standardized features, by Newton's method."""
    features = np.concatenate([voices, others])
    mean, spread = features.mean(axis=0), features.std(axis=0) + LEAST_SPREAD
    values = np.column_stack([(features - mean) / spread, np.ones(len(features))])
    target, found = np.arange(len(features)) < len(voices), np.zeros(values.shape[1])
    ridge = 2 * RIDGE * np.append(np.ones(len(mean)), 0)
    for _ in range(50):
        near = expit(values @ found)
        curvature = (values * (near * (1 - near))[:, np.newaxis]).T @ values / len(values) + np.diag(ridge)
        found -= np.linalg.solve(curvature, values.T @ (near - target) / len(values) + ridge * found)
    return mean, spread, found[:-1], found[-1]


class Fit(unittest.TestCase):
    def test_the_standardization_is_folded_in(self):
        scale, center = np.array([1.0, 50, 0.02]), np.array([3.0, -200, 0.1])
        voices, others = (center + scale * RNG.normal(mean, 1, (200, 3)) for mean in ((1, 0, 0.5), (-1, 0, -0.5)))
        mean, spread, weights, bias = plain_fit(voices, others)
        features = np.concatenate([voices, others])
        np.testing.assert_allclose(fit_head(voices, others)(features), expit((features - mean) / spread @ weights + bias), atol=1e-3)

    def test_each_side_counts_one_half(self):
        voices, others = RNG.normal(0.5, 1, (60, 2)), RNG.normal(-0.5, 1, (40, 2))
        one, other = fit_head(voices, others), fit_head(voices, np.tile(others, (5, 1)))
        np.testing.assert_allclose(one(voices), other(voices), atol=1e-3)

    def test_a_feature_that_is_always_0_counts_nothing(self):
        voices, others = RNG.normal(1, 1, (50, 3)), RNG.normal(-1, 1, (50, 3))
        voices[:, 1] = others[:, 1] = 0
        head = fit_head(voices, others)
        self.assertEqual(head.weights[1], 0)
        self.assertGreater((head(voices) > 0.5).mean() + (head(others) < 0.5).mean(), 1.7)


class OfANetwork(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model, cls.set = network(), session_set()

    def head(self, seed: int = 1) -> VoiceHead:
        return fit_voice_head(self.model, self.set, CORPORA_RECIPE, seed)

    def test_it_tells_voices_from_other_windows(self):
        head, rng = self.head(), np.random.default_rng(9)
        self.assertEqual(head.weights.shape, (WIDTHS["micro"].body_two[-1],))
        for nobody in (False, True):
            found = head(drawn_features(pooled_model(self.model), self.set, 60, nobody, CORPORA_RECIPE, rng)) >= 0.5
            self.assertGreater((found != nobody).mean(), 0.95)

    def test_the_seed_decides(self):
        one, again, other = self.head(), self.head(), self.head(seed=2)
        np.testing.assert_array_equal(one.weights, again.weights)
        self.assertEqual(one.bias, again.bias)
        self.assertTrue((one.weights != other.weights).any())

    def test_as_many_with_a_voice_as_without_drawn_as_in_training(self):
        asked = []

        def drawn(given, recordings, nobody, recipe, rng):
            asked.append((recordings, nobody))
            return np.zeros((len(recordings), FRAMES, BINS), np.float32)

        with mock.patch.multiple(voice_head, draw=drawn, AT_ONCE=20):
            self.set = dataclasses.replace(self.set, voiceless=np.zeros((90, FRAMES, BINS), np.float16))
            self.head()
        recordings, nobody = (np.concatenate(its) for its in zip(*asked))
        np.testing.assert_array_equal(nobody, np.arange(180) >= 90)
        self.assertEqual([len(its) for its, _ in asked], [20, 20, 20, 20, 10] * 2)
        self.assertAlmostEqual(np.mean(recordings == 0), 0.5, delta=0.12)

    def test_the_features_are_what_the_last_layer_receives(self):
        features = np.random.default_rng(3).normal(size=(5, FRAMES, BINS)).astype(np.float32)
        kernel, bias = self.model.get_layer("dense").get_weights()
        expected = logits_of_model(self.model, None, features)
        pooled = logits_of_model(pooled_model(self.model), None, features)
        np.testing.assert_allclose(pooled @ kernel + bias, expected, atol=1e-4)


class Files(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = Path(work.name)

    def test_six_digits(self):
        self.assertIsNone(read_voice_head(self.work))
        write_voice_head(self.work, VoiceHead(np.array([1.23456789, -9.87654321e-5, 0]), 1234567.0))
        self.assertEqual(json.loads((self.work / VOICE_FILE).read_text()), {"weights": [1.23457, -9.87654e-05, 0.0], "bias": 1234570.0})
        found = read_voice_head(self.work)
        self.assertEqual(found.as_manifest(), json.loads((self.work / VOICE_FILE).read_text()))
        np.testing.assert_allclose(found(np.array([[1.0, 0, 5]])), expit(1.23457 + 1234570))

    def test_a_run_leaves_that_of_the_weights_that_it_keeps(self):
        settings = default_settings("-dn", "corpora", "--width", "micro", "--no-validation", "--epochs", "2", "--seed", "3")
        own, folder = session_set(), self.work / "kind" / "all"
        centers = windows(RECORDINGS, 2.0, seed=4).astype(np.float32)
        threads = {"set_intra_op_parallelism_threads": mock.Mock(), "set_inter_op_parallelism_threads": mock.Mock()}  # they are set before TensorFlow's first step
        written = []

        def replaced(path, text):
            written.append(path.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

        with mock.patch.multiple(tf.config.threading, **threads), mock.patch.multiple(
            run, load_centers=lambda *_: centers, corpora_hash=lambda *_: "hash", load_session_set=lambda *_: own, replace_file=replaced
        ), mock.patch.object(voice_head, "replace_file", replaced):
            run.train_run(settings, DATASET, folder, 1, 0)
        self.assertEqual(read_normalization(folder).as_manifest(), own.normalization.as_manifest())
        expected = fit_voice_head(trained_model(folder), own, settings.recipe, 3)
        self.assertEqual(read_voice_head(folder).as_manifest(), expected.as_manifest())
        self.assertEqual(written[-2:], [VOICE_FILE, "result.json"])


if __name__ == "__main__":
    unittest.main()
