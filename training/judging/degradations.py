"""The conditions of the robustness table. Training (augmentation.py) uses none of these noises, rooms and codecs. Both have narrow lines and
clipping, but made in other ways, or stronger here.

Samples are float64 in [-1, 1] at 16 kHz. Every condition keeps the length. The name of the utterance seeds the random numbers, so that it can be made
again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyroomacoustics
from scipy import signal

from ..data.front_end import SAMPLE_RATE
from ..results.robustness_file import CLEAN, NOISES, in_noise, real

RATIOS = (20, 10, 5, 0)  # dB, power of the whole recording over that of the noise
DISTANCES = (0.5, 1.5, 3.0)  # m from mouth to microphone, in a room of 6 x 4.5 x 2.7 m with a reverberation time (60 dB) of 0.5 s
GAINS = (-30, -20, -10, 10)  # dB; above 0 loud samples are clipped
VOICES_IN_BABBLE = 6

Degrade = Callable[[np.ndarray, Sequence[np.ndarray], np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Condition:
    name: str  # also the name of its folder
    degrade: Degrade  # (samples, recordings of other speakers, generator) -> samples


def conditions() -> list[Condition]:
    found = [Condition(CLEAN, lambda samples, others, rng: samples)]
    found += [Condition(in_noise(noise, ratio), noisy(noise, ratio)) for noise in NOISES for ratio in RATIOS]
    found += [Condition(f"room {distance} m", lambda samples, others, rng, d=distance: in_room(samples, d)) for distance in DISTANCES]
    found += [
        Condition("telephone", lambda samples, others, rng: telephone(samples)),
        Condition("8 bit", lambda samples, others, rng: np.round(samples * 127) / 128),
        Condition("clipped", lambda samples, others, rng: clipped(samples)),
    ]
    found += [Condition(f"gain {gain:+d} dB", lambda samples, others, rng, g=gain: samples * 10 ** (g / 20)) for gain in GAINS]
    return found


def real_conditions(noises: dict[str, np.ndarray], rooms: dict[str, np.ndarray]) -> list[Condition]:
    """Recorded noises and impulse responses, float64 [samples] at 16 kHz, by name."""
    found = [Condition(in_noise(real(name), ratio), in_recorded(noise, ratio)) for name, noise in noises.items() for ratio in RATIOS]
    return found + [Condition(real(f"room {name}"), lambda samples, others, rng, r=response: reverberant(samples, r)) for name, response in rooms.items()]


def noisy(kind: str, ratio: float) -> Degrade:
    def degrade(samples: np.ndarray, others: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
        return at_ratio(samples, {"rain": rain, "babble": babble, "kitchen": kitchen}[kind](len(samples), others, rng), ratio)

    return degrade


def in_recorded(noise: np.ndarray, ratio: float) -> Degrade:
    """From a random position on, and from the begin again where the noise ends."""

    def degrade(samples: np.ndarray, others: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
        return at_ratio(samples, np.resize(np.roll(noise, -rng.integers(len(noise))), len(samples)), ratio)

    return degrade


def at_ratio(samples: np.ndarray, noise: np.ndarray, ratio: float) -> np.ndarray:
    power = max(np.mean(noise**2), 1e-12)
    return fitting(samples + noise * np.sqrt(np.mean(samples**2) / power) * 10 ** (-ratio / 20))


def rain(count: int, others: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """About 400 drops a second on a window pane: each a hiss above 1 kHz that decays in 1 to 6 ms."""
    samples = np.zeros(count + SAMPLE_RATE // 50)
    for _ in range(rng.poisson(400 * count / SAMPLE_RATE) + 1):
        start, times = int(rng.integers(count)), np.arange(SAMPLE_RATE // 50) / SAMPLE_RATE
        samples[start : start + len(times)] += np.exp(rng.normal(0, 0.7)) * rng.normal(size=len(times)) * np.exp(-times / rng.uniform(0.001, 0.006))
    return signal.sosfilt(signal.butter(2, 1000, "high", fs=SAMPLE_RATE, output="sos"), samples[:count])


def babble(count: int, others: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """VOICES_IN_BABBLE recordings of other speakers at once, each at the same power, and repeated from a random position."""
    voices = [others[index] for index in rng.choice(len(others), VOICES_IN_BABBLE, replace=False)]
    return sum(np.resize(np.roll(voice, rng.integers(len(voice))), count) / np.sqrt(np.mean(voice**2)) for voice in voices)


def kitchen(count: int, others: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """About five strokes a second on objects that ring at 0.3 to 6 kHz, over an extractor fan."""
    samples = 0.05 * signal.sosfilt(signal.butter(2, (150, 900), "band", fs=SAMPLE_RATE, output="sos"), rng.normal(size=count))
    for _ in range(max(1, rng.poisson(5 * count / SAMPLE_RATE))):
        times = np.arange(count - (start := int(rng.integers(count)))) / SAMPLE_RATE
        partials = np.exp(rng.uniform(np.log(300), np.log(6000), 4))
        ring = sum(np.sin(2 * np.pi * partial * times) for partial in partials) * np.exp(-times / rng.uniform(0.01, 0.08))
        samples[start:] += np.exp(rng.normal(-1, 0.8)) * ring
    return samples


def in_room(samples: np.ndarray, distance: float) -> np.ndarray:
    """Image sources (Allen and Berkley, 1979), by pyroomacoustics; the delay of the direct sound is removed."""
    size, duration = (6.0, 4.5, 2.7), 0.5
    absorption, order = pyroomacoustics.inverse_sabine(duration, size)
    room = pyroomacoustics.ShoeBox(size, fs=SAMPLE_RATE, materials=pyroomacoustics.Material(absorption), max_order=min(order, 25))
    room.add_source((1.5, 2.0, 1.6), signal=samples)
    room.add_microphone((1.5 + distance, 2.1, 1.2))
    room.compute_rir()
    return reverberant(samples, room.rir[0][0])


def reverberant(samples: np.ndarray, response: np.ndarray) -> np.ndarray:
    """As loud as before; the direct sound stays where it is."""
    wet = signal.fftconvolve(samples, response)
    start = int(np.argmax(np.abs(response)))
    wet = wet[start : start + len(samples)]
    return fitting(wet * np.sqrt(np.mean(samples**2) / np.mean(wet**2)))


def fitting(samples: np.ndarray) -> np.ndarray:
    """Scaled down where it would exceed 16 bits: only "gain" and "clipped" may clip."""
    return samples / max(1.0, np.abs(samples).max())


def as_int16(samples: np.ndarray) -> np.ndarray:
    """float64 in [-1, 1] -> int16, clipped."""
    return np.clip(np.round(samples * 32768), -32768, 32767).astype(np.int16)


def telephone(samples: np.ndarray) -> np.ndarray:
    """300 to 3,400 Hz, 8 kHz, 8 bits of A-law (ITU-T G.711's curve, A 87.6)."""
    band = signal.sosfiltfilt(signal.butter(4, (300, 3400), "band", fs=SAMPLE_RATE, output="sos"), samples)
    narrow = signal.resample_poly(band, 1, 2)
    size, factor = np.abs(narrow).clip(1e-9, 1), 1 + np.log(87.6)
    code = np.where(size < 1 / 87.6, 87.6 * size / factor, (1 + np.log(87.6 * size)) / factor)
    code = np.round(127 * code) / 127
    size = np.where(code < 1 / factor, code * factor / 87.6, np.exp(code * factor - 1) / 87.6)
    return signal.resample_poly(np.sign(narrow) * size, 2, 1)[: len(samples)]


def clipped(samples: np.ndarray) -> np.ndarray:
    """The largest tenth of the samples clipped, as with a microphone that is much too close."""
    largest = np.quantile(np.abs(samples), 0.9)
    return np.clip(samples, -largest, largest)
