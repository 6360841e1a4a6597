"""Other voices, rooms, microphones and noises for a recording, so that training has more than ten actors in one studio.

Samples are float64 in [-1, 1] at 16 kHz, any number. Every function draws only from the generator that it is given, so a variant can be made
again. The robustness table (judging/degradations.py) uses other noises and rooms than these.
"""

from dataclasses import dataclass

import numpy as np
import pyworld
from scipy import signal

from .front_end import SAMPLE_RATE
from .lines import MU_LAW, coded

VOICE = "voice"  # another speaker, in the same studio
REAL = "real"  # another speaker, with rooms, noises, microphones and codecs
PLAIN = "plain"  # the recording itself, at another position in the window
TRACT = "tract"  # the speaker with another length of the vocal tract; only in a trial
CROWD = "crowd"  # another speaker among people who talk; only in a trial
KINDS = (PLAIN, VOICE, REAL, TRACT, CROWD)

LARGEST_PITCH_CHANGE = 0.3  # natural logarithm of the factor on the fundamental frequency
LARGEST_TRACT_CHANGE = 0.18  # of the factor on all formants
LARGEST_TEMPO_CHANGE = 0.17
MICROPHONE_CORNERS = np.array([0, 150, 500, 1200, 2500, 4500, SAMPLE_RATE / 2])  # Hz
TALKER_BINS = 257  # of the envelope of made-up speech


@dataclass(frozen=True)
class Voice:
    """A recording analyzed by WORLD (Morise et al., 2016, doi 10.1587/transinf.2015EDP7457), a frame every 5 ms."""

    samples: np.ndarray
    pitch: np.ndarray  # Hz [frames], 0 where unvoiced
    envelope: np.ndarray  # power [frames, 513]
    aperiodicity: np.ndarray  # [frames, 513]


def analyze(samples: np.ndarray) -> Voice:
    coarse, times = pyworld.dio(samples, SAMPLE_RATE, f0_floor=60, f0_ceil=600)
    pitch = pyworld.stonemask(samples, coarse, times, SAMPLE_RATE)
    return Voice(
        samples, pitch, pyworld.cheaptrick(samples, pitch, times, SAMPLE_RATE), pyworld.d4c(samples, pitch, times, SAMPLE_RATE)
    )


def vary(kind: str, voice: Voice, rng: np.random.Generator) -> np.ndarray:
    """One variant of a recording: float64, any number of samples."""
    if kind == PLAIN:
        return voice.samples
    if kind == TRACT:
        return spoken(voice, tract=another_tract(rng))
    samples = another_speaker(voice, rng)
    if kind == VOICE:
        return colored(samples, 5.0, rng) if rng.random() < 0.5 else samples
    if kind == CROWD:
        return among_people(samples, rng)
    return through_the_world(samples, rng)


@dataclass(frozen=True)
class Change:
    """Of a voice: factors on its fundamental frequency, its formants and its speed; or `tape`, one factor on all three."""

    pitch: float = 1.0
    tract: float = 1.0
    tempo: float = 1.0
    tape: float | None = None

    @property
    def shortening(self) -> float:
        """How many samples of the recording become one."""
        return self.tempo if self.tape is None else self.tape


def another_speaker(voice: Voice, rng: np.random.Generator) -> np.ndarray:
    """Another pitch, length of the vocal tract and tempo."""
    return changed(voice, change_of_voice(rng))


def change_of_voice(rng: np.random.Generator) -> Change:
    """Each by itself, or, in a third of the cases, all by one factor, as on a tape."""
    if rng.random() < 0.35:
        return Change(tape=np.exp(rng.uniform(-LARGEST_TEMPO_CHANGE, LARGEST_TEMPO_CHANGE)))
    pitch = np.exp(np.clip(rng.normal(0, 0.13), -LARGEST_PITCH_CHANGE, LARGEST_PITCH_CHANGE))
    return Change(pitch, another_tract(rng), np.exp(rng.uniform(-LARGEST_TEMPO_CHANGE, LARGEST_TEMPO_CHANGE)))


def changed(voice: Voice, change: Change) -> np.ndarray:
    if change.tape is None:
        return spoken(voice, change.pitch, change.tract, change.tempo)
    times = np.arange(int(len(voice.samples) / change.tape)) * change.tape
    return np.interp(times, np.arange(len(voice.samples)), voice.samples)


def another_tract(rng: np.random.Generator) -> float:
    """Factor on all formants."""
    return np.exp(np.clip(rng.normal(0, 0.08), -LARGEST_TRACT_CHANGE, LARGEST_TRACT_CHANGE))


def spoken(voice: Voice, pitch: float = 1, tract: float = 1, tempo: float = 1) -> np.ndarray:
    """The recording synthesized with factors on its fundamental frequency, its formants and its speed."""
    envelope = np.ascontiguousarray(warped(voice.envelope, tract))
    return pyworld.synthesize(voice.pitch * pitch, envelope, voice.aperiodicity, SAMPLE_RATE, pyworld.default_frame_period / tempo)


def warped(envelope: np.ndarray, factor: float) -> np.ndarray:
    """Power [frames, bins]: what was at frequency f moves to f * factor. Beyond the last bin its value is repeated."""
    bins = envelope.shape[1]
    source = np.clip(np.arange(bins) / factor, 0, bins - 1)
    below = source.astype(int)
    share = source - below
    logarithm = np.log(envelope + 1e-16)
    return np.exp(logarithm[:, below] * (1 - share) + logarithm[:, np.minimum(below + 1, bins - 1)] * share)


def through_the_world(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A room, a microphone, noise, a line, an overdriven amplifier, a codec: each with its own probability."""
    if rng.random() < 0.4:
        samples = in_a_room(samples, rng)
    if rng.random() < 0.5:
        samples = colored(samples, 10.0, rng)
    if rng.random() < 0.75:
        samples = with_noise(samples, noise(len(samples), rng), rng.uniform(0, 30))
    line = rng.random()
    if line < 0.15:
        samples = filtered(samples, 4, (rng.uniform(200, 350), rng.uniform(3000, 3700)), "band")
    elif line < 0.25:
        samples = filtered(samples, 2, rng.uniform(3000, 7500), "low")
    if rng.random() < 0.15:
        largest = np.quantile(np.abs(samples), rng.uniform(0.95, 0.999))
        samples = np.clip(samples, -largest, largest)
    return mu_law(samples) if rng.random() < 0.1 else samples


def colored(samples: np.ndarray, spread: float, rng: np.random.Generator) -> np.ndarray:
    """Another microphone."""
    return through_a_microphone(samples, microphone(spread, rng))


def microphone(spread: float, rng: np.random.Generator) -> np.ndarray:
    """A smooth random response: dB at MICROPHONE_CORNERS, with a standard deviation of about `spread` / 2, and a tilt."""
    return rng.normal(0, spread / 2, len(MICROPHONE_CORNERS)) + rng.normal(0, spread / 2) * np.linspace(-1, 1, len(MICROPHONE_CORNERS))


def through_a_microphone(samples: np.ndarray, gains: np.ndarray) -> np.ndarray:
    spectrum = np.fft.rfft(samples)
    mel = lambda hertz: np.log1p(hertz / 700)
    response = np.interp(mel(np.linspace(0, SAMPLE_RATE / 2, len(spectrum))), mel(MICROPHONE_CORNERS), gains)
    return np.fft.irfft(spectrum * 10 ** (response / 20), len(samples))


def in_a_room(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    response = room(rng)
    return signal.fftconvolve(samples, response)[: len(samples) + len(response) // 3]


def room(rng: np.random.Generator) -> np.ndarray:
    """Direct sound and a decaying tail of noise (Polack's model): reverberation time 0.12 to 0.9 s, direct to reverberant ratio -3 to 12 dB."""
    duration = np.exp(rng.uniform(np.log(0.12), np.log(0.9)))
    count = int(duration * SAMPLE_RATE)
    tail = rng.normal(size=count) * 10 ** (-3 * np.arange(count) / count)
    tail[: int(rng.uniform(0.001, 0.012) * SAMPLE_RATE)] = 0
    tail = filtered(tail, 1, rng.uniform(2000, 7000), "low")
    tail *= np.sqrt(10 ** (-rng.uniform(-3, 12) / 10) / (tail @ tail))
    tail[0] += 1
    return tail


def noise(count: int, rng: np.random.Generator) -> np.ndarray:
    """White; falling or rising with frequency; the same with changing loudness; or a hum with its harmonics."""
    kind = rng.choice(["white", "colored", "unsteady", "hum"], p=[0.15, 0.35, 0.35, 0.15])
    samples = rng.normal(size=count)
    if kind == "white":
        return samples
    if kind == "hum":
        pitch, times = rng.uniform(45, 130), np.arange(count) / SAMPLE_RATE
        harmonics = [rng.uniform(0, 1) / n * np.sin(2 * np.pi * (pitch * n * times + rng.random())) for n in range(1, 20)]
        return sum(harmonics) + 0.1 * samples
    frequencies = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    frequencies[0] = frequencies[1]
    samples = np.fft.irfft(np.fft.rfft(samples) * frequencies ** (rng.uniform(-2, 0.5) / 2), count)
    if kind == "unsteady":
        points = max(3, int(count / SAMPLE_RATE * rng.uniform(1, 8)))
        samples *= np.interp(np.linspace(0, points - 1, count), np.arange(points), np.exp(rng.normal(0, 0.8, points)))
    return samples


def among_people(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Two to eight people who talk, together 0 to 25 dB softer than the speaker, sometimes in a room or through a microphone."""
    if rng.random() < 0.3:
        samples = in_a_room(samples, rng)
    talk = sum(talker(len(samples), rng) for _ in range(rng.integers(2, 8, endpoint=True)))
    samples = with_noise(samples, talk, rng.uniform(0, 25))
    return colored(samples, 10.0, rng) if rng.random() < 0.5 else samples


def talker(count: int, rng: np.random.Generator) -> np.ndarray:
    """Synthetic speech without words: syllables with random formants, pitch and loudness, some unvoiced, some silent, synthesized by WORLD. It uses
    no recording, so it contains nothing of another part of the dataset."""
    frames = int(count / SAMPLE_RATE * 1000 / pyworld.default_frame_period) + 2
    syllables = max(2, round(count / SAMPLE_RATE * rng.uniform(3, 7)))
    place = np.arange(frames) * syllables / frames

    def of_syllable(values: np.ndarray) -> np.ndarray:
        return values[place.astype(int)]

    def gliding(low: float, high: float) -> np.ndarray:
        return np.interp(place, np.arange(syllables + 1), rng.uniform(low, high, syllables + 1))

    hertz = np.linspace(0, SAMPLE_RATE / 2, TALKER_BINS)
    hissed = of_syllable(rng.random(syllables) < 0.2)
    spoken_power = of_syllable((rng.random(syllables) < 0.85) * np.exp(rng.normal(0, 0.7, syllables))) * np.sin(np.pi * (place % 1)) ** 2
    formants = [gliding(low, high)[:, np.newaxis] for low, high in ((250, 850), (850, 2500), (2300, 3300), (3300, 4500))]
    tilt = rng.uniform(1.5, 4)
    vowel = sum((300 / formant) ** tilt / (1 + ((hertz - formant) / 80) ** 2) for formant in formants)
    hiss = 0.008 / (1 + ((hertz - of_syllable(rng.uniform(3000, 6500, syllables))[:, np.newaxis]) / 1500) ** 2)
    pitch = np.exp(rng.uniform(np.log(80), np.log(280)) + gliding(-0.3, 0.3))
    envelope = spoken_power[:, np.newaxis] * np.where(hissed[:, np.newaxis], hiss, vowel) + 1e-10
    aperiodicity = np.where(hissed[:, np.newaxis], 1.0, np.clip(hertz / 8000, 0.01, 0.99)[np.newaxis])
    return pyworld.synthesize(np.where(hissed, 0, pitch), envelope, aperiodicity, SAMPLE_RATE)[:count]


def with_noise(samples: np.ndarray, noise: np.ndarray, ratio: float) -> np.ndarray:
    """The sum, with the power of the speech `ratio` dB over that of the noise, both over the whole recording."""
    return samples + noise * np.sqrt(np.mean(samples**2) / (np.mean(noise**2) + 1e-20)) * 10 ** (-ratio / 20)


def filtered(samples: np.ndarray, order: int, corner: float | tuple[float, float], kind: str) -> np.ndarray:
    """Butterworth; corners in Hz."""
    return signal.sosfilt(signal.butter(order, corner, kind, fs=SAMPLE_RATE, output="sos"), samples)


def mu_law(samples: np.ndarray) -> np.ndarray:
    """Through 8 bits of mu-law, at full scale."""
    return coded(samples, MU_LAW)


def recorded(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """float64 -> int16, with a largest sample somewhere from -30 to -1 dB of full scale."""
    return at_level(samples, rng.uniform(-30, -1))


def at_level(samples: np.ndarray, decibels: float) -> np.ndarray:
    """float64 -> int16, whose largest sample is at `decibels` relative to full scale."""
    return np.round(samples / (np.abs(samples).max() + 1e-9) * 32767 * 10 ** (decibels / 20)).astype(np.int16)
