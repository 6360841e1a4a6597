"""The batch of one step: variants of recordings, with an offset, masked frames and mixup."""

from collections.abc import Iterator

import numpy as np

from .cepstral_mean import subtract_mean
from .recipe import Recipe
from .training_set import TrainingSet


def batches(
    training_set: TrainingSet, labels: np.ndarray, train: np.ndarray, recipe: Recipe, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """One epoch in random order: float32 [batch, frames, bins, 1] and targets float32 [batch, classes]. Draws only from `train`."""
    order = rng.permutation(train)
    if recipe.balance > 0:
        weight = np.bincount(labels[train])[labels[train]] ** -recipe.balance
        order = rng.choice(train, len(train), p=weight / weight.sum())
    for start in range(0, len(order), recipe.batch):
        features, targets = draw(training_set, order[start : start + recipe.batch], rng)
        features = subtract_mean(features, training_set.silence, recipe.cepstral_mean_subtraction)
        features = offset(features, training_set, recipe.offset, rng)
        features = mask_in_time(features, training_set.silence, recipe, rng)
        if recipe.mixup > 0:
            features, targets = mix(features, targets, recipe.mixup, rng)
        yield features[..., np.newaxis], targets


def draw(training_set: TrainingSet, recordings: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A variant of each recording: float32 [recordings, frames, bins] and targets float32 [recordings, classes]."""
    shares = np.array(training_set.shares) / sum(training_set.shares)
    features, targets = [], []
    for recording, kind in zip(recordings, rng.choice(len(shares), size=len(recordings), p=shares)):
        number = rng.integers(training_set.variants[kind].shape[1])
        features.append(training_set.variants[kind][recording, number])
        targets.append(training_set.targets[kind][recording, number % training_set.targets[kind].shape[1]])
    return np.stack(features).astype(np.float32), np.stack(targets)


def offset(features: np.ndarray, training_set: TrainingSet, size: float, rng: np.random.Generator) -> np.ndarray:
    """Adds one random vector to all frames of a recording that are not silent; its standard deviation is `size` times that of the means of
    recordings. It stands for another voice, microphone and room, and keeps the network from learning from the mean."""
    sounding = (features != training_set.silence).any(axis=2, keepdims=True)
    shift = (rng.normal(size=(len(features), 1, features.shape[2])) * training_set.spread * size).astype(np.float32)
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
    """Mixup (Zhang et al., 2018, arXiv 1710.09412): each example with another of the batch."""
    share, other = draw_mixture(len(features), parameter, rng)
    return blend(features, share, other), blend(targets, share, other)


def draw_mixture(count: int, parameter: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Each example's share of its mixture, float32 [count], and with which other one it is mixed, int64 [count]."""
    share = rng.beta(parameter, parameter, size=count).astype(np.float32)
    return share, rng.permutation(count)


def blend(values: np.ndarray, share: np.ndarray, other: np.ndarray) -> np.ndarray:
    """[count, ...] -> the mixtures."""
    weight = share.reshape(-1, *[1] * (values.ndim - 1))
    return weight * values + (1 - weight) * values[other]
