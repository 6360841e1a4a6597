"""Voices, measured by WORLD, and how often each kind of variant and each of its steps is drawn."""

import unittest

import numpy as np

from ..support import THOROUGH, need, vowel

need("pyworld", "scipy", "wasmtime")

from training.data import augmentation
from training.data.augmentation import CROWD, KINDS, PLAIN, REAL, TRACT, VOICE, Voice, analyze, another_speaker, spoken, vary

from .measured import DRAWS, FORMANTS, MEASURED, PITCH, Scripted, measured_formants, measured_pitch, noted


class AnotherSpeaker(unittest.TestCase):
    samples: np.ndarray
    voice: Voice

    @classmethod
    def setUpClass(cls):
        cls.samples = vowel(PITCH, 1.5, FORMANTS)
        cls.voice = analyze(cls.samples)

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

    def test_the_tract_of_the_speaker_alone(self):
        for tract in (-0.15, 0.15):
            samples = vary(TRACT, self.voice, Scripted(0.9, normal=(tract,)))
            self.assert_ratio(measured_pitch(samples), PITCH, 0.01)
            self.assert_ratio(len(samples), len(self.samples), 0.01)
            places = [formant * np.exp(tract) for formant in MEASURED]
            for found, expected in zip(measured_formants(samples, places), places):
                self.assert_ratio(found, expected, 0.05)
            np.testing.assert_array_equal(samples, self.changed(tract=tract))

    def test_the_tract_of_the_speaker_has_the_limits_of_another_speaker(self):
        for sign in (-1, 1):
            largest = spoken(self.voice, tract=np.exp(sign * 0.18))
            np.testing.assert_array_equal(vary(TRACT, self.voice, Scripted(0.9, normal=(sign * 9,))), largest)
            np.testing.assert_array_equal(self.changed(tract=sign * 9), largest)

    def test_spoken_with_every_factor_at_once(self):
        before = self.voice.envelope.copy(), self.voice.pitch.copy()
        samples = spoken(self.voice, pitch=1.2, tract=0.9, tempo=1.25)
        self.assert_ratio(len(samples), len(self.samples) / 1.25, 0.01)
        self.assert_ratio(measured_pitch(samples), PITCH * 1.2, 0.01)
        places = [formant * 0.9 for formant in MEASURED]
        for found, expected in zip(measured_formants(samples, places), places):
            self.assert_ratio(found, expected, 0.05)
        np.testing.assert_array_equal(self.voice.envelope, before[0])
        np.testing.assert_array_equal(self.voice.pitch, before[1])

    def test_spoken_without_factors_changes_nothing(self):
        np.testing.assert_array_equal(spoken(self.voice), spoken(self.voice, pitch=1.0, tract=1.0, tempo=1.0))
        np.testing.assert_array_equal(spoken(self.voice), self.changed())

    def test_an_envelope_is_moved_by_the_factor(self):
        bins = np.arange(513)
        envelope = np.exp(-(((bins - 200) / 10) ** 2))[np.newaxis] + 1e-9
        for factor in (0.8, 1.0, 1.25):
            moved = augmentation.warped(envelope, factor)
            self.assertEqual(moved.shape, envelope.shape)
            self.assertAlmostEqual(int(moved.argmax()), 200 * factor, delta=1)
        np.testing.assert_allclose(augmentation.warped(envelope, 1.0), envelope, rtol=1e-6)


class SpreadOfSpeakers(unittest.TestCase):
    """What another_speaker draws."""

    spoken: np.ndarray  # logarithms of the factors on pitch, tract and tempo
    taped: np.ndarray  # logarithms of the factor

    @classmethod
    def setUpClass(cls):
        rng = np.random.default_rng(0)
        voice = Voice(np.zeros(1000), *[np.zeros(0)] * 3)
        with noted("spoken") as calls:
            lengths = [len(found) for _ in range(DRAWS) if (found := another_speaker(voice, rng)) is not voice]
        cls.spoken = np.log([factors for _, *factors in calls])
        cls.taped = np.log(1000 / np.array(lengths))

    def test_35_of_100_are_as_on_a_tape(self):
        self.assertAlmostEqual(len(self.taped) / DRAWS, 0.35, delta=0.01)
        self.assertEqual(len(self.taped) + len(self.spoken), DRAWS)

    def test_pitch_and_tract_are_normal_within_their_limits(self):
        for found, deviation, limit in zip(self.spoken.T, (0.13, 0.08), (0.3, 0.18)):
            np.testing.assert_allclose(np.quantile(found, [0.1587, 0.5, 0.8413]), [-deviation, 0, deviation], atol=0.005)
            np.testing.assert_allclose([found.min(), found.max()], [-limit, limit])

    def test_tempo_is_uniform(self):
        for found in (self.spoken[:, 2], self.taped):
            np.testing.assert_allclose(np.quantile(found, [0, 0.25, 0.5, 0.75, 1]), [-0.17, -0.085, 0, 0.085, 0.17], atol=0.005)


class Chances(unittest.TestCase):
    """How often the steps are taken that lie between a speaker and the samples."""

    def assert_share(self, count: int, expected: float, what: str, of: int = DRAWS) -> None:
        self.assertAlmostEqual(count / of, expected, delta=0.01, msg=what)

    def assert_uniform(self, found: list[float], low: float, high: float) -> None:
        width = high - low
        np.testing.assert_allclose(np.quantile(found, [0, 0.25, 0.5, 0.75, 1]), low + width * np.linspace(0, 1, 5), atol=0.02 * width)
        self.assertTrue(low <= min(found) and max(found) <= high)

    def test_each_step_through_the_world_has_its_own(self):
        rng = np.random.default_rng(0)
        samples = np.linspace(0, 1, 101)  # each quantile is its own place
        steps, largest = [], []
        with noted("in_a_room", "colored", "with_noise", "filtered", "mu_law", "noise") as calls:
            for _ in range(DRAWS):
                largest.append(augmentation.through_the_world(samples, rng).max())
                steps.append([call for call in calls if call[0] != "noise"])
                calls.clear()
        taken = [{"_".join([name, *(one for one in rest if isinstance(one, str))]) for name, *rest in found} for found in steps]
        chances = {"in_a_room": 0.4, "colored": 0.5, "with_noise": 0.75, "filtered_band": 0.15, "filtered_low": 0.1, "mu_law": 0.1}
        self.assertEqual(set.union(*taken), set(chances))
        for name, chance in chances.items():
            self.assert_share(sum(name in names for names in taken), chance, name)
            for other in chances.keys() - {name}:
                both = 0 if {name, other} == {"filtered_band", "filtered_low"} else chance * chances[other]
                self.assert_share(sum({name, other} <= names for names in taken), both, f"{name} and {other}")
        order = ["in_a_room", "colored", "with_noise", "filtered", "mu_law"]
        for found in steps:
            places = [order.index(name) for name, *_ in found]
            self.assertEqual(places, sorted(set(places)))
        cut = [limit for limit in largest if limit < 1]
        self.assert_share(len(cut), 0.15, "clipped")
        self.assert_uniform(cut, 0.95, 0.999)

        arguments = {name: [rest for found in steps for its, *rest in found if its == name] for name in order}
        self.assertEqual({tuple(rest) for rest in arguments["colored"]}, {(10.0,)})
        self.assert_uniform([rest[-1] for rest in arguments["with_noise"]], 0, 30)
        bands = [corner for degree, corner, kind in arguments["filtered"] if (degree, kind) == (4, "band")]
        lows = [corner for degree, corner, kind in arguments["filtered"] if (degree, kind) == (2, "low")]
        self.assertEqual(len(bands) + len(lows), len(arguments["filtered"]))
        for found, low, high in ((lows, 3000, 7500), ([one for one, _ in bands], 200, 350), ([one for _, one in bands], 3000, 3700)):
            self.assert_uniform(found, low, high)

    def test_each_step_among_people_has_its_own(self):
        rng = np.random.default_rng(0)
        with noted("in_a_room", "colored", "with_noise", "talker") as calls:
            for _ in range(DRAWS):
                augmentation.among_people(np.zeros(3), rng)
                calls.append(("end",))
        talkers, ratios, count = [], [], 0
        for name, *rest in calls:
            if name == "talker":
                count += 1
            elif name == "with_noise":
                talkers.append(count)
                ratios.append(rest[-1])
                count = 0
        self.assertEqual((len(talkers), count), (DRAWS, 0), "talk is added once, all of it")
        self.assertEqual(set(talkers), set(range(2, 9)))
        for number in range(2, 9):
            self.assert_share(talkers.count(number), 1 / 7, f"{number} talkers")
        self.assert_uniform(ratios, 0, 25)
        self.assert_share(sum(name == "in_a_room" for name, *_ in calls), 0.3, "a room")
        self.assert_share(calls.count(("colored", 10.0)), 0.5, "a microphone")
        before = {name: {one[0] for one, (its, *_) in zip(calls, calls[1:]) if its == name} for name in ("in_a_room", "with_noise", "colored")}
        self.assertEqual(before, {"in_a_room": {"end"}, "with_noise": {"talker"}, "colored": {"with_noise"}})

    def test_what_the_kinds_are_made_of(self):
        rng, voice = np.random.default_rng(0), Voice(*[np.zeros(3)] * 4)
        expected = {
            PLAIN: {(): 1.0},
            TRACT: {("spoken",): 1.0},
            VOICE: {("another_speaker",): 0.5, ("another_speaker", "colored"): 0.5},
            REAL: {("another_speaker", "through_the_world"): 1.0},
            CROWD: {("another_speaker", "among_people"): 1.0},
        }
        self.assertEqual(expected.keys(), set(KINDS))
        for kind, chances in expected.items():
            with noted("spoken", "another_speaker", "colored", "through_the_world", "among_people") as calls:
                found = []
                for _ in range(DRAWS if kind == VOICE else 100):
                    self.assertIs(vary(kind, voice, rng), voice.samples if kind == PLAIN else voice, "each step has what the one before gives")
                    self.assertTrue(all(spread == 5.0 for name, *rest in calls if name == "colored" for spread in rest))
                    found.append(tuple(name for name, *_ in calls))
                    calls.clear()
            self.assertEqual(set(found), chances.keys())
            for names, chance in chances.items():
                self.assert_share(found.count(names), chance, kind, of=len(found))


class Vary(unittest.TestCase):
    def test_the_same_generator_gives_the_same_samples(self):
        voice = analyze(vowel(PITCH, 0.5))
        for kind in KINDS:
            for seed in range(20):
                one, again = (vary(kind, voice, np.random.default_rng(seed)) for _ in range(2))
                np.testing.assert_array_equal(one, again)

    def test_another_generator_gives_others(self):
        voice = analyze(vowel(PITCH, 0.5))
        for kind in (VOICE, REAL, CROWD):
            self.assertEqual(len({vary(kind, voice, np.random.default_rng(seed)).tobytes() for seed in range(20)}), 20)

    def test_plain_is_the_recording(self):
        samples = vowel(PITCH, 0.5)
        self.assertIs(vary(PLAIN, analyze(samples), np.random.default_rng(0)), samples)

    def test_all_samples_are_finite(self):
        rng = np.random.default_rng(0)
        sounds = [vowel(PITCH, 0.5), np.zeros(8000), 1e-4 * rng.normal(size=5000), np.sign(np.sin(np.arange(6000) / 9)), vowel(PITCH, 0.01)]
        for samples in sounds:
            voice = analyze(samples)
            for kind in KINDS:
                for seed in range(300 if THOROUGH else 12):
                    varied = vary(kind, voice, np.random.default_rng(seed))
                    self.assertTrue(np.isfinite(varied).all())
                    self.assertEqual(varied.ndim, 1)

    def test_the_recording_itself_is_not_changed(self):
        samples = vowel(PITCH, 0.5)
        before, voice = samples.copy(), analyze(samples)
        for seed in range(20):
            vary(REAL, voice, np.random.default_rng(seed))
        np.testing.assert_array_equal(samples, before)


if __name__ == "__main__":
    unittest.main()
