"""What the utterances of a session share, and where in the window they are."""

import dataclasses
import unittest
from unittest import mock

import numpy as np

from ..support import as_int16, need, need_tools, vowel

need("pyworld", "scipy", "wasmtime")
need_tools()

from training.data import augmentation, sessions
from training.data.augmentation import Change, Voice
from training.data.lines import CODES, LINEAR, Telephone, coded, over_telephone, telephone
from training.data.segment import loud_part
from training.data.sessions import Noise, Pool, Recorded, Session, draw_session, drawn_part, part_of, utterance

WINDOW = 8000  # 0.5 s
RNG = np.random.default_rng


def recorded(corpus: str, seed: int) -> Recorded:
    samples = RNG(seed).normal(size=5000)
    return Recorded(samples / np.sqrt(np.mean(samples**2)), corpus)


POOL = Pool([recorded("t", 0)], [recorded("b", 1)], [recorded("n", 2)], [recorded("r", 3)])


def voice_of(samples: np.ndarray) -> Voice:
    """Without WORLD's analysis: only for what does not synthesize."""
    frames = len(samples) // 80 + 1
    return Voice(samples, np.zeros(frames), np.ones((frames, 3)), np.ones((frames, 3)))


class LoudPart(unittest.TestCase):
    def test_silence_is_trimmed(self):
        loud = as_int16(vowel(120, 0.3))
        padded = np.concatenate([np.zeros(3200, np.int16), loud, np.zeros(4800, np.int16)])
        start, end = loud_part(padded)
        self.assertLessEqual(abs(start - 3200), 400)
        self.assertLessEqual(abs(end - 3200 - len(loud)), 400)

    def test_36_dB_are_the_limit(self):
        loud = RNG(0).normal(0, 8000, 8000)
        for decibels, kept in ((-30, True), (-42, False)):
            soft = RNG(1).normal(0, 8000 * 10 ** (decibels / 20), 8000)
            start, _ = loud_part(np.concatenate([soft, loud]))
            self.assertEqual(start < 4000, kept)

    def test_nothing_is_lost_of_what_has_no_loud_part(self):
        for samples in (np.zeros(5000, np.int16), np.zeros(10, np.int16), np.ones(300, np.int16)):
            self.assertEqual(loud_part(samples), (0, len(samples)))


class DrawnPart(unittest.TestCase):
    def test_up_to_0_2_s_stay_around_the_loud_part(self):
        with mock.patch.object(sessions, "SHORTENED", 0):
            parts = np.array([drawn_part((8000, 16000), 40000, 1e9, RNG(seed)) for seed in range(300)])
        before, after = 8000 - parts[:, 0], parts[:, 1] - 16000
        for margin in (before, after):
            self.assertTrue((margin >= 0).all() and (margin <= 3200 + 80).all())
            self.assertLess(margin.min(), 200)
            self.assertGreater(margin.max(), 3000)

    def test_a_long_one_is_cut_anywhere(self):
        parts = np.array([drawn_part((0, 80000), 80000, 20000, RNG(seed)) for seed in range(300)])
        self.assertTrue(((parts[:, 1] - parts[:, 0]) <= 20160).all())
        self.assertLess(parts[:, 0].min(), 3000)
        self.assertGreater(parts[:, 1].max(), 77000)

    def test_it_lies_in_the_recording_on_frames_of_world(self):
        for seed in range(200):
            count = int(RNG(seed).integers(1, 9000))
            loud = sorted(RNG(seed + 1000).integers(0, count, 2, endpoint=True).tolist())
            start, end = drawn_part(tuple(loud), count, 4000, RNG(seed))
            self.assertEqual(start % 80, 0)
            self.assertTrue(0 <= start <= end <= count)

    def test_a_part_of_a_voice(self):
        samples = vowel(120, 0.4)
        voice = augmentation.analyze(samples)
        part = part_of(voice, 800, 4000)
        np.testing.assert_array_equal(part.samples, samples[800:4000])
        self.assertEqual({len(part.pitch), len(part.envelope), len(part.aperiodicity)}, {41})
        spoken = augmentation.changed(part, Change(pitch=1.1))
        self.assertLessEqual(abs(len(spoken) - 3200), 160)


class Drawing(unittest.TestCase):
    def test_the_shares(self):
        with mock.patch.object(augmentation, "noise", lambda count, rng: np.ones(count)), mock.patch.object(augmentation, "talker", lambda count, rng: np.ones(count)):
            found = [draw_session(POOL, 500, RNG(seed)) for seed in range(3000)]
        everything = [one for one in found if one.room is not None or one.noise is not None or one.line is not None or one.clipping or one.code]
        self.assertAlmostEqual(np.mean([one.change is None for one in found]), 0.1, delta=0.02)
        self.assertAlmostEqual(np.mean([one.floor is not None for one in found]), 0.5, delta=0.03)
        self.assertAlmostEqual(np.mean([one.noise is not None for one in found]), 0.6 * 0.75, delta=0.03)
        self.assertAlmostEqual(np.mean([isinstance(one.line, Telephone) for one in found]), 0.6 * 0.16, delta=0.02)
        self.assertTrue(all(one.change is not None for one in everything))
        sources = [one.sources for one in found]
        for corpus, share in (("t", 0.6 * 0.75 * 0.35 * 0.8), ("b", 0.6 * 0.75 * 0.25 * 0.7), ("n", 0.6 * 0.75 * 0.25 * 0.3), ("r", 0.6 * 0.4 * 0.3)):
            self.assertAlmostEqual(np.mean([corpus in its for its in sources]), share, delta=0.02)

    def test_without_sounds_all_is_made_up(self):
        with mock.patch.object(augmentation, "talker", lambda count, rng: np.ones(count)):
            found = [draw_session(Pool(), 500, RNG(seed)) for seed in range(200)]
        self.assertEqual({one.sources for one in found}, {frozenset()})
        self.assertTrue(all(len(one.noise.samples) == 1500 for one in found if one.noise))


class Utterances(unittest.TestCase):
    voice = voice_of(vowel(120, 0.25))

    def received(self, seed: int = 0, **session) -> tuple[np.ndarray, slice]:
        return utterance(Session(**session), self.voice, (0, len(self.voice.samples)), WINDOW, RNG(seed))

    def test_anywhere_in_the_window_and_silence_around(self):
        begins = []
        for seed in range(40):
            samples, measured = self.received(seed)
            self.assertEqual((samples.dtype, len(samples)), (np.int16, WINDOW))
            outside = np.ones(WINDOW, bool)
            outside[measured] = False
            self.assertFalse(samples[outside].any())
            begins.append(measured.start)
        self.assertLess(min(begins), 600)
        self.assertGreater(max(begins), 3000)

    def test_noise_lies_under_the_utterance_or_everywhere(self):
        noise = RNG(0).normal(size=3 * WINDOW)
        for everywhere in (False, True):
            ratios = []
            for seed in range(20):
                clean, own = self.received(seed)
                noisy, measured = self.received(seed, noise=Noise(noise, 10.0, everywhere))
                self.assertEqual(measured, slice(0, WINDOW) if everywhere else own)
                outside = np.delete(noisy, np.r_[own])
                self.assertEqual(outside.any(), everywhere)
                scale = (noisy[own].astype(float) @ clean[own]) / (clean[own].astype(float) @ clean[own])
                rest = noisy[own] - scale * clean[own]
                ratios.append(10 * np.log10(np.mean((scale * clean[own]) ** 2) / np.mean(rest**2)))
            self.assertAlmostEqual(np.mean(ratios), 10, delta=1)
            self.assertAlmostEqual(np.std(ratios), sessions.RATIO_SPREAD, delta=1)

    def test_all_of_a_session_at_once(self):
        everything = dict(
            room=augmentation.room(RNG(1)),
            microphone=augmentation.microphone(10, RNG(2)),
            noise=Noise(RNG(0).normal(size=3 * WINDOW), 5.0, True),
            floor=40.0,
            line=telephone(RNG(3)),
            clipping=1.5,
            level=-6.0,
        )
        samples, _ = self.received(**everything)
        self.assertAlmostEqual(20 * np.log10(np.abs(samples.astype(int)).max() / 32767), -6, delta=0.1)
        np.testing.assert_array_equal(self.received(**everything)[0], samples)
        self.assertTrue((self.received(seed=1, **everything)[0] != samples).any())

    def test_silence_is_possible(self):
        samples, _ = utterance(Session(), voice_of(np.zeros(3000)), (0, 3000), WINDOW, RNG(0))
        self.assertFalse(samples.any())


class Lines(unittest.TestCase):
    def test_nothing_passes_outside_the_band(self):
        noise = RNG(0).normal(size=32000)
        for seed in range(5):
            line = dataclasses.replace(telephone(RNG(seed)), code=LINEAR)
            power = np.abs(np.fft.rfft(over_telephone(noise, line))) ** 2
            hertz = np.fft.rfftfreq(32000, 1 / 16000)
            inside = power[(hertz > 500) & (hertz < 3000)].mean()
            for low, high in ((4200, 8000), (0, 90)):
                self.assertLess(power[(hertz > low) & (hertz < high)].mean(), 1e-3 * inside)
            self.assertAlmostEqual(10 * np.log10(inside / 32000), 0, delta=1.5)

    def test_the_number_of_samples_stays(self):
        for count in (1000, 1001):
            self.assertEqual(len(over_telephone(np.ones(count), telephone(RNG(0)))), count)

    def test_codes_have_at_most_255_steps_and_are_finer_for_soft_samples(self):
        samples = np.linspace(-1, 1, 20001)
        for code in set(CODES) - {LINEAR}:
            found = coded(samples, code)
            self.assertLessEqual(len(np.unique(found)), 255)
            self.assertGreater(len(np.unique(found)), 200)
            self.assertLess(np.abs(found - samples)[np.abs(samples) < 0.05].max(), 0.003)
            self.assertLess(np.abs(found - samples).max(), 0.04)
            np.testing.assert_allclose(found, -found[::-1], atol=1e-12)


if __name__ == "__main__":
    unittest.main()
