"""Variants of recordings, measured: pitch and formants by WORLD, noise by its power, lines by their spectra; and how often each step is taken."""

import contextlib
import unittest
from collections import deque
from collections.abc import Iterator
from unittest import mock

import numpy as np

from ..support import SAMPLE_RATE, need, vowel

need("pyworld", "scipy", "wasmtime")

import pyworld

from training.data import augmentation
from training.data.augmentation import CROWD, KINDS, PLAIN, REAL, TRACT, VOICE, Voice, analyse, another_speaker, spoken, vary

PITCH = 110.0  # Hz
FORMANTS = (600.0, 1500.0, 2800.0)  # Hz
MEASURED = FORMANTS[1:]  # the first lies too near to single harmonics
DRAWS = 20_000


class Scripted:
    """A generator that draws what it is told; `normal` and `uniform` give the middle once nothing is left."""

    def __init__(self, random: float, normal: tuple[float, ...] = (), uniform: tuple[float, ...] = ()):
        self._random, self._normal, self._uniform = random, deque(normal), deque(uniform)

    def random(self, size: int | None = None) -> float | np.ndarray:
        return self._random if size is None else np.full(size, self._random)

    def normal(self, mean: float, deviation: float, size: int | None = None) -> float | np.ndarray:
        drawn = self._normal.popleft() if self._normal else mean
        return drawn if size is None else np.full(size, drawn)

    def uniform(self, low: float, high: float, size: int | None = None) -> float | np.ndarray:
        drawn = self._uniform.popleft() if self._uniform else (low + high) / 2
        return drawn if size is None else np.full(size, drawn)


@contextlib.contextmanager
def noted(*names: str) -> Iterator[list[tuple]]:
    """Functions of the module that change nothing, and write down their name and the arguments that are no arrays and no generators."""
    calls = []

    def noting(name: str):
        def note(given, *arguments, **named):
            calls.append((name, *(one for one in arguments if not isinstance(one, np.ndarray | np.random.Generator))))
            return given

        return note

    with contextlib.ExitStack() as patches:
        for name in names:
            patches.enter_context(mock.patch.object(augmentation, name, noting(name)))
        yield calls


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
        with noted("in_a_room", "coloured", "with_noise", "filtered", "mu_law", "noise") as calls:
            for _ in range(DRAWS):
                largest.append(augmentation.through_the_world(samples, rng).max())
                steps.append([call for call in calls if call[0] != "noise"])
                calls.clear()
        taken = [{"_".join([name, *(one for one in rest if isinstance(one, str))]) for name, *rest in found} for found in steps]
        chances = {"in_a_room": 0.4, "coloured": 0.5, "with_noise": 0.75, "filtered_band": 0.15, "filtered_low": 0.1, "mu_law": 0.1}
        self.assertEqual(set.union(*taken), set(chances))
        for name, chance in chances.items():
            self.assert_share(sum(name in names for names in taken), chance, name)
            for other in chances.keys() - {name}:
                both = 0 if {name, other} == {"filtered_band", "filtered_low"} else chance * chances[other]
                self.assert_share(sum({name, other} <= names for names in taken), both, f"{name} and {other}")
        order = ["in_a_room", "coloured", "with_noise", "filtered", "mu_law"]
        for found in steps:
            places = [order.index(name) for name, *_ in found]
            self.assertEqual(places, sorted(set(places)))
        cut = [limit for limit in largest if limit < 1]
        self.assert_share(len(cut), 0.15, "clipped")
        self.assert_uniform(cut, 0.95, 0.999)

        arguments = {name: [rest for found in steps for its, *rest in found if its == name] for name in order}
        self.assertEqual({tuple(rest) for rest in arguments["coloured"]}, {(10.0,)})
        self.assert_uniform([rest[-1] for rest in arguments["with_noise"]], 0, 30)
        bands = [corner for degree, corner, kind in arguments["filtered"] if (degree, kind) == (4, "band")]
        lows = [corner for degree, corner, kind in arguments["filtered"] if (degree, kind) == (2, "low")]
        self.assertEqual(len(bands) + len(lows), len(arguments["filtered"]))
        for found, low, high in ((lows, 3000, 7500), ([one for one, _ in bands], 200, 350), ([one for _, one in bands], 3000, 3700)):
            self.assert_uniform(found, low, high)

    def test_each_step_among_people_has_its_own(self):
        rng = np.random.default_rng(0)
        with noted("in_a_room", "coloured", "with_noise", "talker") as calls:
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
        self.assert_share(calls.count(("coloured", 10.0)), 0.5, "a microphone")
        before = {name: {one[0] for one, (its, *_) in zip(calls, calls[1:]) if its == name} for name in ("in_a_room", "with_noise", "coloured")}
        self.assertEqual(before, {"in_a_room": {"end"}, "with_noise": {"talker"}, "coloured": {"with_noise"}})

    def test_what_the_kinds_are_made_of(self):
        rng, voice = np.random.default_rng(0), Voice(*[np.zeros(3)] * 4)
        expected = {
            PLAIN: {(): 1.0},
            TRACT: {("spoken",): 1.0},
            VOICE: {("another_speaker",): 0.5, ("another_speaker", "coloured"): 0.5},
            REAL: {("another_speaker", "through_the_world"): 1.0},
            CROWD: {("another_speaker", "among_people"): 1.0},
        }
        self.assertEqual(expected.keys(), set(KINDS))
        for kind, chances in expected.items():
            with noted("spoken", "another_speaker", "coloured", "through_the_world", "among_people") as calls:
                found = []
                for _ in range(DRAWS if kind == VOICE else 100):
                    self.assertIs(vary(kind, voice, rng), voice.samples if kind == PLAIN else voice, "each step has what the one before gives")
                    self.assertTrue(all(spread == 5.0 for name, *rest in calls if name == "coloured" for spread in rest))
                    found.append(tuple(name for name, *_ in calls))
                    calls.clear()
            self.assertEqual(set(found), chances.keys())
            for names, chance in chances.items():
                self.assert_share(found.count(names), chance, kind, of=len(found))


class Vary(unittest.TestCase):
    def test_the_same_generator_gives_the_same_samples(self):
        voice = analyse(vowel(PITCH, 0.5))
        for kind in KINDS:
            for seed in range(20):
                one, again = (vary(kind, voice, np.random.default_rng(seed)) for _ in range(2))
                np.testing.assert_array_equal(one, again)

    def test_another_generator_gives_others(self):
        voice = analyse(vowel(PITCH, 0.5))
        for kind in (VOICE, REAL, CROWD):
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
        with noted("in_a_room", "coloured"), mock.patch.object(augmentation, "talker", lambda count, rng: talk[:count]):
            for seed in range(50):
                added = augmentation.among_people(speech, np.random.default_rng(seed)) - speech
                self.assertTrue(-1e-6 <= decibels(np.mean(speech**2) / np.mean(added**2)) <= 25 + 1e-6)
                np.testing.assert_allclose(added / np.std(added), talk / np.std(talk), rtol=1e-9, atol=1e-9)

    def test_everybody_talks_as_long_as_the_room_sounds(self):
        longer = np.zeros(700)
        with noted("coloured", "with_noise"), mock.patch.object(augmentation, "in_a_room", lambda samples, rng: longer):
            with mock.patch.object(augmentation, "talker", side_effect=lambda count, rng: np.zeros(count)) as talker:
                lengths = set()
                for seed in range(20):
                    heard = augmentation.among_people(np.zeros(500), np.random.default_rng(seed))
                    self.assertEqual({call.args[0] for call in talker.call_args_list}, {len(heard)})
                    lengths.add(len(heard))
                    talker.reset_mock()
        self.assertEqual(lengths, {500, 700})


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
