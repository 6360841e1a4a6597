"""FLAC files are read as the WAV files with the same samples."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

from ..support import need, need_tools, spoken, write_wav

need("soundfile", "wasmtime")
need_tools()

import soundfile

from training.data.front_end import load_front_end
from training.data.sound_file import length, read_sound

DURATION = 0.3


class Flac(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.folder = Path(work.name)
        self.front_end = load_front_end(duration=DURATION)

    def converted(self, samples: np.ndarray, rate: int, subtype: str) -> tuple[np.ndarray, np.ndarray]:
        """As FLAC and as WAV."""
        found = []
        for kind in ("FLAC", "WAV"):
            path = self.folder / f"x.{kind.lower()}"
            soundfile.write(path, samples, rate, format=kind, subtype=subtype)
            found.append(read_sound(path, self.front_end))
        return found[0], found[1]

    def test_16_kHz_mono_is_not_changed(self):
        samples = spoken("a voice")
        flac, wav = self.converted(samples, 16_000, "PCM_16")
        np.testing.assert_array_equal(flac, samples)
        np.testing.assert_array_equal(flac, wav)

    def test_other_rates_channels_and_widths(self):
        samples = spoken("a voice")
        both = np.stack([samples, samples[::-1]], axis=1)
        for rate, values, subtype in ((44_100, samples, "PCM_16"), (8_000, samples, "PCM_16"), (16_000, both, "PCM_16"), (48_000, both / 65536, "PCM_24")):
            flac, wav = self.converted(values, rate, subtype)
            self.assertEqual(flac.dtype, np.int16)
            np.testing.assert_array_equal(flac, wav, f"{rate} {subtype}")

    def test_a_truncated_file_is_refused(self):
        path = self.folder / "x.flac"
        soundfile.write(path, np.tile(spoken("a voice"), 10), 16_000)
        path.write_bytes(path.read_bytes()[:-3000])
        with self.assertRaisesRegex(ValueError, str(path)):
            read_sound(path, self.front_end)

    def test_length(self):
        write_wav(self.folder / "x.wav", np.zeros(4000, np.int16))
        self.assertEqual(length(self.folder / "x.wav"), 0.25)


if __name__ == "__main__":
    unittest.main()
