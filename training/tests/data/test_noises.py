"""Noises by their power, lines, microphones and rooms by their spectra and energy."""

import unittest
from unittest import mock

import numpy as np

from ..support import SAMPLE_RATE, need, vowel

need("pyworld", "scipy", "wasmtime")

import pyworld

from training.data import augmentation

from .measured import PITCH, Scripted, decibels, measured_formants, measured_pitch, noted, power_between


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


class Talk(unittest.TestCase):
    """Made-up speech. Scripted, it is the middle of everything: five syllables a second, none of them hissed or left out."""

    def scripted(self, random: float = 0.5, seconds: float = 1) -> np.ndarray:
        return augmentation.talker(round(seconds * SAMPLE_RATE), Scripted(random))

    def frames(self, samples: np.ndarray) -> np.ndarray:
        """Power of each 20 ms."""
        return np.mean(samples[: len(samples) // 320 * 320].reshape(-1, 320) ** 2, axis=1)

    def test_it_has_the_length_and_is_finite(self):
        for seed, count in enumerate((1, 2, 79, 80, 81, 333, 1600, 4001, 8000, 16_001)):
            for generator in (np.random.default_rng(seed), Scripted(0.1), Scripted(0.5), Scripted(0.9)):
                samples = augmentation.talker(count, generator)
                self.assertEqual((samples.shape, samples.dtype), ((count,), np.float64))
                self.assertTrue(np.isfinite(samples).all())

    def test_another_generator_talks_otherwise_and_the_same_one_the_same(self):
        talks = [augmentation.talker(4000, np.random.default_rng(seed)) for seed in (*range(10), 0)]
        self.assertEqual(len({talk.tobytes() for talk in talks}), 10)
        np.testing.assert_array_equal(talks[0], talks[-1])

    def test_its_power_is_mainly_below_4_khz(self):
        talks = [augmentation.talker(2 * SAMPLE_RATE, np.random.default_rng(seed)) for seed in range(6)]
        shares = [power_between(talk, 0, 4000) / power_between(talk, 0, 8001) for talk in talks]
        self.assertGreater(min(shares), 0.6)
        self.assertGreater(np.mean(shares), 0.8)
        self.assertGreater(power_between(self.scripted(), 0, 1000), 5 * power_between(self.scripted(), 1000, 8001))

    def test_it_comes_and_goes_as_noise_does_not(self):
        still = self.frames(np.random.default_rng(0).normal(size=2 * SAMPLE_RATE))
        for seed in range(6):
            talk = self.frames(augmentation.talker(2 * SAMPLE_RATE, np.random.default_rng(seed)))
            self.assertGreater(talk.std() / talk.mean(), 10 * still.std() / still.mean())
            self.assertGreater(decibels(np.quantile(talk, 0.95) / np.quantile(talk, 0.05)), 20)

    def test_its_voiced_parts_have_a_pitch(self):
        for seed in range(6):
            samples = augmentation.talker(SAMPLE_RATE, np.random.default_rng(seed))
            pitch, _ = pyworld.dio(samples, SAMPLE_RATE, f0_floor=40, f0_ceil=800)
            self.assertGreater(np.mean(pitch > 0), 0.25)
            self.assertTrue(50 < np.quantile(pitch[pitch > 0], 0.1) < np.quantile(pitch[pitch > 0], 0.9) < 400)

    def test_the_middle_of_everything(self):
        samples = self.scripted()
        self.assertAlmostEqual(measured_pitch(samples) / np.sqrt(80 * 280), 1, delta=0.02)
        places = [1675.0, 2800.0]  # the first lies too near to single harmonics
        for found, place in zip(measured_formants(samples, places), places):
            self.assertAlmostEqual(found / place, 1, delta=0.05)

    def test_syllables_swell_and_fade(self):
        power = self.frames(self.scripted())[:50].reshape(5, 10)  # syllables of 200 ms
        np.testing.assert_allclose(power.sum(axis=1), power.sum() / 5, rtol=0.2)
        shape = power.mean(axis=0) / power.mean()
        np.testing.assert_allclose(shape, 2 * np.sin(np.pi * (np.arange(10) + 0.5) / 10) ** 2, atol=0.3)

    def test_hissed_ones_are_high_and_have_no_pitch(self):
        samples = self.scripted(0.1)
        self.assertGreater(power_between(samples, 3000, 8000), 5 * power_between(samples, 0, 3000))
        self.assertEqual(np.count_nonzero(pyworld.dio(samples, SAMPLE_RATE)[0]), 0)

    def test_ones_left_out_are_nearly_silent(self):
        self.assertLess(decibels(np.mean(self.scripted(0.9) ** 2) / np.mean(self.scripted() ** 2)), -60)

    def test_the_chances_of_syllables_and_the_range_of_the_pitch(self):
        hissed, left_out, pitches = [], [], []
        with mock.patch.object(augmentation, "TALKER_BINS", 3), mock.patch.object(pyworld, "synthesize") as synthesize:
            for seed in range(150):
                augmentation.talker(20 * SAMPLE_RATE, np.random.default_rng(seed))
                pitch, envelope, aperiodicity, _ = synthesize.call_args.args
                hissed.append(np.mean(pitch == 0))
                left_out.append(np.mean(envelope.max(axis=1) < 1.001e-10))
                pitches.append((pitch[pitch > 0].min(), pitch.max()))
                self.assertTrue((aperiodicity[pitch == 0] == 1).all() and (aperiodicity[pitch > 0].min(axis=1) < 0.02).all())
        self.assertAlmostEqual(np.mean(hissed), 0.2, delta=0.015)
        self.assertAlmostEqual(np.mean(left_out), 0.15, delta=0.015)
        lowest, highest = np.min(pitches), np.max(pitches)
        self.assertTrue(80 * np.exp(-0.3) < lowest < 62 and 360 < highest < 280 * np.exp(0.3), f"{lowest} to {highest} Hz")

    def test_people_are_softer_than_the_speaker_by_0_to_25_decibels(self):
        speech = vowel(PITCH, 0.2)
        talk = np.random.default_rng(0).normal(size=len(speech))
        with noted("in_a_room", "colored"), mock.patch.object(augmentation, "talker", lambda count, rng: talk[:count]):
            for seed in range(50):
                added = augmentation.among_people(speech, np.random.default_rng(seed)) - speech
                self.assertTrue(-1e-6 <= decibels(np.mean(speech**2) / np.mean(added**2)) <= 25 + 1e-6)
                np.testing.assert_allclose(added / np.std(added), talk / np.std(talk), rtol=1e-9, atol=1e-9)

    def test_everybody_talks_as_long_as_the_room_sounds(self):
        longer = np.zeros(700)
        with noted("colored", "with_noise"), mock.patch.object(augmentation, "in_a_room", lambda samples, rng: longer):
            with mock.patch.object(augmentation, "talker", side_effect=lambda count, rng: np.zeros(count)) as talker:
                lengths = set()
                for seed in range(20):
                    result = augmentation.among_people(np.zeros(500), np.random.default_rng(seed))
                    self.assertEqual({call.args[0] for call in talker.call_args_list}, {len(result)})
                    lengths.add(len(result))
                    talker.reset_mock()
        self.assertEqual(lengths, {500, 700})


class Color(unittest.TestCase):
    def test_no_gain_is_the_recording(self):
        samples = vowel(PITCH, 0.3)
        np.testing.assert_allclose(augmentation.colored(samples, 10, Scripted(0.5)), samples, atol=1e-12)

    def test_the_response_at_the_corners_is_what_was_drawn(self):
        click = np.zeros(16_000)
        click[0] = 1
        gains = np.array([3.0, -6, 2, 0, 5, -4, 1])
        response = np.abs(np.fft.rfft(augmentation.colored(click, 10, Scripted(0.5, normal=(gains, 2.0)))))
        for corner, gain, tilt in zip((0, 150, 500, 1200, 2500, 4500, 8000), gains, np.linspace(-2, 2, 7)):
            self.assertAlmostEqual(20 * np.log10(response[corner]), gain + tilt, delta=0.05)

    def test_odd_and_even_lengths_stay(self):
        for count in (999, 1000):
            self.assertEqual(len(augmentation.colored(np.ones(count), 5, np.random.default_rng(0))), count)


class Room(unittest.TestCase):
    def test_direct_sound_and_tail(self):
        click = np.zeros(3 * SAMPLE_RATE)
        click[0] = 1
        for seed in range(30):
            result = augmentation.in_a_room(click, np.random.default_rng(seed))
            self.assertAlmostEqual(result[0], 1, places=6)
            tail = result[1:]
            self.assertTrue(-3.01 <= decibels(1 / (tail @ tail)) <= 12.01)
            self.assertLess(np.abs(result[1:16]).max(), 1e-6, "nothing comes back within a millisecond")
            early, late = tail[: int(0.06 * SAMPLE_RATE)], tail[int(0.9 * SAMPLE_RATE) :]
            self.assertLess(late @ late, 1e-3 * (early @ early), "the tail dies away")

    def test_it_is_at_most_a_third_of_the_tail_longer(self):
        for seed in range(10):
            result = augmentation.in_a_room(vowel(PITCH, 0.5), np.random.default_rng(seed))
            self.assertTrue(8000 <= len(result) <= 8000 + 0.9 * SAMPLE_RATE / 3)


class Lines(unittest.TestCase):
    def test_mu_law_has_256_steps_and_is_finer_for_soft_samples(self):
        samples = np.linspace(-0.7, 0.7, 20_001)
        result = augmentation.mu_law(samples)
        self.assertLessEqual(len(np.unique(result.round(9))), 256)
        self.assertTrue((np.diff(result) >= 0).all())
        self.assertLess(np.abs(result - samples)[np.abs(samples) < 0.007].max(), 0.001)
        self.assertLess(np.abs(result - samples).max(), 0.025)

    def test_filters_keep_their_band(self):
        white = np.random.default_rng(0).normal(size=SAMPLE_RATE)
        result = augmentation.filtered(white, 4, (300, 3400), "band")
        self.assertLess(power_between(result, 0, 100) / power_between(white, 0, 100), 1e-3)
        self.assertLess(power_between(result, 6000, 8000) / power_between(white, 6000, 8000), 1e-3)
        self.assertAlmostEqual(power_between(result, 600, 2500) / power_between(white, 600, 2500), 1, delta=0.05)


class Recorded(unittest.TestCase):
    def test_the_largest_sample_lies_from_minus_30_to_minus_1_decibel(self):
        samples = vowel(PITCH, 0.2)
        levels = []
        for seed in range(200):
            result = augmentation.recorded(samples, np.random.default_rng(seed))
            self.assertEqual(result.dtype, np.int16)
            levels.append(20 * np.log10(np.abs(result.astype(int)).max() / 32767))
        self.assertGreaterEqual(min(levels), -30.01)
        self.assertLessEqual(max(levels), -0.99)
        self.assertGreater(np.ptp(levels), 25)

    def test_silence_stays_silence(self):
        self.assertFalse(augmentation.recorded(np.zeros(100), np.random.default_rng(0)).any())


if __name__ == "__main__":
    unittest.main()
