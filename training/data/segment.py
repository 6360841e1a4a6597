"""Fits a recording into the window of the network."""

import numpy as np


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
