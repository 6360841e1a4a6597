"""Measures of sounds, and generators that draw what a test gives them."""

import contextlib
from collections import deque
from collections.abc import Iterator
from unittest import mock

import numpy as np
import pyworld

from training.data import augmentation
from training.data.augmentation import analyze

from ..support import SAMPLE_RATE

PITCH = 110.0  # Hz
FORMANTS = (600.0, 1500.0, 2800.0)  # Hz
MEASURED = FORMANTS[1:]  # the first lies too near to single harmonics
DRAWS = 20_000


class Scripted:
    """A generator that draws given values; `normal` and `uniform` give the middle once nothing is left."""

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
    """Functions of the module that change nothing, and write down their name and the arguments that are neither arrays nor generators."""
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
    voice = analyze(samples)
    envelope = np.log(voice.envelope[voice.pitch > 0]).mean(axis=0)
    frequencies = np.linspace(0, SAMPLE_RATE / 2, len(envelope))
    close = [np.abs(np.log(frequencies[1:] / place)) < 0.15 for place in near]
    return [float(frequencies[1:][chosen][envelope[1:][chosen].argmax()]) for chosen in close]


def decibels(power: float) -> float:
    return float(10 * np.log10(power))


def power_between(samples: np.ndarray, low: float, high: float) -> float:
    frequencies = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    return float((np.abs(np.fft.rfft(samples)) ** 2)[(frequencies >= low) & (frequencies < high)].sum())
