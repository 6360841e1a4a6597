"""The mean that an adapted device starts from."""

import unittest

import numpy as np

from ..support import need

need("tensorflow", "keras", "pyworld", "scipy", "tqdm", "wasmtime")

from training.data.normalization import has_speech
from training.judging.float_answers import carried_means
from training.judging.others import draw_others


def centers(count: int) -> np.ndarray:
    """float32 [count, 5, 40]: every number is that of the recording, but for the energy."""
    raw = np.broadcast_to(np.arange(count, dtype=np.float32)[:, np.newaxis, np.newaxis], (count, 5, 40)).copy()
    raw[..., 0] = -1
    return raw


class HeardBefore(unittest.TestCase):
    def test_the_mean_of_the_others(self):
        found = carried_means(centers(6), [np.array([1, 2]), np.array([4]), *[np.array([5, 0, 4])] * 3, np.array([], int)], 1e9)
        np.testing.assert_allclose(found.mean[:5, 5], [1.5, 4, 3, 3, 3], rtol=1e-5)
        self.assertEqual(found.known.tolist(), [True] * 5 + [False])

    def test_only_frames_with_speech_count(self):
        raw = centers(3)
        raw[1, 1:3, 0], raw[1, 1:3, 5] = -9, 1000
        found = carried_means(raw, draw_others(np.array(["a", "a", "b"])), 1e9)
        self.assertAlmostEqual(float(found.mean[0, 5]), 1)

    def test_it_is_the_running_mean_of_the_module(self):
        raw = np.random.default_rng(0).normal(size=(2, 30, 40)).astype(np.float32)
        weight, mean = 0.0, np.zeros(40)
        for x, speech in zip(raw[1].astype(np.float64), has_speech(raw)[1]):
            if speech:
                weight = weight * (1 - 1 / 20) + 1
                mean = mean + (x - mean) / weight
        np.testing.assert_allclose(carried_means(raw, draw_others(np.array(["a", "a"])), 20).mean[0], mean, rtol=1e-4, atol=1e-5)


if __name__ == "__main__":
    unittest.main()
