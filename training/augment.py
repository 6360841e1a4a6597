"""Variations of the training data, made anew for every batch."""

import numpy as np

LARGEST_SHIFT = 20  # frames, 0.32 s
TIME_MASKS = 2
LONGEST_MASK = 20  # frames
MIXUP = 0.3  # both parameters of the beta distribution


def augment(features: np.ndarray, targets: np.ndarray, silence: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """float32 [batch, frames, coefficients] and one-hot float32 [batch, classes], varied. `silence` is a frame of zeros, [coefficients]."""
    features = shift_in_time(features, silence, rng)
    features = mask_in_time(features, silence, rng)
    return mix(features, targets, rng)


def shift_in_time(features: np.ndarray, silence: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Moves each recording by up to LARGEST_SHIFT frames to either side; silence comes in."""
    count, frames, _ = features.shape
    shift = rng.integers(-LARGEST_SHIFT, LARGEST_SHIFT, size=(count, 1), endpoint=True)
    source = np.arange(frames) - shift
    shifted = features[np.arange(count)[:, None], np.clip(source, 0, frames - 1)]
    shifted[(source < 0) | (source >= frames)] = silence
    return shifted


def mask_in_time(features: np.ndarray, silence: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Replaces TIME_MASKS runs of 0 to LONGEST_MASK frames of each recording by silence."""
    count, frames, _ = features.shape
    masked = features.copy()
    for _ in range(TIME_MASKS):
        length = rng.integers(0, LONGEST_MASK, size=(count, 1), endpoint=True)
        start = rng.integers(0, frames - length, endpoint=True)
        frame = np.arange(frames)
        masked[(frame >= start) & (frame < start + length)] = silence
    return masked


def mix(features: np.ndarray, targets: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Mixup (Zhang et al., 2018, arXiv 1710.09412): each example with another one of the batch."""
    share = rng.beta(MIXUP, MIXUP, size=len(features)).astype(np.float32)
    other = rng.permutation(len(features))

    def blend(values: np.ndarray) -> np.ndarray:
        weight = share.reshape(-1, *[1] * (values.ndim - 1))
        return weight * values + (1 - weight) * values[other]

    return blend(features), blend(targets)
