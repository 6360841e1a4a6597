"""What the network sees in one step: variants of recordings, with runs of frames masked, and mixed."""

from collections.abc import Iterator

import numpy as np

from .recipe import Recipe
from .training_set import Material, with_mean


def batches(
    material: Material, labels: np.ndarray, train: np.ndarray, recipe: Recipe, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """One epoch in random order: float32 [batch, frames, bins, 1] and targets float32 [batch, classes]. Draws from `train` alone."""
    order = rng.permutation(train)
    if recipe.balance > 0:
        weight = np.bincount(labels[train])[labels[train]] ** -recipe.balance
        order = rng.choice(train, len(train), p=weight / weight.sum())
    for start in range(0, len(order), recipe.batch):
        features, targets = draw(material, order[start : start + recipe.batch], rng)
        features = with_mean(features, material.silence, recipe.cepstral_mean)
        features = offset(features, material, recipe.offset, rng)
        features = mask_in_time(features, material.silence, recipe, rng)
        if recipe.mixup > 0:
            features, targets = mix(features, targets, recipe.mixup, rng)
        yield features[..., np.newaxis], targets


def draw(material: Material, recordings: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A variant of each recording: float32 [recordings, frames, bins] and targets float32 [recordings, classes]."""
    shares = np.array(material.shares) / sum(material.shares)
    features, targets = [], []
    for recording, kind in zip(recordings, rng.choice(len(shares), size=len(recordings), p=shares)):
        number = rng.integers(material.variants[kind].shape[1])
        features.append(material.variants[kind][recording, number])
        targets.append(material.targets[kind][recording, number % material.targets[kind].shape[1]])
    return np.stack(features).astype(np.float32), np.stack(targets)


def offset(features: np.ndarray, material: Material, size: float, rng: np.random.Generator) -> np.ndarray:
    """Adds to all frames of a recording that are not silent the same random vector, `size` times as spread as the means of recordings are: as if
    voice, microphone and room were others. What only a recording's mean tells is then not worth learning."""
    sounding = (features != material.silence).any(axis=2, keepdims=True)
    shift = (rng.normal(size=(len(features), 1, features.shape[2])) * material.spread * size).astype(np.float32)
    return features + shift * sounding


def mask_in_time(features: np.ndarray, silence: np.ndarray, recipe: Recipe, rng: np.random.Generator) -> np.ndarray:
    """Replaces `time_masks` runs of 0 to `longest_mask` frames of each recording by silence (SpecAugment; Park et al., 2019, arXiv 1904.08779)."""
    count, frames, _ = features.shape
    masked = features.copy()
    for _ in range(recipe.time_masks):
        length = rng.integers(0, min(recipe.longest_mask, frames), size=(count, 1), endpoint=True)
        start = rng.integers(0, frames - length, endpoint=True)
        frame = np.arange(frames)
        masked[(frame >= start) & (frame < start + length)] = silence
    return masked


def mix(features: np.ndarray, targets: np.ndarray, parameter: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Mixup (Zhang et al., 2018, arXiv 1710.09412): each example with another one of the batch."""
    share = rng.beta(parameter, parameter, size=len(features)).astype(np.float32)
    other = rng.permutation(len(features))

    def blend(values: np.ndarray) -> np.ndarray:
        weight = share.reshape(-1, *[1] * (values.ndim - 1))
        return weight * values + (1 - weight) * values[other]

    return blend(features), blend(targets)
