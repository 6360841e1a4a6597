"""Sounds without speech that the gate learns from: made up, since the recorded ones of free licences last four minutes. float64 [count] at 16 kHz, of any level."""

from collections.abc import Callable

import numpy as np
from scipy import fft, signal

from .features import SAMPLE_RATE

Rng = np.random.Generator


def log_uniform(rng: Rng, low: float, high: float, size=None):
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


def shaped(samples: np.ndarray, decibels: float, rng: Rng) -> np.ndarray:
    """Through a filter with a random smooth response: `decibels` is the standard deviation at each of nine corners."""
    corners = np.concatenate([[0], np.geomspace(80, 8000, 9)])
    gains = rng.normal(0, decibels, len(corners))
    bins = np.interp(np.arange(257) * SAMPLE_RATE / 512, corners, gains)
    return signal.oaconvolve(samples, np.fft.fftshift(np.fft.irfft(10 ** (bins / 20))) * np.hanning(512), "same")


def slow(count: int, hertz: float, rng: Rng) -> np.ndarray:
    """A random curve with about `hertz` changes a second, of deviation 1."""
    points = max(2, int(count / SAMPLE_RATE * hertz) + 2)
    return np.interp(np.linspace(0, points - 1, count), np.arange(points), rng.normal(size=points))


def colored(count: int, rng: Rng) -> np.ndarray:
    tilt = rng.uniform(-1.2, 0.3)  # exponent of the amplitude: 0 white, -0.5 pink, -1 red
    size = fft.next_fast_len(count, real=True)
    bins = np.maximum(np.arange(size // 2 + 1, dtype=np.float32), np.float32(size * 20 / SAMPLE_RATE))
    spectrum = rng.standard_normal(size // 2 + 1, np.float32) + 1j * rng.standard_normal(size // 2 + 1, np.float32)
    samples = fft.irfft(spectrum * bins ** np.float32(tilt), size)[:count]
    return shaped(samples / samples.std(), rng.uniform(0, 12), rng)


def harmonics(phase: np.ndarray, amplitudes: np.ndarray, shifts: np.ndarray | float = 0.0) -> np.ndarray:
    """The sum of amplitudes[n - 1] * sin(n phase + shifts[n - 1]); `phase` in radians."""
    turn = np.exp(1j * phase).astype(np.complex64)
    total, factors = np.zeros_like(turn), (amplitudes * np.exp(1j * shifts)).astype(np.complex64)
    for factor in factors[::-1]:  # Horner's rule
        total = (total + factor) * turn
    return total.imag.astype(np.float64)


def swelling(count: int, rng: Rng) -> np.ndarray:
    """Noise whose level moves: traffic, wind, water, friction, also at the pace of syllables."""
    return colored(count, rng) * 10 ** (slow(count, log_uniform(rng, 0.3, 12), rng) * rng.uniform(2, 10) / 20)


def moving(count: int, rng: Rng) -> np.ndarray:
    """Noise whose color moves."""
    mixture = (1 + np.tanh(2 * slow(count, log_uniform(rng, 0.3, 8), rng))) / 2
    first, second = (samples / samples.std() for samples in (colored(count, rng), colored(count, rng)))
    return first * mixture + second * (1 - mixture)


def hum(count: int, rng: Rng) -> np.ndarray:
    """Power lines, motors, fans: harmonics of a steady or slowly moving pitch, some noise."""
    pitch = rng.choice([50.0, 60.0, 100.0, 120.0, log_uniform(rng, 20, 400)])
    phase = 2 * np.pi * np.cumsum(pitch * (1 + rng.choice([0, 0.002, 0.05, 0.2]) * slow(count, 0.5, rng))) / SAMPLE_RATE
    numbers = np.arange(1, int(min(40, 7000 / pitch)) + 1)
    samples = harmonics(phase, log_uniform(rng, 0.1, 1, len(numbers)) / numbers ** rng.uniform(0, 2), rng.uniform(0, 2 * np.pi, len(numbers)))
    return samples / samples.std() + colored_at(count, -rng.uniform(0, 50), rng)


def colored_at(count: int, decibels: float, rng: Rng) -> np.ndarray:
    samples = colored(count, rng)
    return samples / samples.std() * 10 ** (decibels / 20)


def music(count: int, rng: Rng) -> np.ndarray:
    """Voices of notes with harmonics and envelopes, with or without vibrato and a beat."""
    samples, seconds = np.zeros(count), count / SAMPLE_RATE
    pace = log_uniform(rng, 0.5, 8)  # notes a second
    for _ in range(rng.integers(1, 5)):
        notes = int(seconds * pace * rng.choice([0.5, 1, 1, 2])) + 1
        place = np.arange(count) * notes / count
        index = np.minimum(place.astype(int), notes - 1)
        low = rng.integers(0, 40)
        hertz = 55 * 2 ** ((low + rng.integers(0, 24, notes + 1)) / 12)
        pitch = np.interp(place, np.arange(notes + 1), hertz) if rng.random() < 0.2 else hertz[index]
        pitch = pitch * (1 + rng.choice([0, 0, 0.01, 0.03]) * np.sin(2 * np.pi * rng.uniform(4, 7) * np.arange(count) / SAMPLE_RATE))
        phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
        # Harmonics that every note has below 7.8 kHz.
        numbers = np.arange(1, max(1, int(min(rng.integers(1, 24), 7800 / pitch.max()))) + 1)
        voice = harmonics(phase, log_uniform(rng, 0.2, 1, len(numbers)) / numbers ** rng.uniform(0.3, 3))
        sounding = rng.random(notes) < rng.uniform(0.4, 1.0)
        attack = 1 - np.exp(-(place % 1) * rng.uniform(3, 100))
        samples += voice * sounding[index] * attack * np.exp(-rng.choice([0, 1, 3, 6]) * (place % 1)) * log_uniform(rng, 0.2, 1)
    if rng.random() < 0.5:
        beat = int(SAMPLE_RATE / pace)
        times = np.arange(count) % beat / SAMPLE_RATE
        drum = colored(count, rng)
        samples += drum / drum.std() * np.exp(-times * rng.uniform(10, 60)) * rng.uniform(0.2, 2)
    return shaped(samples, rng.uniform(0, 6), rng)


def tones(count: int, rng: Rng) -> np.ndarray:
    """Pure tones, beeps, sweeps, warbles."""
    samples = np.zeros(count)
    times = np.arange(count) / SAMPLE_RATE
    for _ in range(rng.integers(1, 4)):
        pitch = log_uniform(rng, 60, 7000) * np.ones(count)
        kind = rng.random()
        if kind < 0.25:
            pitch = pitch * np.exp(slow(count, log_uniform(rng, 0.2, 5), rng) * rng.uniform(0.05, 0.5))
        elif kind < 0.4:
            pitch = pitch * (1 + rng.uniform(0.01, 0.3) * np.sign(np.sin(2 * np.pi * rng.uniform(0.5, 12) * times)))
        tone = np.sin(2 * np.pi * np.cumsum(np.minimum(pitch, 7800)) / SAMPLE_RATE)
        if rng.random() < 0.4:
            tone *= (times * log_uniform(rng, 0.3, 8)) % 1 < rng.uniform(0.1, 0.9)
        samples += tone * log_uniform(rng, 0.1, 1)
    return samples + colored_at(count, -rng.uniform(20, 70), rng)


def knocks(count: int, rng: Rng) -> np.ndarray:
    """Steps, doors, handling, keys, dishes: bursts of noise and of damped resonances."""
    samples = colored_at(count, -rng.uniform(15, 60), rng)
    pace, ringing, low = log_uniform(rng, 0.4, 15), rng.random(), log_uniform(rng, 80, 3000)
    for _ in range(1 + rng.poisson(count / SAMPLE_RATE * pace)):
        start = int(rng.integers(count))
        times = np.arange(min(count - start, 8000)) / SAMPLE_RATE
        decay = np.exp(-times / log_uniform(rng, 0.003, 0.15))
        if rng.random() < ringing:
            burst = sum(
                log_uniform(rng, 0.1, 1) * np.sin(2 * np.pi * log_uniform(rng, low, min(7800, low * 10)) * times) * np.exp(-times / log_uniform(rng, 0.01, 0.3))
                for _ in range(rng.integers(1, 7))
            )
        else:
            sos = signal.butter(1, log_uniform(rng, 100, 6000), rng.choice(["low", "high"]), fs=SAMPLE_RATE, output="sos")
            burst = signal.sosfilt(sos, rng.normal(size=len(times))) * decay
        samples[start : start + len(times)] += burst * np.exp(rng.normal(0, 0.8))
    return samples


def clicks(count: int, rng: Rng) -> np.ndarray:
    """Crackle and digital clicks."""
    samples = np.where(rng.random(count) < log_uniform(rng, 0.5, 200) / SAMPLE_RATE, rng.normal(size=count), 0)
    return shaped(samples, 6, rng) + colored_at(count, -rng.uniform(40, 90), rng) * (np.abs(samples).max() + 1e-3)


def silence(count: int, rng: Rng) -> np.ndarray:
    """Nothing, or a converter's last bits: the mixture's level is not applied to it."""
    return np.zeros(count)


MADE: dict[Callable[[int, Rng], np.ndarray], float] = {
    colored: 0.16,
    swelling: 0.16,
    moving: 0.1,
    hum: 0.12,
    music: 0.16,
    tones: 0.08,
    knocks: 0.17,
    clicks: 0.05,
}


def made_up(count: int, rng: Rng) -> np.ndarray:
    kinds = list(MADE)
    return kinds[rng.choice(len(kinds), p=np.array(list(MADE.values())) / sum(MADE.values()))](count, rng)
