"""Fits a recording into the window of the network."""

import numpy as np

LOUD_BLOCK = 160  # samples, 10 ms
LOUD_RANGE = 36.0  # dB under the loud part of a recording


def center(samples: np.ndarray, window: int) -> np.ndarray:
    """[samples] -> [window]: the center of a longer recording; zeros on both sides of a shorter one. The module does the same."""
    missing = window - len(samples)
    if missing >= 0:
        return np.pad(samples, (missing // 2, missing - missing // 2))
    start = -missing // 2
    return samples[start : start + window]


def anywhere(samples: np.ndarray, window: int, rng: np.random.Generator) -> np.ndarray:
    """[samples] -> [window]: a random part of a longer recording; a shorter one at a random position between zeros."""
    room = window - len(samples)
    if room >= 0:
        before = int(rng.integers(0, room, endpoint=True))
        return np.pad(samples, (before, room - before))
    start = int(rng.integers(0, -room, endpoint=True))
    return samples[start : start + window]


def loud_part(samples: np.ndarray) -> tuple[int, int]:
    """The first sample, and the one after the last, of what is at most LOUD_RANGE under the loud part, the 95th percentile of the power of blocks of
    30 ms. All of a recording without sound. The length of silence gives labels away in some corpora."""
    blocks = len(samples) // LOUD_BLOCK
    if blocks < 3:
        return 0, len(samples)
    power = np.mean(np.square(samples[: blocks * LOUD_BLOCK].astype(np.float64)).reshape(blocks, LOUD_BLOCK), axis=1)
    power = np.convolve(power, np.ones(3) / 3, "same")
    loud = np.flatnonzero(power > np.quantile(power, 0.95) * 10 ** (-LOUD_RANGE / 10))
    if len(loud) == 0:
        return 0, len(samples)
    return int(loud[0]) * LOUD_BLOCK, min(len(samples), (int(loud[-1]) + 1) * LOUD_BLOCK)
