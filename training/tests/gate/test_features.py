"""The gate's copy of the front end against the module's, and its integers against themselves in other pieces."""

import unittest

import numpy as np

from ..support import need, need_tools

need("wasmtime")
need_tools()

from training.data.front_end import MEL_SPECTROGRAM, load_front_end
from training.gate.features import LARGEST_INPUT, band_features, log_mel

FULL_SCALE = 32768 * 1000  # the level at which the front end changes no sample


class Features(unittest.TestCase):
    def test_log_mel_energies_are_those_of_the_module(self):
        front_end = load_front_end(MEL_SPECTROGRAM)
        rng = np.random.default_rng(3)
        for loudest in (3, 300, 30000):
            samples = np.round(rng.uniform(-loudest, loudest, front_end.window) * np.linspace(0, 1, front_end.window)).astype(np.int16)
            expected = front_end.rows(samples, FULL_SCALE)
            self.assertLess(np.abs(log_mel(samples) - expected).max(), 1e-3)

    def test_loudness_alone_changes_nothing(self):
        mel = np.random.default_rng(4).uniform(-3, 3, (1, 50, 128)).astype(np.float32)
        np.testing.assert_array_equal(band_features(mel), band_features(mel + np.float32(2)))
        self.assertLessEqual(np.abs(band_features(50 * mel)).max(), LARGEST_INPUT)

    def test_what_is_quieter_than_an_int16_step_is_silence(self):
        self.assertFalse(band_features(np.full((1, 20, 128), np.log(np.float32(1e-6)), np.float32)).any())


if __name__ == "__main__":
    unittest.main()
