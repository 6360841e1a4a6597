"""The running mean, against the plain recursion that the module computes."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from ..support import need, need_tools, spoken, vowel, as_int16

need("wasmtime")
need_tools()

from training.data.front_end import MFCC, RAW_MFCC, load_front_end
from training.data.normalization import NORMALIZATION_FILE, SILENCE, Normalization, has_speech, mean_of, read_normalization, speech_sums

FRAMES = 60
CARRIED = Normalization(horizon=32, start_weight=8, carried_weight=100, energy_scale=4, share=1, mean=np.linspace(-1, 1, 40, dtype=np.float32))


def some_raw(count: int, seed: int = 0) -> np.ndarray:
    """float32 [count, FRAMES, 40]: with padding, soft frames and loud ones."""
    rng = np.random.default_rng(seed)
    raw = rng.normal(0, 3, (count, FRAMES, 40))
    raw[..., 0] = rng.uniform(-12, 1, (count, FRAMES))
    raw[:, :7] = np.eye(40)[0] * np.log(1e-6)
    raw[::2, 50:] = np.eye(40)[0] * np.log(1e-6)
    raw[:, 20, 0] = -13.75
    return raw.astype(np.float32)


def recursion(raw: np.ndarray, its: Normalization, mean: np.ndarray, weight: float) -> np.ndarray:
    """float32 [frames, 40], frame after frame."""
    mean, loudest, rows = mean.astype(np.float64), -np.inf, []
    for x in raw.astype(np.float64):
        if x[0] <= -13.75:
            rows.append(SILENCE)
            continue
        loudest = max(loudest, x[0])
        if x[0] > loudest - 2.8:
            weight = weight * (1 - 1 / its.horizon) + 1
            mean = mean + (x - mean) / weight
        rows.append(np.clip((x - its.share * mean) * np.where(np.arange(40) == 0, its.energy_scale, 1), -10, 10))
    return np.stack(rows)


class Recursion(unittest.TestCase):
    def test_it_is_the_recursion(self):
        raw = some_raw(6)
        carried, is_carried = some_raw(6, seed=1)[:, 30], np.array([True, False] * 3)
        for share in (1.0, 0.5):
            its = Normalization(CARRIED.horizon, CARRIED.start_weight, CARRIED.carried_weight, CARRIED.energy_scale, share, CARRIED.mean)
            found = its(raw, carried, is_carried)
            self.assertEqual((found.dtype, found.shape), (np.float32, raw.shape))
            for row, known, used, values in zip(raw, carried, is_carried, found):
                expected = recursion(row, its, known if used else its.mean, its.carried_weight if used else its.start_weight)
                np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-5)
            np.testing.assert_array_equal(its(raw)[~is_carried], found[~is_carried])

    def test_silence_stays_silence(self):
        raw = some_raw(4)
        found = CARRIED(raw)
        np.testing.assert_array_equal(found[:, :7], np.broadcast_to(SILENCE, (4, 7, 40)))
        np.testing.assert_array_equal(found[:, 20], np.broadcast_to(SILENCE, (4, 40)))
        self.assertTrue((found[:, 21:50] != SILENCE).any(axis=2).all())

    def test_a_minute_does_not_overflow(self):
        raw = np.tile(some_raw(1)[:, 10:20], (1, 375, 1))
        found = Normalization(horizon=16, share=1)(raw)
        self.assertTrue(np.isfinite(found).all())
        np.testing.assert_allclose(found[0, -10:], recursion(raw[0], Normalization(horizon=16, share=1, energy_scale=16), np.zeros(40), 32)[-10:], atol=1e-4)

    def test_what_comes_later_changes_nothing(self):
        raw = some_raw(4)
        changed = raw.copy()
        changed[:, 40:] += 5
        np.testing.assert_array_equal(CARRIED(raw)[:, :40], CARRIED(changed)[:, :40])

    def test_the_sums_are_of_frames_with_speech(self):
        raw = some_raw(5)
        sums, counts = speech_sums(raw)
        for row, total, count, speech in zip(raw, sums, counts, has_speech(raw)):
            np.testing.assert_allclose(total, row[speech].sum(axis=0), rtol=1e-4, atol=1e-3)
            self.assertEqual(count, speech.sum())
        np.testing.assert_allclose(mean_of(sums, counts), raw[has_speech(raw)].mean(axis=0), rtol=1e-4, atol=1e-4)


class FrontEnds(unittest.TestCase):
    def test_without_normalization_it_is_the_front_end_of_the_module(self):
        module, raw_mfcc = load_front_end(MFCC, 0.3), load_front_end(RAW_MFCC, 0.3)
        for samples in (spoken("a voice"), as_int16(vowel(120, 0.7)), np.zeros(100, np.int16)):
            found = Normalization()(raw_mfcc.features(samples)[np.newaxis])[0]
            np.testing.assert_allclose(found, module.features(samples), atol=1e-4)


class Files(unittest.TestCase):
    def test_the_manifest_reads_back(self):
        with tempfile.TemporaryDirectory() as work:
            self.assertEqual(read_normalization(Path(work)).share, 0)
            manifest = CARRIED.as_manifest()
            Path(work, NORMALIZATION_FILE).write_text(json.dumps(manifest))
            found = read_normalization(Path(work))
            np.testing.assert_array_equal(found.mean, CARRIED.mean)
            self.assertEqual(found.as_manifest(), manifest)
            fields = {"kind", "horizon", "startWeight", "carriedWeight", "energyScale", "share", "speechRange", "speechFloor", "mean"}
            self.assertEqual(set(manifest), fields)


if __name__ == "__main__":
    unittest.main()
