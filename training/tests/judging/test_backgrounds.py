"""Made-up windows in which nobody speaks."""

import unittest

import numpy as np

from ..support import SAMPLE_RATE, need

need("scipy", "soundfile", "wasmtime")

from training.judging.backgrounds import made_up

SIZE = 3 * SAMPLE_RATE


def strongest(samples: np.ndarray) -> float:
    """Hz."""
    return float(np.argmax(np.abs(np.fft.rfft(samples * np.hanning(len(samples)))))) * SAMPLE_RATE / len(samples)


class MadeUp(unittest.TestCase):
    def test_each_is_what_its_name_says_and_the_same_every_time(self):
        found, again = made_up(SIZE), made_up(SIZE)
        for name, windows in found.items():
            for window, other in zip(windows, again[name], strict=True):
                self.assertEqual((window.dtype, window.shape), (np.int16, (SIZE,)))
                np.testing.assert_array_equal(window, other)
        self.assertEqual([int(np.abs(window).max()) for window in found["silence"]], [0, 1, 3, 10])
        for mains, window in zip([50] * 5 + [60] * 5, found["hum"], strict=True):
            self.assertAlmostEqual(strongest(window) / mains % 1, 0, places=2)
        for hertz, window in zip(np.geomspace(100, 5000, 10), found["tone"], strict=True):
            self.assertAlmostEqual(strongest(window), hertz, delta=0.5)
        flat = np.abs(np.fft.rfft(found["white noise"][0].astype(float))) ** 2
        self.assertAlmostEqual(flat[: len(flat) // 2].sum() / flat.sum(), 0.5, delta=0.02)
        self.assertEqual(len({window.tobytes() for window in found["music"]}), 20)


if __name__ == "__main__":
    unittest.main()
