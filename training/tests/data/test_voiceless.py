"""Windows in which nobody speaks: their kinds, their sounds, and the file that keeps them."""

import unittest
from unittest import mock

import numpy as np

from ..support import need

need("pyworld", "scipy", "soundfile", "wasmtime")

from training.data import front_end, voiceless
from training.data.sessions import Pool, Recorded
from training.data.voiceless import Voiceless, draw_sound, draw_window, knocks, tones

WINDOW = 8000


def pool() -> Pool:
    sound = lambda corpus: Recorded(np.random.default_rng(len(corpus)).normal(size=5000), corpus)
    return Pool([sound("talk")], [sound("backgrounds")], [sound("noise")], [sound("a room")])


class Windows(unittest.TestCase):
    def test_every_kind_fills_the_window_with_power_1_or_is_silent(self):
        kinds = set()
        for kind in voiceless.KINDS:
            with mock.patch.object(voiceless, "KINDS", {kind: 1.0}):
                for seed in range(5):
                    for its in (pool(), Pool()):
                        sources: set[str] = set()
                        samples = draw_sound(its, WINDOW, np.random.default_rng(seed), sources)
                        self.assertEqual(samples.shape, (WINDOW,))
                        self.assertTrue(np.isfinite(samples).all())
                        self.assertAlmostEqual(np.mean(samples**2), 0 if kind == "silence" else 1, places=4)
                        kinds |= {(kind, source) for source in sources}
        self.assertEqual(kinds, {("recorded", "backgrounds"), ("recorded", "noise"), ("crowd", "talk")})
        self.assertAlmostEqual(sum(voiceless.KINDS.values()), 1)

    def test_windows_are_int16_of_any_level_and_name_their_sounds(self):
        named, largest = set(), []
        for seed in range(60):
            samples, sources = draw_window(pool(), WINDOW, np.random.default_rng(seed))
            self.assertEqual((samples.dtype, samples.shape), (np.int16, (WINDOW,)))
            named |= sources
            largest.append(np.abs(samples.astype(int)).max())
        self.assertEqual(named, {"talk", "backgrounds", "noise", "a room"})
        self.assertLess(min(largest), 10)
        self.assertGreater(max(largest), 10_000)

    def test_tones_have_lines_and_knocks_have_gaps(self):
        for seed in range(10):
            spectrum = np.abs(np.fft.rfft(tones(16_000, np.random.default_rng(seed)) * np.hanning(16_000))) ** 2
            strongest = np.sort(spectrum)[::-1]
            self.assertGreater(strongest[:800].sum() / strongest.sum(), 0.6)  # in a tenth of the bins; white noise has a third of its power there
            power = np.mean(knocks(16_000, np.random.default_rng(seed)).reshape(-1, 160) ** 2, axis=1)
            self.assertGreater(power.max() / np.median(power), 3)


class Files(unittest.TestCase):
    def test_those_with_a_sound_of_a_corpus_can_be_left_out(self):
        windows = Voiceless(np.arange(3)[:, np.newaxis, np.newaxis], np.array(["[]", '["a", "b"]', '["bc"]']))
        self.assertEqual(windows.without({"b"}).ravel().tolist(), [0, 2])
        self.assertEqual(windows.without(set()).ravel().tolist(), [0, 1, 2])


if __name__ == "__main__":
    unittest.main()
