"""How good a classifier's answers are, as counts and shares, with 95 % intervals."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from .random_bits import random_bits

PERCENTILES = (2.5, 97.5)  # of the resamples: a 95 % interval


@dataclass(frozen=True)
class Scores:
    """Shares are in [0, 1]; lists have one entry per class, in the order of the network's outputs."""

    recordings: int
    wa: float  # weighted accuracy: the share of right answers
    ua: float  # unweighted average recall: the mean of the recalls of the classes that occur
    f1: float  # macro F1: the mean of the F1 of the classes that occur or were answered
    recall: list[float | None]  # None when the class does not occur
    confusion: list[list[int]]  # [true class][answered class], counts

    def __str__(self) -> str:
        return f"{self.recordings} recordings, WA {self.wa:.1%}, UA {self.ua:.1%}, F1 {self.f1:.1%}"

    def as_json(self) -> dict:
        return _rounded(asdict(self))


@dataclass(frozen=True)
class Intervals:
    """95 % intervals of the same shares, each as (low, high) in [0, 1]."""

    resamples: int
    wa: tuple[float, float]
    ua: tuple[float, float]
    f1: tuple[float, float]
    recall: list[tuple[float, float] | None]  # None: the class does not occur

    def as_json(self) -> dict:
        return _rounded(asdict(self))


def score(labels: np.ndarray, probabilities: np.ndarray) -> Scores:
    """
    labels: int [recordings], indices of classes; probabilities: float [recordings, classes]. The answer is the class with the largest
    probability, the first of equals. Raises ValueError when `check_answers` does.
    """
    confusion = _confusion(labels, probabilities)
    wa, ua, f1, recall = _shares(confusion)
    recall_or_none = [None if np.isnan(share) else float(share) for share in recall]
    return Scores(len(labels), float(wa), float(ua), float(f1), recall_or_none, confusion.tolist())


def ua_wa(pairs: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """UA and WA of (true, predicted) names."""
    names = sorted({name for pair in pairs for name in pair})
    labels = np.array([names.index(true) for true, _ in pairs])
    scores = score(labels, np.eye(len(names))[[names.index(predicted) for _, predicted in pairs]])
    return scores.ua, scores.wa


def bootstrap(
    labels: np.ndarray, probabilities: np.ndarray, resamples: int = 2000, seed: int = 0, groups: np.ndarray | None = None
) -> Intervals:
    """
    Percentile intervals (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13) over utterances. Arguments and errors
    are those of `score`. In a resample that lacks a class, UA is the mean over the others, as in `score`. Utterances of one speaker
    resemble each other, which this ignores: for unseen speakers the intervals are too narrow. With `groups`, [recordings] of any type, such as
    the speaker of each, whole groups are drawn instead, as many as there are. Over utterances, with the default arguments, the intervals are those of
    `light-sernet evaluate` (ts-tools/evaluate/bootstrap.ts) for the same counts.
    """
    # The shares depend on the counts only. What is drawn is a row of counts: that of one utterance, in the order of the confusion matrix, or of a group.
    confusion = _confusion(labels, probabilities)
    if groups is None:
        drawable = np.repeat(np.eye(confusion.size, dtype=np.int64), confusion.ravel(), axis=0)
    else:
        names = np.unique(groups)
        drawable = np.stack([_confusion(labels[groups == name], probabilities[groups == name]).ravel() for name in names])
    bits = random_bits(seed * resamples + np.arange(resamples))
    drawn = np.zeros((resamples, confusion.size), np.int64)
    for _ in drawable:
        drawn += drawable[(bits() / 2**32 * len(drawable)).astype(np.int64)]
    wa, ua, f1, recall = _shares(drawn.reshape(resamples, *confusion.shape))
    recall_intervals = [_interval(recall[:, label]) if occurs else None for label, occurs in enumerate(confusion.any(axis=1))]
    return Intervals(resamples, _interval(wa), _interval(ua), _interval(f1), recall_intervals)


def check_answers(labels: np.ndarray, probabilities: np.ndarray) -> None:
    """Raises ValueError unless labels are int [n], n > 0, all in [0, classes), and probabilities are finite and [n, classes]."""
    labels, probabilities = np.asarray(labels), np.asarray(probabilities)
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1]:
        raise ValueError(f"labels {labels.shape} and probabilities {probabilities.shape} are not [n] and [n, classes]")
    if len(labels) == 0:
        raise ValueError("there are no recordings to judge")
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= probabilities.shape[1]:
        raise ValueError(f"labels must be integers from 0 to {probabilities.shape[1] - 1}, the indices of the classes")
    if not np.isfinite(probabilities).all():
        raise ValueError("a probability is not finite")


def _confusion(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """int64 [classes, classes]: counts of [true class, answered class]."""
    check_answers(labels, probabilities)
    classes = probabilities.shape[1]
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (labels, probabilities.argmax(axis=1)), 1)
    return confusion


def _shares(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """int [..., classes, classes] -> WA, UA, macro F1, each float64 [...], and recalls float64 [..., classes], nan for absent classes."""
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    occurs, answered = confusion.sum(axis=-1), confusion.sum(axis=-2)
    with np.errstate(invalid="ignore"):
        recall = right / occurs
        f1 = 2 * right / (occurs + answered)
    return right.sum(axis=-1) / occurs.sum(axis=-1), np.nanmean(recall, axis=-1), np.nanmean(f1, axis=-1), recall


def _interval(resampled: np.ndarray) -> tuple[float, float]:
    low, high = np.nanpercentile(resampled, PERCENTILES)
    return float(low), float(high)


def _rounded(value):
    """Rounds every float in nested dicts, lists and tuples to four digits."""
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return round(value, 4) if isinstance(value, float) else value
