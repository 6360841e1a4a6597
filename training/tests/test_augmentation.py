"""Variants of recordings, measured: pitch and formants by WORLD, noise by its power, lines by their spectra."""

import unittest
from collections import deque

import numpy as np

from .support import SAMPLE_RATE, need, vowel

need("pyworld", "scipy", "wasmtime")

import pyworld

from training import augmentation
from training.augmentation import KINDS, PLAIN, REAL, VOICE, Voice, analyse, another_speaker, vary

PITCH = 110.0  # Hz
FORMANTS = (600.0, 1500.0, 2800.0)  # Hz
MEASURED = FORMANTS[1:]  # the first lies too near to single harmonics


class Scripted:
    """A generator that draws what it is told; `normal` and `uniform` give the middle once nothing is left."""

    def __init__(self, random: float, normal: tuple[float, ...] = (), uniform: tuple[float, ...] = ()):
        self._random, self._normal, self._uniform = random, deque(normal), deque(uniform)

    def random(self) -> float:
        return self._random

    def normal(self, mean: float, deviation: float, size: int | None = None) -> float | np.ndarray:
        drawn = self._normal.popleft() if self._normal else mean
        return drawn if size is None else np.full(size, drawn)

    def uniform(self, low: float, high: float) -> float:
        return self._uniform.popleft() if self._uniform else (low + high) / 2


def measured_pitch(samples: np.ndarray) -> float:
    """Hz: the median of the voiced frames."""
    pitch, _ = pyworld.harvest(samples, SAMPLE_RATE, f0_floor=60, f0_ceil=500)
    return float(np.median(pitch[pitch > 0]))


def measured_formants(samples: np.ndarray, near: list[float]) -> list[float]:
    """Hz: the peak of the mean envelope within 15 % of each place."""
    voice = analyse(samples)
    envelope = np.log(voice.envelope[voice.pitch > 0]).mean(axis=0)
    frequencies = np.linspace(0, SAMPLE_RATE / 2, len(envelope))
    close = [np.abs(np.log(frequencies[1:] / place)) < 0.15 for place in near]
    return [float(frequencies[1:][chosen][envelope[1:][chosen].argmax()]) for chosen in close]


def decibels(power: float) -> float:
    return float(10 * np.log10(power))


def power_between(samples: np.ndarray, low: float, high: float) -> float:
    frequencies = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    return float((np.abs(np.fft.rfft(samples)) ** 2)[(frequencies >= low) & (frequencies < high)].sum())


class AnotherSpeaker(unittest.TestCase):
    samples: np.ndarray
    voice: Voice

    @classmethod
    def setUpClass(cls):
        cls.samples = vowel(PITCH, 1.5, FORMANTS)
        cls.voice = analyse(cls.samples)

    def changed(self, pitch: float = 0, tract: float = 0, tempo: float = 0) -> np.ndarray:
        """Arguments are logarithms of factors."""
        return another_speaker(self.voice, Scripted(0.9, normal=(pitch, tract), uniform=(tempo,)))

    def assert_ratio(self, found: float, expected: float, tolerance: float) -> None:
        self.assertLess(abs(np.log(found / expected)), tolerance, f"{found} instead of {expected}")

    def test_nothing_changed_is_nearly_the_recording(self):
        samples = self.changed()
        self.assert_ratio(len(samples), len(self.samples), 0.01)
        self.assert_ratio(measured_pitch(samples), PITCH, 0.01)
        for found, expected in zip(measured_formants(samples, list(MEASURED)), MEASURED):
            self.assert_ratio(found, expected, 0.05)

    def test_pitch_alone(self):
        for pitch in (-0.25, 0.2):
            samples = self.changed(pitch=pitch)
            self.assert_ratio(measured_pitch(samples), PITCH * np.exp(pitch), 0.01)
            self.assert_ratio(len(samples), len(self.samples), 0.01)
            for found, expected in zip(measured_formants(samples, list(MEASURED)), MEASURED):
                self.assert_ratio(found, expected, 0.05)

    def test_tract_alone(self):
        for tract in (-0.15, 0.15):
            samples = self.changed(tract=tract)
            self.assert_ratio(measured_pitch(samples), PITCH, 0.01)
            self.assert_ratio(len(samples), len(self.samples), 0.01)
            places = [formant * np.exp(tract) for formant in MEASURED]
            for found, expected in zip(measured_formants(samples, places), places):
                self.assert_ratio(found, expected, 0.05)

    def test_tempo_alone(self):
        for tempo in (-0.15, 0.15):
            samples = self.changed(tempo=tempo)
            self.assert_ratio(len(samples), len(self.samples) * np.exp(-tempo), 0.01)
            self.assert_ratio(measured_pitch(samples), PITCH, 0.01)

    def test_all_together_as_on_a_tape(self):
        for factor in (-0.15, 0.15):
            samples = another_speaker(self.voice, Scripted(0.1, uniform=(factor,)))
            self.assert_ratio(len(samples), len(self.samples) * np.exp(-factor), 0.001)
            self.assert_ratio(measured_pitch(samples), PITCH * np.exp(factor), 0.01)
            places = [formant * np.exp(factor) for formant in MEASURED]
            for found, expected in zip(measured_formants(samples, places), places):
                self.assert_ratio(found, expected, 0.05)

    def test_changes_have_limits(self):
        self.assert_ratio(measured_pitch(self.changed(pitch=9)), PITCH * np.exp(augmentation.LARGEST_PITCH_CHANGE), 0.01)
        self.assert_ratio(measured_pitch(self.changed(pitch=-9)), PITCH * np.exp(-augmentation.LARGEST_PITCH_CHANGE), 0.01)
        np.testing.assert_array_equal(self.changed(tract=9), self.changed(tract=augmentation.LARGEST_TRACT_CHANGE))

    def test_an_envelope_is_moved_by_the_factor(self):
        bins = np.arange(513)
        envelope = np.exp(-(((bins - 200) / 10) ** 2))[np.newaxis] + 1e-9
        for factor in (0.8, 1.0, 1.25):
            moved = augmentation.warped(envelope, factor)
            self.assertEqual(moved.shape, envelope.shape)
            self.assertAlmostEqual(int(moved.argmax()), 200 * factor, delta=1)
        np.testing.assert_allclose(augmentation.warped(envelope, 1.0), envelope, rtol=1e-6)


class Vary(unittest.TestCase):
    def test_the_same_generator_gives_the_same_samples(self):
        voice = analyse(vowel(PITCH, 0.5))
        for kind in KINDS:
            for seed in range(20):
                one, again = (vary(kind, voice, np.random.default_rng(seed)) for _ in range(2))
                np.testing.assert_array_equal(one, again)

    def test_another_generator_gives_others(self):
        voice = analyse(vowel(PITCH, 0.5))
        for kind in (VOICE, REAL):
            self.assertEqual(len({vary(kind, voice, np.random.default_rng(seed)).tobytes() for seed in range(20)}), 20)

    def test_plain_is_the_recording(self):
        samples = vowel(PITCH, 0.5)
        self.assertIs(vary(PLAIN, analyse(samples), np.random.default_rng(0)), samples)

    def test_all_samples_are_finite(self):
        rng = np.random.default_rng(0)
        sounds = [vowel(PITCH, 0.5), np.zeros(8000), 1e-4 * rng.normal(size=5000), np.sign(np.sin(np.arange(6000) / 9)), vowel(PITCH, 0.01)]
        for samples in sounds:
            voice = analyse(samples)
            for kind in KINDS:
                for seed in range(30):
                    varied = vary(kind, voice, np.random.default_rng(seed))
                    self.assertTrue(np.isfinite(varied).all())
                    self.assertEqual(varied.ndim, 1)

    def test_the_recording_itself_is_not_changed(self):
        samples = vowel(PITCH, 0.5)
        before, voice = samples.copy(), analyse(samples)
        for seed in range(20):
            vary(REAL, voice, np.random.default_rng(seed))
        np.testing.assert_array_equal(samples, before)


class Noise(unittest.TestCase):
    def test_the_ratio_is_what_was_asked_for(self):
        speech = vowel(PITCH, 1)
        for seed, ratio in enumerate((-5, 0, 3.7, 12, 30)):
            noise = augmentation.noise(len(speech), np.random.default_rng(seed))
            added = augmentation.with_noise(speech, noise, ratio) - speech
            self.assertAlmostEqual(decibels(np.mean(speech**2) / np.mean(added**2)), ratio, places=6)

    def test_silence_stays_silence(self):
        silence = np.zeros(1000)
        np.testing.assert_array_equal(augmentation.with_noise(silence, augmentation.noise(1000, np.random.default_rng(0)), 10), silence)

    def test_it_has_the_length_and_is_never_silent(self):
        for seed in range(60):
            for count in (2, 333, 16_000):
                noise = augmentation.noise(count, np.random.default_rng(seed))
                self.assertEqual(noise.shape, (count,))
                self.assertTrue(np.isfinite(noise).all())
                self.assertGreater(np.mean(noise**2), 0)


class Colour(unittest.TestCase):
    def test_no_gain_is_the_recording(self):
        samples = vowel(PITCH, 0.3)
        np.testing.assert_allclose(augmentation.coloured(samples, 10, Scripted(0.5)), samples, atol=1e-12)

    def test_the_response_at_the_corners_is_what_was_drawn(self):
        click = np.zeros(16_000)
        click[0] = 1
        gains = np.array([3.0, -6, 2, 0, 5, -4, 1])
        response = np.abs(np.fft.rfft(augmentation.coloured(click, 10, Scripted(0.5, normal=(gains, 2.0)))))
        for corner, gain, tilt in zip((0, 150, 500, 1200, 2500, 4500, 8000), gains, np.linspace(-2, 2, 7)):
            self.assertAlmostEqual(20 * np.log10(response[corner]), gain + tilt, delta=0.05)

    def test_odd_and_even_lengths_stay(self):
        for count in (999, 1000):
            self.assertEqual(len(augmentation.coloured(np.ones(count), 5, np.random.default_rng(0))), count)


class Room(unittest.TestCase):
    def test_direct_sound_and_tail(self):
        click = np.zeros(3 * SAMPLE_RATE)
        click[0] = 1
        for seed in range(30):
            heard = augmentation.in_a_room(click, np.random.default_rng(seed))
            self.assertAlmostEqual(heard[0], 1, places=6)
            tail = heard[1:]
            self.assertTrue(-3.01 <= decibels(1 / (tail @ tail)) <= 12.01)
            self.assertLess(np.abs(heard[1:16]).max(), 1e-6, "nothing comes back within a millisecond")
            early, late = tail[: int(0.06 * SAMPLE_RATE)], tail[int(0.9 * SAMPLE_RATE) :]
            self.assertLess(late @ late, 1e-3 * (early @ early), "the tail dies away")

    def test_it_is_at_most_a_third_of_the_tail_longer(self):
        for seed in range(10):
            heard = augmentation.in_a_room(vowel(PITCH, 0.5), np.random.default_rng(seed))
            self.assertTrue(8000 <= len(heard) <= 8000 + 0.9 * SAMPLE_RATE / 3)


class Lines(unittest.TestCase):
    def test_mu_law_has_256_steps_and_is_finer_for_soft_samples(self):
        samples = np.linspace(-0.7, 0.7, 20_001)
        heard = augmentation.mu_law(samples)
        self.assertLessEqual(len(np.unique(heard.round(9))), 256)
        self.assertTrue((np.diff(heard) >= 0).all())
        self.assertLess(np.abs(heard - samples)[np.abs(samples) < 0.007].max(), 0.001)
        self.assertLess(np.abs(heard - samples).max(), 0.025)

    def test_filters_keep_their_band(self):
        white = np.random.default_rng(0).normal(size=SAMPLE_RATE)
        heard = augmentation.filtered(white, 4, (300, 3400), "band")
        self.assertLess(power_between(heard, 0, 100) / power_between(white, 0, 100), 1e-3)
        self.assertLess(power_between(heard, 6000, 8000) / power_between(white, 6000, 8000), 1e-3)
        self.assertAlmostEqual(power_between(heard, 600, 2500) / power_between(white, 600, 2500), 1, delta=0.05)


class Recorded(unittest.TestCase):
    def test_the_largest_sample_lies_from_minus_30_to_minus_1_decibel(self):
        samples = vowel(PITCH, 0.2)
        levels = []
        for seed in range(200):
            heard = augmentation.recorded(samples, np.random.default_rng(seed))
            self.assertEqual(heard.dtype, np.int16)
            levels.append(20 * np.log10(np.abs(heard.astype(int)).max() / 32767))
        self.assertGreaterEqual(min(levels), -30.01)
        self.assertLessEqual(max(levels), -0.99)
        self.assertGreater(np.ptp(levels), 25)

    def test_silence_stays_silence(self):
        self.assertFalse(augmentation.recorded(np.zeros(100), np.random.default_rng(0)).any())


if __name__ == "__main__":
    unittest.main()
