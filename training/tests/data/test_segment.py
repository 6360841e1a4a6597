"""The window that the network receives, sample by sample."""

import unittest

import numpy as np

from training.data.segment import anywhere, center


class Center(unittest.TestCase):
    def test_short_recording_has_the_odd_zero_behind(self):
        self.assertEqual(center(np.array([1, 2, 3]), 6).tolist(), [0, 1, 2, 3, 0, 0])

    def test_long_recording_loses_the_odd_sample_behind(self):
        self.assertEqual(center(np.arange(6), 3).tolist(), [1, 2, 3])

    def test_fitting_recording_stays(self):
        self.assertEqual(center(np.arange(4), 4).tolist(), [0, 1, 2, 3])

    def test_nothing_is_all_zeros(self):
        self.assertEqual(center(np.zeros(0, np.int16), 3).tolist(), [0, 0, 0])


class Anywhere(unittest.TestCase):
    def places(self, count: int, window: int) -> set[tuple[int, ...]]:
        rng = np.random.default_rng(0)
        return {tuple(anywhere(np.arange(1, count + 1), window, rng).tolist()) for _ in range(200)}

    def test_short_recording_is_whole_at_every_place(self):
        self.assertEqual(self.places(2, 4), {(1, 2, 0, 0), (0, 1, 2, 0), (0, 0, 1, 2)})

    def test_long_recording_gives_every_part(self):
        self.assertEqual(self.places(5, 3), {(1, 2, 3), (2, 3, 4), (3, 4, 5)})

    def test_fitting_recording_stays(self):
        self.assertEqual(self.places(3, 3), {(1, 2, 3)})


if __name__ == "__main__":
    unittest.main()
