"""The conditions of the robustness table, measured; and that training uses none of them."""

import ast
import inspect
import math
import unittest
from unittest import mock

import numpy as np

from ..support import SAMPLE_RATE, need, vowel

need("pyroomacoustics", "pyworld", "scipy", "wasmtime")

from training.data import augmentation
from training.judging import degradations
from training.judging.degradations import DISTANCES, NOISES, RATIOS, Condition, conditions

OTHERS = [0.3 * vowel(90 + 20 * number, 0.8 + 0.1 * number, seed=number) for number in range(8)]


def condition(name: str) -> Condition:
    return next(found for found in conditions() if found.name == name)


def degraded(name: str, samples: np.ndarray, seed: int = 0) -> np.ndarray:
    return condition(name).degrade(samples, OTHERS, np.random.default_rng(seed))


def speech() -> np.ndarray:
    """Soft enough that no noise makes it too loud for 16 bits."""
    return 0.1 * vowel(130, 1.7)


def power_between(samples: np.ndarray, low: float, high: float) -> float:
    frequencies = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    return float((np.abs(np.fft.rfft(samples)) ** 2)[(frequencies >= low) & (frequencies < high)].sum())


def decibels(power: float) -> float:
    return float(10 * np.log10(power))


class Every(unittest.TestCase):
    def test_names_are_unique_and_good_for_folders(self):
        names = [found.name for found in conditions()]
        self.assertEqual(len(set(name.lower() for name in names)), len(names))
        self.assertEqual(len(names), 1 + len(NOISES) * len(RATIOS) + len(DISTANCES) + 3 + 4)
        for name in names:
            self.assertRegex(name, r"^[A-Za-z0-9][A-Za-z0-9 .+-]*$", "not a folder's name everywhere")

    def test_the_length_stays_and_all_samples_are_finite(self):
        for found in conditions():
            for count in (333, 8_001, 27_200):
                samples = np.resize(speech(), count) + 0.01
                result = found.degrade(samples, OTHERS, np.random.default_rng(count))
                self.assertEqual(result.shape, (count,), found.name)
                self.assertTrue(np.isfinite(result).all(), found.name)

    def test_the_same_generator_gives_the_same_samples(self):
        for found in conditions():
            one, again = (found.degrade(speech(), OTHERS, np.random.default_rng(3)) for _ in range(2))
            np.testing.assert_array_equal(one, again, found.name)

    def test_the_recordings_are_not_changed(self):
        samples, others = speech(), [other.copy() for other in OTHERS]
        for found in conditions():
            found.degrade(samples, OTHERS, np.random.default_rng(0))
        np.testing.assert_array_equal(samples, speech())
        for other, before in zip(OTHERS, others):
            np.testing.assert_array_equal(other, before)

    def test_only_gain_is_too_loud_for_16_bits(self):
        loud = 2 * vowel(130, 1.7)
        for found in conditions():
            if not found.name.startswith("gain +"):
                self.assertLessEqual(np.abs(found.degrade(loud, OTHERS, np.random.default_rng(0))).max(), 1.01, found.name)

    def test_clean_is_the_recording(self):
        np.testing.assert_array_equal(degraded("clean", speech()), speech())


class Noise(unittest.TestCase):
    def test_the_ratio_is_what_the_name_says(self):
        for noise in NOISES:
            for ratio in RATIOS:
                added = degraded(f"{noise} {ratio} dB", speech(), seed=ratio) - speech()
                self.assertAlmostEqual(decibels(np.mean(speech() ** 2) / np.mean(added**2)), ratio, places=6, msg=noise)

    def test_a_sum_too_loud_is_made_softer_as_a_whole(self):
        softer = degraded("rain 0 dB", 20 * speech())
        self.assertAlmostEqual(np.abs(softer).max(), 1)
        alone = degraded("rain 0 dB", speech())
        np.testing.assert_allclose(softer / softer[1000], alone / alone[1000], rtol=1e-6)

    def test_rain_is_high_and_never_pauses(self):
        samples = degradations.rain(20 * SAMPLE_RATE, OTHERS, np.random.default_rng(0))
        self.assertGreater(power_between(samples, 1000, 8000), 20 * power_between(samples, 20, 500))
        tenths = samples.reshape(-1, SAMPLE_RATE // 10)
        self.assertGreater(np.mean(tenths**2, axis=1).min(), 0.1 * np.mean(samples**2))

    def test_babble_is_six_voices_of_the_same_power(self):
        one_hot = [np.full(4000, 10.0**-number) for number in range(7)]  # powers far apart; each alone would be 1
        samples = degradations.babble(5000, one_hot, np.random.default_rng(0))
        np.testing.assert_allclose(samples, 6)

    def test_babble_takes_no_voice_twice(self):
        voices = [np.where(np.arange(8) == number, 1.0, 0.0) for number in range(6)]
        result = degradations.babble(8, voices, np.random.default_rng(1))
        self.assertAlmostEqual(result.sum(), 6 * np.sqrt(8))

    def test_babble_is_of_the_others_alone(self):
        samples = speech()
        silent = [np.full(100, 1e-3) for _ in range(6)]
        added = condition("babble 0 dB").degrade(samples, silent, np.random.default_rng(0)) - samples
        np.testing.assert_allclose(added, added[0])

    def test_kitchen_has_strokes_over_a_fan(self):
        samples = degradations.kitchen(10 * SAMPLE_RATE, OTHERS, np.random.default_rng(0))
        power = np.mean(samples[: len(samples) // 400 * 400].reshape(-1, 400) ** 2, axis=1)
        self.assertGreater(decibels(power.max() / np.median(power)), 10)
        self.assertGreater(power.min(), 0)
        self.assertGreater(power_between(samples, 300, 6000) / power_between(samples, 0, 8000), 0.8)


class Room(unittest.TestCase):
    def test_the_direct_sound_stays_where_it_is_and_the_power_too(self):
        click = np.zeros(SAMPLE_RATE)
        click[3000] = 0.1
        for distance in DISTANCES:
            result = degraded(f"room {distance} m", click)
            self.assertEqual(int(np.abs(result).argmax()), 3000)
            self.assertAlmostEqual(decibels(np.mean(result**2) / np.mean(click**2)), 0, places=6)

    def test_farther_away_there_is_more_room(self):
        click = np.zeros(SAMPLE_RATE)
        click[1000] = 0.1
        direct = []
        for distance in DISTANCES:
            result = degraded(f"room {distance} m", click)
            direct.append((result[900:1040] @ result[900:1040]) / (result @ result))
        self.assertEqual(direct, sorted(direct, reverse=True))

    def test_it_dies_away_in_about_half_a_second(self):
        click = np.zeros(SAMPLE_RATE)
        click[0] = 0.1
        energy = np.cumsum(degraded("room 1.5 m", click)[::-1] ** 2)[::-1]
        level = 10 * np.log10(energy / energy[0] + 1e-12)
        at = [int(np.argmax(level < threshold)) / SAMPLE_RATE for threshold in (-5, -25)]
        self.assertAlmostEqual(3 * (at[1] - at[0]), 0.5, delta=0.15)  # reverberation time from 20 dB, as ISO 3382 has it


class Lines(unittest.TestCase):
    def test_telephone_has_nothing_above_4_khz_and_little_below_300_hz(self):
        white = 0.1 * np.random.default_rng(0).normal(size=4 * SAMPLE_RATE)
        result = degraded("telephone", white)
        kept = power_between(result, 600, 3000) / power_between(white, 600, 3000)
        self.assertAlmostEqual(decibels(kept), 0, delta=0.5)
        self.assertLess(decibels(power_between(result, 4200, 8000) / power_between(white, 4200, 8000)), -40)
        self.assertLess(decibels(power_between(result, 0, 150) / power_between(white, 0, 150)), -25)
        self.assertLess(decibels(power_between(result, 0, 250) / power_between(white, 0, 250)), -10)

    def test_telephone_is_a_law(self):
        """8 bits give a signal-to-noise ratio of about 38 dB that hardly depends on the level."""
        times = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
        for size in (0.9, 0.1):
            result = degraded("telephone", size * np.sin(2 * np.pi * 1013 * times))[8000:-8000]
            tone = power_between(result, 1012.5, 1013.5)
            self.assertAlmostEqual(decibels(tone / (power_between(result, 300, 3400) - tone)), 40, delta=5)

    def test_telephone_has_the_steps_of_a_law(self):
        """With nothing filtered and resampled, what is left lies at multiples of 1/127 on the curve of G.711, the nearest to what was said."""
        said = np.concatenate([np.linspace(-1, 1, 2001), np.geomspace(1e-6, 1, 500), -np.geomspace(1e-6, 1, 500)])
        with (
            mock.patch.object(degradations.signal, "sosfiltfilt", lambda sections, samples: samples),
            mock.patch.object(degradations.signal, "resample_poly", lambda samples, up, down: samples),
        ):
            result = degradations.telephone(said)

        def compressed(size: float) -> float:
            return (87.6 * size if size < 1 / 87.6 else 1 + math.log(87.6 * size)) / (1 + math.log(87.6))

        np.testing.assert_array_equal(np.sign(result) * (result != 0), np.sign(said) * (result != 0))
        places, wanted = (127 * np.array([compressed(abs(size)) for size in samples]) for samples in (result, said))
        np.testing.assert_allclose(places, np.round(places), atol=1e-9)
        self.assertLessEqual(np.abs(places - wanted).max(), 0.5 + 1e-9)
        self.assertEqual(set(np.round(places)), set(range(128)))
        self.assertAlmostEqual(result[result > 0].min(), 5.4728 / 87.6 / 127, places=8)  # 1 + ln 87.6 is 5.4728

    def test_8_bit(self):
        result = degraded("8 bit", speech())
        np.testing.assert_array_equal(result * 128, np.round(result * 128))
        self.assertLessEqual(np.abs(result - speech()).max(), 1.5 / 128)

    def test_clipped_cuts_one_sample_of_ten(self):
        samples = 0.1 * np.random.default_rng(0).normal(size=10_000)
        result = degraded("clipped", samples)
        self.assertAlmostEqual(np.mean(result != samples), 0.1, delta=0.001)
        self.assertTrue((np.abs(result) <= np.abs(samples)).all())

    def test_gain(self):
        for gain in degradations.GAINS:
            np.testing.assert_allclose(degraded(f"gain {gain:+d} dB", speech()), speech() * 10 ** (gain / 20))


class Samples(unittest.TestCase):
    def test_they_are_rounded_to_the_nearest(self):
        for number in (-32_768, -32_767, -300, -1, 0, 1, 7, 32_766, 32_767):
            for part in (-0.4, 0.0, 0.4):
                found = degradations.as_int16(np.array([(number + part) / 32_768]))
                self.assertEqual((found.dtype, found.tolist()), (np.int16, [number]))

    def test_what_is_louder_is_cut_off(self):
        loud = np.array([1.0, 1.00001, 1.5, 2.0, 300.0, -1.0, -1.00001, -1.5, -2.0, -300.0])
        self.assertEqual(degradations.as_int16(loud).tolist(), [32_767] * 5 + [-32_768] * 5)


class ApartFromTraining(unittest.TestCase):
    """A noise that training used would make the table flatter than the world is."""

    def test_neither_module_uses_the_other(self):
        for one, other in ((degradations, "augmentation"), (augmentation, "degradations")):
            for node in ast.walk(ast.parse(inspect.getsource(one))):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    names = [name.name for name in node.names] + [getattr(node, "module", None) or ""]
                    self.assertFalse([name for name in names if other in name], f"{one.__name__} imports {other}")

    def test_they_share_no_function(self):
        table, training = (
            {
                name: value.__code__.co_code
                for name, value in vars(module).items()
                if inspect.isfunction(value) and value.__module__ == module.__name__
            }
            for module in (degradations, augmentation)
        )
        self.assertIn("rain", table)
        self.assertIn("noise", training)
        self.assertFalse(table.keys() & training.keys())
        self.assertFalse(set(table.values()) & set(training.values()))

    def test_the_table_draws_other_numbers_than_training(self):
        """Both make a generator from the bytes of a name; the same numbers would not matter, but these are not the same."""
        training = np.random.default_rng([2, 0, *b"03a01Fa"]).random(4)
        table = np.random.default_rng(list(b"rain 20 dB 03a01Fa")).random(4)
        self.assertFalse(np.isin(training, table).any())


if __name__ == "__main__":
    unittest.main()
