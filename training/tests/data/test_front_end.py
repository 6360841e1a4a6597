"""The three inputs against an independent implementation in float64: ../shared/reference for MFCCs, a plain one here for all of them."""

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from training.data.dataset import DEFAULT_RECORDINGS

from .. import CACHES
from ..support import SHARED, as_int16, need, need_tools, vowel

need("wasmtime")
need_tools()

from training.data import front_end as features
from training.data.front_end import INPUT_TYPES, MEL_SPECTROGRAM, MFCC, RAW_MFCC, RAW_SILENCE, SPECTROGRAM, FrontEnd, load_front_end
from training.data.segment import center

REFERENCE = SHARED / "reference"
LARGEST_DIFFERENCE = 1e-3
MEAN_DIFFERENCE = 1e-5

SHAPES = {MFCC: 40, MEL_SPECTROGRAM: 128, SPECTROGRAM: 513}  # bins


def expected(samples: np.ndarray, window: int, input_type: str) -> np.ndarray:
    """float64 [frames, bins], by docs/arithmetic.md."""
    leveled = level_by_sorting(samples, window)[1]
    frames = np.stack([leveled[start : start + 1024] for start in range(0, window - 1023, 256)]) / 32768
    magnitudes = np.abs(np.fft.rfft(frames * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024))))
    if input_type == SPECTROGRAM:
        return np.log(magnitudes + 1e-6)
    mel = np.log(magnitudes @ mel_filters() + 1e-6)
    if input_type == MEL_SPECTROGRAM:
        return mel
    angles = np.pi * np.outer(2 * np.arange(128) + 1, np.arange(40)) / 256
    return np.clip(mel @ np.cos(angles) * 2 / np.sqrt(2 * 128), -10, 10)


def level_by_sorting(samples: np.ndarray, window: int) -> tuple[int, np.ndarray]:
    """The level, and int64 [window] after it."""
    first = max(0, len(samples) - window) // 2
    taken = samples[first : first + window].astype(object)
    before = (window - len(taken)) // 2
    magnitudes = sorted(abs(int(sample)) for sample in taken)
    level = 0
    if magnitudes:
        rank, rest = divmod(999 * (len(magnitudes) - 1), 1000)
        level = 1000 * magnitudes[rank] + (rest * (magnitudes[rank + 1] - magnitudes[rank]) if rest else 0)
    leveled = np.zeros(window, np.int64)
    if level > 0:
        divisor = max(level, 1000)
        gain = (32_768_000 * 2**32 + divisor // 2) // divisor
        leveled[before : before + len(taken)] = [
            max(-32768, min(32767, (1 if sample > 0 else -1) * ((abs(int(sample)) * gain + 2**31) >> 32))) for sample in taken
        ]
    return level, leveled


def mel_filters() -> np.ndarray:
    """float64 [bins, filters]: triangles, linear in mel, 80 to 7,600 Hz."""
    mel = lambda hertz: 1127 * np.log1p(hertz / 700)
    edges = np.linspace(mel(80), mel(7600), 130)
    place = mel(np.arange(513) * 16000 / 1024)[:, np.newaxis]
    rising = (place - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - place) / (edges[2:] - edges[1:-1])
    filters = np.maximum(0, np.minimum(rising, falling))
    filters[0] = 0
    return filters


def recordings() -> dict[str, np.ndarray]:
    """int16: short, long, soft, loud, speech and noise."""
    rng = np.random.default_rng(5)
    return {
        "a short vowel": as_int16(vowel(140, 1.3)),
        "a long vowel": as_int16(vowel(210, 3.7, seed=1)),
        "one sample more than the window": as_int16(0.1 * rng.normal(size=48_001)),
        "soft noise": rng.integers(-3, 4, 30_001).astype(np.int16),
        "clipped noise": np.clip(rng.normal(0, 30_000, 48_000), -32768, 32767).astype(np.int16),
    }


def module() -> FrontEnd:
    """LIGHT_SERNET_MODULE=FILE tests the front end of another module."""
    return FrontEnd(Path(os.environ["LIGHT_SERNET_MODULE"])) if "LIGHT_SERNET_MODULE" in os.environ else load_front_end()


class Reference(unittest.TestCase):
    @unittest.skipUnless(REFERENCE.is_dir() and DEFAULT_RECORDINGS.is_dir(), "../shared/reference or ../shared/emodb is not there")
    def test_mfccs_of_real_recordings(self):
        front_end = module()
        files = sorted(REFERENCE.glob("*.mfcc.npy"))
        self.assertEqual(len(files), 12)
        names = [file.name.removesuffix(".mfcc.npy") for file in files]
        found = np.stack([front_end.features(front_end.read_wav(DEFAULT_RECORDINGS / f"{name}.wav")) for name in names])
        difference = np.abs(found - np.stack([np.load(file) for file in files]))
        print(f"MFCCs of {len(files)} recordings: largest difference {difference.max():.1e}, mean {difference.mean():.1e}")
        self.assertLessEqual(difference.max(), LARGEST_DIFFERENCE)
        self.assertLessEqual(difference.mean(), MEAN_DIFFERENCE)


class Float64(unittest.TestCase):
    def test_level(self):
        front_end = load_front_end()
        for name, samples in recordings().items():
            self.assertEqual(front_end.level(samples), level_by_sorting(samples, 48_000)[0], name)

    def test_mfccs(self):
        front_end = load_front_end(MFCC)
        for name, samples in recordings().items():
            found, right = front_end.features(samples), expected(samples, 48_000, MFCC)
            self.assertEqual((found.dtype, found.shape), (np.float32, right.shape))
            self.assertLessEqual(np.abs(found - right).max(), LARGEST_DIFFERENCE, name)

    def test_raw_mfccs_are_the_mfccs_before_the_clip(self):
        """Column 0 is the mean log energy; frames of zeros, and those at the floor, are marked."""
        front_end = load_front_end(RAW_MFCC)
        for name, samples in recordings().items():
            raw, clipped = front_end.features(samples), load_front_end(MFCC).features(samples)
            self.assertEqual((raw.dtype, raw.shape), (np.float32, clipped.shape))
            silent = raw[:, 0] == RAW_SILENCE
            self.assertTrue((raw[silent, 1:] == 0).all(), name)
            self.assertTrue((raw[~silent, 0] > -13.75).all(), name)
            scaled = raw * np.where(np.arange(raw.shape[1]) == 0, 16, 1).astype(np.float32)
            np.testing.assert_array_equal(np.clip(scaled, -10, 10)[~silent], clipped[~silent], name)

    def test_mel_spectrograms_and_spectrograms(self):
        """A float32 transform is as exact as the loudest bin of the frame allows."""
        for input_type in (MEL_SPECTROGRAM, SPECTROGRAM):
            front_end = load_front_end(input_type)
            for name, samples in recordings().items():
                found = front_end.features(samples)
                right = np.exp(expected(samples, 48_000, input_type))
                self.assertEqual((found.dtype, found.shape), (np.float32, right.shape))
                difference = np.abs(np.exp(found.astype(np.float64)) - right)
                self.assertTrue((difference <= 1e-6 * right.max(axis=1, keepdims=True) + 2e-6 * right).all(), f"{input_type}: {name}")

    def test_another_duration(self):
        samples = as_int16(vowel(160, 1.6))
        for input_type, bins in SHAPES.items():
            front_end = load_front_end(input_type, 1.0)
            self.assertEqual((front_end.window, front_end.frames, front_end.bins), (16_000, 59, bins))
            found, right = front_end.features(samples), expected(samples, 16_000, input_type)
            self.assertEqual(found.shape, (59, bins))
            self.assertLessEqual(np.abs(np.exp(found) - np.exp(right)).max() / np.exp(right).max(), 1e-5)


class Silence(unittest.TestCase):
    def test_every_frame_is_the_silent_one(self):
        silent = {MFCC: [-10] + [0] * 39, MEL_SPECTROGRAM: [np.log(np.float32(1e-6))] * 128, SPECTROGRAM: [np.log(np.float32(1e-6))] * 513}
        for input_type in INPUT_TYPES:
            front_end = load_front_end(input_type)
            right = np.array(silent[input_type], np.float32)
            for samples in (np.zeros(0, np.int16), np.zeros(100, np.int16), np.zeros(60_000, np.int16)):
                np.testing.assert_allclose(front_end.features(samples), np.tile(right, (184, 1)), rtol=1e-6)
            np.testing.assert_allclose(front_end.silent_frame(), right, rtol=1e-6)

    def test_the_padding_of_a_short_recording_is_silent_on_both_sides(self):
        samples = as_int16(vowel(150, 0.5))  # 8,000 samples after 20,000 zeros
        for input_type in INPUT_TYPES:
            front_end = load_front_end(input_type)
            found, silent = front_end.features(samples), front_end.silent_frame()
            is_silent = (found == silent).all(axis=1)
            first, last = -(-(20_000 - 1023) // 256), 27_999 // 256  # frames that hold a sample
            self.assertEqual(np.flatnonzero(~is_silent).tolist(), list(range(first, last + 1)), input_type)

    def test_the_silent_frame_takes_nothing_from_an_older_recording(self):
        for input_type in INPUT_TYPES:
            front_end = load_front_end(input_type)
            before = front_end.silent_frame()
            front_end.features(as_int16(vowel(150, 3)))
            np.testing.assert_array_equal(front_end.silent_frame(), before)


class OneAfterAnother(unittest.TestCase):
    def test_a_recording_sounds_the_same_after_any_other(self):
        sounds = list(recordings().values())
        for input_type in INPUT_TYPES:
            front_end = load_front_end(input_type)
            first = [front_end.features(samples) for samples in sounds]
            for index in (3, 0, 4, 2, 1):
                np.testing.assert_array_equal(front_end.features(sounds[index]), first[index])

    def test_single_clicks_too_few_for_a_level(self):
        """Its level is 0, so the module receives zeros although some samples are not zero."""
        click = np.zeros(48_000, np.int16)
        click[20_000] = 1000
        for input_type in INPUT_TYPES:
            front_end = load_front_end(input_type)
            self.assertEqual(front_end.level(click), 0)
            front_end.features(as_int16(vowel(150, 3)))
            np.testing.assert_array_equal(front_end.features(click), np.tile(front_end.silent_frame(), (184, 1)), input_type)


class Module(unittest.TestCase):
    def test_it_is_made_once(self):
        path = features.front_end_module(1.0)
        made = path.stat().st_mtime_ns
        self.assertEqual(path.parent, CACHES)
        self.assertEqual(features.front_end_module(1.0).stat().st_mtime_ns, made)
        self.assertFalse(list(CACHES.glob(f"*.{os.getpid()}.unfinished")))

    def test_another_state_of_the_sources_is_another_module(self):
        """A module of older sources would train a network on features that no device computes."""
        with tempfile.TemporaryDirectory() as folder:
            root, hashes = Path(folder), []
            for name in ("assembly/frontend/mel.ts", "dist/ts-tools/link/a.js", "package-lock.json"):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text("one")
            with mock.patch.object(features, "REPOSITORY", root):
                for name in ("assembly/frontend/mel.ts", "dist/ts-tools/link/a.js", "package-lock.json", "README.md"):
                    hashes.append(features.sources_hash.__wrapped__())
                    (root / name).write_text("another")
                hashes.append(features.sources_hash.__wrapped__())
        self.assertEqual((len(set(hashes[:4])), hashes[3] == hashes[4]), (4, True))
        self.assertIn(features.sources_hash(), features.front_end_module(1.0).name)

    def test_shorter_than_a_frame(self):
        for duration in (0.0, -1.0, 0.0639):
            with self.assertRaisesRegex(ValueError, "input_duration of 0.064"):
                load_front_end(duration=duration)

    def test_one_frame(self):
        self.assertEqual(load_front_end(duration=0.064).features(as_int16(vowel(150, 1))).shape, (1, 40))

    def test_the_center_is_what_is_used(self):
        samples = as_int16(vowel(150, 3.5))
        front_end = load_front_end()
        np.testing.assert_array_equal(front_end.features(samples), front_end.features(center(samples, 48_000)))


if __name__ == "__main__":
    unittest.main()
