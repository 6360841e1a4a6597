"""The features against an independent float64 implementation's. `python -m unittest discover training`"""

import os
import unittest
from pathlib import Path

import numpy as np

from dataset import DEFAULT_RECORDINGS, REPOSITORY, read_wav
from features import DEFAULT_MODULE, FrontEnd, fit_to_window

REFERENCE = REPOSITORY.parent / "shared" / "reference"
MODULE = Path(os.environ.get("LIGHT_SERNET_MODULE", DEFAULT_MODULE))
LARGEST_DIFFERENCE = 1e-3
MEAN_DIFFERENCE = 1e-5


class FitToWindow(unittest.TestCase):
    def test_short_recording_has_the_odd_zero_behind(self):
        self.assertEqual(fit_to_window(np.array([1, 2, 3]), 6).tolist(), [0, 1, 2, 3, 0, 0])

    def test_long_recording_loses_the_odd_sample_behind(self):
        self.assertEqual(fit_to_window(np.arange(6), 3).tolist(), [1, 2, 3])

    def test_fitting_recording_stays(self):
        self.assertEqual(fit_to_window(np.arange(4), 4).tolist(), [0, 1, 2, 3])


class Features(unittest.TestCase):
    def test_silence(self):
        front_end = FrontEnd(MODULE)
        features = front_end.mfcc(np.zeros(100, np.int16))
        self.assertEqual(features.shape, (front_end.frames, front_end.coefficients))
        np.testing.assert_array_equal(features, np.tile([-10] + [0] * (front_end.coefficients - 1), (front_end.frames, 1)))

    @unittest.skipUnless(REFERENCE.is_dir() and DEFAULT_RECORDINGS.is_dir(), "../shared/reference or ../shared/emodb is not there")
    def test_reference(self):
        front_end = FrontEnd(MODULE)
        files = sorted(REFERENCE.glob("*.mfcc.npy"))
        self.assertEqual(len(files), 12)
        names = [file.name.removesuffix(".mfcc.npy") for file in files]
        features = np.stack([front_end.mfcc(read_wav(DEFAULT_RECORDINGS / f"{name}.wav")) for name in names])
        difference = np.abs(features - np.stack([np.load(file) for file in files]))
        print(f"MFCCs of {len(files)} recordings: largest difference {difference.max():.1e}, mean {difference.mean():.1e}")
        self.assertLessEqual(difference.max(), LARGEST_DIFFERENCE)
        self.assertLessEqual(difference.mean(), MEAN_DIFFERENCE)


if __name__ == "__main__":
    unittest.main()
