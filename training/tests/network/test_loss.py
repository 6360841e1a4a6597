"""The losses against numpy in float64."""

import unittest

import numpy as np

from ..support import need

need("tensorflow", "keras")

from training.network.backend import tf
from training.network.loss import cross_entropy, focal, smooth


def examples(seed: int = 0, soft: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Targets and logits, float32 [9, 5]."""
    rng = np.random.default_rng(seed)
    targets = rng.dirichlet(np.ones(5), 9) if soft else np.eye(5)[rng.integers(5, size=9)]
    return targets.astype(np.float32), rng.normal(0, 3, (9, 5)).astype(np.float32)


def expected(targets: np.ndarray, logits: np.ndarray, gamma: float) -> float:
    logits = logits.astype(np.float64)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return float(-(targets * (1 - probabilities) ** gamma * np.log(probabilities)).sum(axis=1).mean())


class Losses(unittest.TestCase):
    def test_cross_entropy(self):
        for soft in (False, True):
            for seed in range(5):
                targets, logits = examples(seed, soft)
                self.assertAlmostEqual(float(cross_entropy(targets, logits)), expected(targets, logits, 0), places=5)

    def test_focal(self):
        for gamma in (0.5, 1.0, 2.0, 5.0):
            for seed in range(5):
                targets, logits = examples(seed, soft=seed % 2 == 1)
                self.assertAlmostEqual(float(focal(targets, logits, gamma)), expected(targets, logits, gamma), places=5)

    def test_focal_with_gamma_0_is_cross_entropy(self):
        targets, logits = examples()
        self.assertAlmostEqual(float(focal(targets, logits, 0.0)), float(cross_entropy(targets, logits)), places=6)

    def test_what_is_sure_counts_less(self):
        target = np.array([[1, 0]], np.float32)
        sure, unsure = np.array([[4, 0]], np.float32), np.array([[0.2, 0]], np.float32)
        weight = lambda logits: float(focal(target, logits, 2.0)) / float(cross_entropy(target, logits))
        self.assertLess(weight(sure), 0.001)
        self.assertGreater(weight(unsure), 0.1)

    def assert_finite(self, gamma: float) -> None:
        """Where the network is so sure that float32 rounds its probability to 1."""
        targets = tf.constant([[0.9, 0.05, 0.05], [0.0, 1.0, 0.0]])
        logits = tf.Variable([[200.0, 0.0, -200.0], [200.0, 0.0, -200.0]])
        with tf.GradientTape() as tape:
            value = focal(targets, logits, gamma) if gamma > 0 else cross_entropy(targets, logits)
        self.assertTrue(np.isfinite(float(value)))
        self.assertTrue(np.isfinite(tape.gradient(value, logits).numpy()).all())

    def test_far_apart_logits_have_a_gradient(self):
        for gamma in (0.0, 1.0, 2.0):
            self.assert_finite(gamma)

    def test_far_apart_logits_have_a_gradient_with_gamma_below_1(self):
        self.assert_finite(0.5)

    def test_the_weight_of_what_is_surest_is_a_ten_millionth_to_the_gamma(self):
        """In float64, where exp(-18) of doubt is less than that, the logarithm still says how much."""
        target, logits = np.array([[1.0, 0]]), np.array([[18.0, 0]])
        for gamma in (0.5, 1.0, 2.0):
            self.assertAlmostEqual(float(focal(target, logits, gamma)) / np.log1p(np.exp(-18)), 1e-7**gamma, delta=1e-6 * 1e-7**gamma)
        less_sure = np.array([[16.0, 0]])
        self.assertAlmostEqual(float(focal(target, less_sure, 1.0)) / np.log1p(np.exp(-16)) / np.exp(-16), 1, places=6)

    def test_a_probability_of_1_has_a_loss_of_0_and_a_gradient(self):
        target = tf.constant([[1.0, 0.0]])
        logits = tf.Variable([[18.0, 0.0]])
        for gamma in (0.5, 1.0, 2.0):
            with tf.GradientTape() as tape:
                value = focal(target, logits, gamma)
            self.assertEqual(float(tf.nn.softmax(logits)[0, 0]), 1)
            self.assertEqual(float(value), 0)
            slope = tape.gradient(value, logits).numpy()[0, 1]  # the floor's weight, times the other class's probability
            self.assertAlmostEqual(slope / np.exp(-18) / 1e-7**gamma, 1, places=4)


class Smooth(unittest.TestCase):
    def test_a_share_is_spread_over_all_classes(self):
        np.testing.assert_allclose(smooth(np.eye(4, dtype=np.float32), 0.1), 0.9 * np.eye(4) + 0.025, rtol=1e-6)

    def test_targets_still_sum_to_1(self):
        targets, _ = examples(soft=True)
        np.testing.assert_allclose(smooth(targets, 0.3).sum(axis=1), 1, rtol=1e-6)

    def test_no_share_changes_nothing(self):
        targets, _ = examples()
        np.testing.assert_array_equal(smooth(targets, 0.0), targets)


if __name__ == "__main__":
    unittest.main()
