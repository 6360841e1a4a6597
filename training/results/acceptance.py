"""Rules that say which answers are accepted: a score for each answer, and a threshold that is fitted on answers to recordings that were kept from training.

Everywhere: logits float [n, classes], -inf for a class that was not learned; scores float [n], larger for surer answers; right bool [n]; groups [n] of any type, such as
corpora, which count as much as each other, however many answers they have.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import logsumexp, softmax

from .calibration import LEAST_ACCEPTED

Rule = Callable[[np.ndarray, float], np.ndarray]  # (logits, temperature) -> scores


def largest_probability(logits: np.ndarray, temperature: float) -> np.ndarray:
    """What the module compares with its acceptThreshold. Hendrycks and Gimpel 2017, arXiv 1610.02136."""
    return softmax(logits / temperature, axis=1).max(axis=1)


def margin(logits: np.ndarray, temperature: float) -> np.ndarray:
    """The largest logit less the second largest."""
    second, first = np.partition(logits, -2, axis=1)[:, -2:].T
    return (first - second) / temperature


def energy(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Liu et al. 2020, arXiv 2010.03759, with the sign that is larger for what resembles the training."""
    return logsumexp(logits / temperature, axis=1)


def largest_logit(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Hendrycks et al. 2022, arXiv 1911.11132."""
    return logits.max(axis=1) / temperature


PROBABILITY, SHIPPED = "largest probability", "held back, 92%"  # the module's rule, and how the threshold is fitted that ships
RULES: dict[str, Rule] = {PROBABILITY: largest_probability, "margin": margin, "energy": energy, "largest logit": largest_logit}


def weights_of(groups: np.ndarray) -> np.ndarray:
    """float64 [n], whose sum is 1: all groups count as much as each other."""
    names, of, counts = np.unique(groups, return_inverse=True, return_counts=True)
    return 1 / (len(names) * counts[of])


def accuracy_curve(scores: np.ndarray, right: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Thresholds, the highest first; and of the answers that reach each: share that is accepted, share of these that is right, number. Equal scores are accepted together."""
    order = np.argsort(-scores, kind="stable")
    scores, right, weights = scores[order], right[order], weights_of(groups)[order]
    last = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))
    accepted = np.cumsum(weights)[last]
    return scores[last], accepted, np.cumsum(weights * right)[last] / accepted, last + 1


def threshold_at(scores: np.ndarray, right: np.ndarray, groups: np.ndarray, accuracy: float) -> float:
    """The smallest score at which, and at every higher one that accepts at least LEAST_ACCEPTED answers, a share of at least `accuracy` is right. Infinity where there is none, -infinity
    with fewer than LEAST_ACCEPTED answers: then none is uncertain."""
    if len(scores) < LEAST_ACCEPTED:
        return -np.inf
    thresholds, _, found, count = accuracy_curve(scores, right, groups)
    enough = count >= LEAST_ACCEPTED
    thresholds, holds = thresholds[enough], found[enough] >= accuracy
    kept = len(holds) if holds.all() else int(holds.argmin())
    return float(thresholds[kept - 1]) if kept > 0 else np.inf


def mean_accuracy(scores: np.ndarray, right: np.ndarray, groups: np.ndarray) -> float:
    """The share of right answers among the accepted, averaged over all coverages: how well the scores put the right answers before the others, whatever the threshold. 0 where there are no
    answers."""
    if len(scores) == 0:
        return 0.0
    _, accepted, found, _ = accuracy_curve(scores, right, groups)
    return float(np.sum(np.diff(accepted, prepend=0) * found))
