"""Calibration: whether a classifier's confidence, its largest probability, is how often it is right, and how to correct it.

Everywhere: labels int [n], indices of classes; probabilities float [n, classes], each row summing to 1; an answer is right when the largest
probability, the first of equals, is the label's. Each function that takes labels raises ValueError when `metrics.check_answers` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import softmax

from .metrics import check_answers

TEMPERATURE_RANGE = (0.1, 10.0)

# Smaller probabilities count as this one, whose logarithm is about -87: the smallest normal float32. The module writes 0 below exp(-85).
SMALLEST_PROBABILITY = float(np.finfo(np.float32).tiny)

# When 90 of 100 answers are right, 30 in a row are all right with a probability of 4 % (0.9 ** 30). Fewer leave too much to chance.
LEAST_ACCEPTED = 30


@dataclass(frozen=True)
class Bin:
    """The answers whose confidence is in (low, high]."""

    low: float
    high: float
    count: int
    confidence: float | None  # mean; None when there are no answers
    accuracy: float | None  # share of right answers; None when there are no answers


class CoverageCurve(NamedTuple):
    """The accepted answers at each threshold: float64 [distinct confidences], the highest threshold first."""

    threshold: np.ndarray  # answers with at least this confidence are accepted
    coverage: np.ndarray  # share that is accepted, (0, 1], rising
    accuracy: np.ndarray  # share of right answers among the accepted, [0, 1]


def logits_of(probabilities: np.ndarray) -> np.ndarray:
    """float [..., classes] in [0, 1] -> float64 of the same shape: their logarithms, which are logits with this softmax."""
    return np.log(np.maximum(np.asarray(probabilities, np.float64), SMALLEST_PROBABILITY))


def apply_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """
    softmax(logits / T), float64 [..., classes]: above 1 less confident, below 1 more. The class with the largest probability stays the same.
    Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks, 2017, arXiv 1706.04599, section 4.2.
    Raises ValueError unless the temperature is finite and above 0.
    """
    if not 0 < temperature < np.inf:
        raise ValueError(f"a temperature of {temperature} cannot be applied; it must be finite and above 0")
    return softmax(logits_of(probabilities) / temperature, axis=-1)


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """
    The temperature in TEMPERATURE_RANGE at which softmax(logits / T) has the smallest negative log likelihood (Guo et al. 2017, section
    4.2).
    logits: float [n, classes], finite, up to a constant per row; `logits_of` computes them from probabilities. Fit on utterances that neither
    trained the network nor are reported. Without a minimum inside the range, as when every answer is right, the result is one of its ends.
    """
    check_answers(labels, logits)
    logits = np.asarray(logits, np.float64)
    of_labels = logits[np.arange(len(labels)), labels]

    def slope(log_temperature: float) -> float:
        # d NLL / d (1 / T) = mean(E[logit] - logit of the label). It never rises with T, because the NLL is convex in 1 / T.
        expected = (softmax(logits / np.exp(log_temperature), axis=1) * logits).sum(axis=1)
        return float((expected - of_labels).mean())

    lowest, highest = np.log(TEMPERATURE_RANGE)
    if slope(lowest) <= 0:
        return TEMPERATURE_RANGE[0]
    if slope(highest) >= 0:
        return TEMPERATURE_RANGE[1]
    return float(np.exp(brentq(slope, lowest, highest, xtol=1e-9)))


def reliability(labels: np.ndarray, probabilities: np.ndarray, bins: int = 10) -> list[Bin]:
    """Confidence and accuracy in `bins` bins of equal width over [0, 1], the empty ones included (Guo et al. 2017, section 2)."""
    confidence, right = _answers(labels, probabilities)
    edges = np.arange(bins + 1) / bins
    number = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    count = np.bincount(number, minlength=bins)
    confidences, rights = np.bincount(number, confidence, bins), np.bincount(number, right, bins)
    return [
        Bin(
            low=float(edges[i]),
            high=float(edges[i + 1]),
            count=int(count[i]),
            confidence=float(confidences[i] / count[i]) if count[i] else None,
            accuracy=float(rights[i] / count[i]) if count[i] else None,
        )
        for i in range(bins)
    ]


def expected_calibration_error(labels: np.ndarray, probabilities: np.ndarray, bins: int = 15) -> float:
    """
    sum over the bins of count / n * |accuracy - confidence|, in [0, 1]; bins of equal width.
    Naeini, Cooper, Hauskrecht: Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015; Guo et al. 2017, section 2.
    """
    return error_of_bins(reliability(labels, probabilities, bins))


def error_of_bins(rows: Sequence[Bin]) -> float:
    """The expected calibration error of the bins of `reliability`."""
    filled = [row for row in rows if row.count]
    return sum(row.count * abs(row.accuracy - row.confidence) for row in filled) / sum(row.count for row in filled)


def coverage_accuracy(labels: np.ndarray, probabilities: np.ndarray) -> CoverageCurve:
    """
    Accuracy among the accepted against coverage, when answers of low confidence are refused (El-Yaniv and Wiener: On the Foundations of
    Noise-free Selective Classification, JMLR 2010). Equally confident answers are accepted together; the last point is all of them.
    """
    confidence, right = _answers(labels, probabilities)
    order = np.argsort(-confidence, kind="stable")
    confidence, right = confidence[order], right[order]
    last = np.flatnonzero(np.append(confidence[1:] != confidence[:-1], True))  # of each group of equal confidences
    accepted = last + 1
    return CoverageCurve(confidence[last], accepted / len(confidence), np.cumsum(right)[last] / accepted)


def threshold_for(labels: np.ndarray, probabilities: np.ndarray, accuracy: float) -> float | None:
    """
    The smallest confidence of these answers at which accepting that confidence and above is right in a share of at least `accuracy`.

    To exclude chance, the accuracy must hold at that threshold and at every higher one that accepts at least LEAST_ACCEPTED answers: a few early
    hits are not enough, nor is an accuracy that drops below the goal and rises above it again. None when the highest threshold that accepts that
    many answers misses the accuracy, or when there are fewer answers. The smallest of many thresholds is chosen, so these answers are slightly
    optimistic: report the accuracy on utterances that were not used here.
    Raises ValueError unless 0 < accuracy <= 1.
    """
    if not 0 < accuracy <= 1:
        raise ValueError(f"an accuracy of {accuracy} cannot be reached; it must be above 0 and at most 1")
    curve = coverage_accuracy(labels, probabilities)
    enough = np.rint(curve.coverage * len(labels)) >= LEAST_ACCEPTED
    thresholds, holds = curve.threshold[enough], curve.accuracy[enough] >= accuracy
    kept = len(holds) if holds.all() else int(holds.argmin())
    return float(thresholds[kept - 1]) if kept > 0 else None


def _answers(labels: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The confidence of each answer, float64 [n], and whether it is right, bool [n]."""
    check_answers(labels, probabilities)
    return probabilities.max(axis=1).astype(np.float64), probabilities.argmax(axis=1) == labels
