"""Activation and valence: how excited, and how pleased, a voice is, each from 0 to 1, by one weight for each class on the log-probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from .acceptance import weights_of
from .logistic import logistic_regression

# What is near 1, and what is near 0. Other classes are neither, and left out: disgust is as often loud as quiet; neutral and boredom are neither pleasant nor unpleasant.
DIMENSIONS = {
    "activation": (("anger", "happiness", "fear"), ("neutral", "sadness", "boredom")),
    "valence": (("happiness",), ("anger", "fear", "sadness", "disgust")),
}
RIDGE = 0.01  # times the sum of the squared weights


@dataclass(frozen=True)
class Dimension:
    """expit(log-probabilities @ weights + bias)."""

    weights: np.ndarray  # float64 [classes]
    bias: float

    def __call__(self, log_probabilities: np.ndarray) -> np.ndarray:
        """float [n, classes] -> float64 [n], 0 to 1."""
        return expit(log_probabilities @ self.weights + self.bias)

    def as_manifest(self) -> dict:
        return {"weights": [round(float(weight), 6) for weight in self.weights], "bias": round(self.bias, 6)}


def sides(classes: Sequence[str], labels: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Of the dimension: bool [n], which answers belong to either side; and bool [n], which are on the side of 1. labels: int [n], indices in classes."""
    high, low = (np.isin(labels, [classes.index(each) for each in side if each in classes]) for side in DIMENSIONS[name])
    return high | low, high


def fit_dimension(log_probabilities: np.ndarray, is_high: np.ndarray, corpora: np.ndarray) -> Dimension:
    """Logistic regression. Corpora, and the two sides within each, count as much as each other, so that one half is the threshold between the sides. log_probabilities: float
    [n, classes]; is_high: bool [n]; corpora: [n]. Raises ValueError when a side is empty."""
    if is_high.all() or not is_high.any():
        raise ValueError(f"{len(is_high)} answers are all on one side of the dimension; give recordings of both")
    _, corpus = np.unique(corpora, return_inverse=True)
    return Dimension(*logistic_regression(log_probabilities, is_high, weights_of(corpus * 2 + is_high), RIDGE))


def area_under_curve(values: np.ndarray, is_high: np.ndarray) -> float:
    """The probability that one of the high side has the larger value; equal values count half."""
    high, low = np.sort(values[is_high]), np.sort(values[~is_high])
    below = np.searchsorted(low, high, "left") + np.searchsorted(low, high, "right")
    return float(below.mean() / 2 / len(low))


def balanced_accuracy(values: np.ndarray, is_high: np.ndarray, threshold: float = 0.5) -> float:
    """The mean of the two sides' recalls (UA)."""
    return float(((values[is_high] >= threshold).mean() + (values[~is_high] < threshold).mean()) / 2)


def best_balanced_accuracy(values: np.ndarray, is_high: np.ndarray) -> float:
    """At the threshold that is best for these answers, which a device does not know."""
    return max(balanced_accuracy(values, is_high, threshold) for threshold in (*np.unique(values), np.inf))
