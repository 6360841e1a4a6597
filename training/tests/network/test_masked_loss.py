"""Classes that a recording's corpus does not have: no gradient reaches them, and mixtures keep the mask of each side."""

import unittest

import numpy as np

from ..support import need

need("tensorflow", "keras")

from training.network.backend import tf
from training.network.loss import cross_entropy, focal

CLASSES = 5
LOSSES = {"cross entropy": cross_entropy, "focal": lambda *arguments: focal(*arguments[:2], 2.0, *arguments[2:])}


def example(seed: int = 0, batch: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits [batch, classes], targets and present [batch, 2, classes]: a class that is absent has no part of the target."""
    rng = np.random.default_rng(seed)
    present = rng.random((batch, 2, CLASSES)) < 0.5
    present[..., 0] = True
    targets = rng.random((batch, 2, CLASSES)) * present
    targets *= rng.dirichlet((1, 1), batch)[..., np.newaxis] / targets.sum(axis=2, keepdims=True)
    return rng.normal(0, 3, (batch, CLASSES)).astype(np.float32), targets.astype(np.float32), present


def value_and_gradient(loss, logits: np.ndarray, targets: np.ndarray, present: np.ndarray | None) -> tuple[float, np.ndarray]:
    variable = tf.Variable(logits)
    with tf.GradientTape() as tape:
        value = loss(tf.constant(targets), variable, None if present is None else tf.constant(present))
    return float(value), tape.gradient(value, variable).numpy()


class Masked(unittest.TestCase):
    def test_the_gradient_of_a_masked_logit_is_exactly_zero(self):
        for name, loss in LOSSES.items():
            for seed in range(10):
                logits, targets, present = example(seed)
                _, gradient = value_and_gradient(loss, logits, targets, present)
                masked = ~present.any(axis=1)
                self.assertTrue(masked.any())
                np.testing.assert_array_equal(gradient[masked], 0, name)
                self.assertTrue((gradient[~masked & (present.sum(axis=1) > 0)] != 0).mean() > 0.9, name)

    def test_a_masked_logit_does_not_matter(self):
        for loss in LOSSES.values():
            logits, targets, present = example()
            other = np.where(present.any(axis=1), logits, 1e4).astype(np.float32)
            self.assertEqual(value_and_gradient(loss, logits, targets, present)[0], value_and_gradient(loss, other, targets, present)[0])

    def test_each_side_is_the_cross_entropy_among_its_own_classes(self):
        logits, targets, present = example()
        expected = 0.0
        for row, (sides, masks) in enumerate(zip(targets, present)):
            for side, mask in zip(sides, masks):
                among = logits[row][mask].astype(np.float64)
                expected -= side[mask] @ (among - np.log(np.exp(among).sum())) / len(logits)
        self.assertAlmostEqual(value_and_gradient(cross_entropy, logits, targets, present)[0], expected, places=4)

    def test_with_all_classes_it_is_the_loss_without_masks(self):
        for loss in LOSSES.values():
            logits, targets, present = example()
            whole = np.ones_like(present)
            masked = value_and_gradient(loss, logits, targets, whole)
            plain = value_and_gradient(loss, logits, targets.sum(axis=1), None)
            self.assertAlmostEqual(masked[0], plain[0], places=5)
            np.testing.assert_allclose(masked[1], plain[1], atol=1e-6)


if __name__ == "__main__":
    unittest.main()
