"""The steps of JAX and of TensorFlow do the same, and what a teacher answers."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

from ..support import need

need("tensorflow", "keras", "jax", "scipy")

from scipy.special import softmax

from training.data.dataset import REPOSITORY
from training.learning.teacher import Teacher
from training.network.backend import keras
from training.network.loss import cross_entropy, with_teachers
from training.network.model import light_sernet
from training.network.trained import logits_of_model
from training.network.widths import MICRO, WIDTHS

from . import steps_of_a_backend


class Backends(unittest.TestCase):
    def test_jax_and_tensorflow_change_the_weights_alike(self):
        """Not to the bit: they add in other orders."""
        with tempfile.TemporaryDirectory() as work:
            files = [Path(work, name) for name in ("start.npz", "tensorflow.npz", "jax.npz")]
            self.assertEqual(keras.backend.backend(), "tensorflow")
            steps_of_a_backend.main(*files[:2])
            command = [sys.executable, "-m", steps_of_a_backend.__name__, str(files[0]), str(files[2])]
            # What is compiled runs a few times only.
            jax = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "XLA_FLAGS": "--xla_backend_optimization_level=0"}
            subprocess.run(command, cwd=REPOSITORY, env=os.environ | jax, check=True, capture_output=True)
            start, one, other = (dict(np.load(file)) for file in files)
        self.assertEqual(one.keys(), other.keys())
        np.testing.assert_allclose(one["outcomes"], other["outcomes"], rtol=2e-4)
        for name in one.keys() - {"outcomes"}:
            # TensorFlow's batch norm keeps the variance of a sample, n / (n - 1) times that of JAX's: the last maps here have 6 places.
            close = 1e-1 if "moving_variance" in name else 2e-3
            np.testing.assert_allclose(one[name], other[name], rtol=close, atol=close / 10, err_msg=name)
            if name.startswith("weights ") and name.endswith("kernel"):
                self.assertGreater(np.abs(one[name] - start[name.replace("weights", "model")]).max(), 1e-2, name)


class Teachers(unittest.TestCase):
    def setUp(self):
        self.models = tuple(light_sernet(10, 8, 4, WIDTHS[MICRO]) for _ in range(2))
        self.features = np.random.default_rng(0).normal(size=(5, 10, 8)).astype(np.float32)

    def test_they_answer_the_mean_of_their_probabilities_among_the_learned_classes(self):
        learned = np.array([True, False, True, True])
        teacher = Teacher(self.models, learned, 0.7)
        expected = np.mean([softmax(np.where(learned, logits_of_model(model, None, self.features), -np.inf), axis=1) for model in self.models], axis=0)
        for variables in (None, teacher.variables):
            answers = keras.ops.convert_to_numpy(teacher.answers(self.features[..., np.newaxis], variables))
            np.testing.assert_allclose(answers, expected, rtol=1e-4, atol=1e-6)
            np.testing.assert_array_equal(answers[:, 1], 0)

    def test_their_side_of_the_targets(self):
        """The loss is the mixture of that of the targets and the cross entropy with the answers, which knows no absent class."""
        rng = np.random.default_rng(1)
        present = rng.random((5, 2, 4)) < 0.5
        present[..., 3] = True
        targets = (rng.random((5, 2, 4)) * present).astype(np.float32)
        logits, answers = rng.normal(size=(5, 4)).astype(np.float32), rng.dirichlet(np.ones(4), 5).astype(np.float32)
        mixed = float(cross_entropy(*swapped(with_teachers(targets, present, answers, 0.7), logits)))
        own = float(cross_entropy(targets, logits, present))
        taught = -(answers * np.log(softmax(logits.astype(np.float64), axis=1))).sum(axis=1).mean()
        self.assertAlmostEqual(mixed, 0.3 * own + 0.7 * taught, places=5)


def swapped(targets_and_present: tuple, logits: np.ndarray) -> tuple:
    targets, present = targets_and_present
    return targets, logits, present


if __name__ == "__main__":
    unittest.main()
