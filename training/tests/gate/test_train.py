"""What the gate is trained with: the same numbers as its integers, and a loss that looks as far ahead and back as the stream."""

import unittest

import numpy as np

from ..support import need

need("jax")

from training.gate import train
from training.gate.integer import Gate


class Training(unittest.TestCase):
    def test_the_network_in_training_is_that_of_the_integers(self):
        gate = Gate.load()
        features = np.random.default_rng(3).integers(-60, 60, (2, 80, 2 * train.POOLED)).astype(np.int8)
        scores = train.scores(train.reals(gate.values), features.astype(np.float32) / 16)
        np.testing.assert_array_equal(np.asarray(scores) * 1024, gate.of_features(features))
        self.assertEqual(train.integers(train.reals(gate.values))["blocks"], gate.values["blocks"])

    def test_a_frame_is_heard_by_one_of_the_next_scores(self):
        odds = np.array([[0.0, 1, 5, 2, 3]])
        np.testing.assert_array_equal(train.largest_of_next(odds, 2), [[5, 5, 5, 3, 3]])

    def test_a_wider_gate_begins_with_what_the_narrow_one_has_learned(self):
        narrow = {"weights": np.ones((2 * train.POOLED, 4)), "weights0": np.ones((4, 4)), "output": np.ones(4), "bias": np.ones(4)}
        wide = train.widened(narrow, train.start(np.random.default_rng(4)))
        for name, value in narrow.items():
            np.testing.assert_array_equal(np.asarray(wide[name])[tuple(slice(0, size) for size in value.shape)], value)
        self.assertEqual(wide["weights0"].shape, (train.CHANNELS, train.CHANNELS))
        self.assertLess(np.abs(wide["weights0"][4:, :4]).max(), 0.1)


if __name__ == "__main__":
    unittest.main()
