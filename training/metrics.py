"""How good a classifier's answers are, as counts and shares."""

from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class Scores:
    recordings: int
    wa: float  # weighted accuracy: the share of right answers
    ua: float  # unweighted average recall: the mean of the recalls of the classes that occur
    f1: float  # macro F1: the mean of the F1 of the classes that occur or were answered
    confusion: list[list[int]]  # [true class][answered class], counts

    def __str__(self) -> str:
        return f"{self.recordings} recordings, WA {self.wa:.1%}, UA {self.ua:.1%}, F1 {self.f1:.1%}"

    def as_json(self) -> dict:
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


def score(labels: np.ndarray, probabilities: np.ndarray) -> Scores:
    """int [recordings] and float [recordings, classes]."""
    classes = probabilities.shape[1]
    confusion = np.zeros((classes, classes), int)
    np.add.at(confusion, (labels, probabilities.argmax(axis=1)), 1)
    right = confusion.diagonal()
    occurs, answered = confusion.sum(axis=1), confusion.sum(axis=0)
    recall = right[occurs > 0] / occurs[occurs > 0]
    f1 = 2 * right[occurs + answered > 0] / (occurs + answered)[occurs + answered > 0]
    return Scores(len(labels), right.sum() / len(labels), recall.mean(), f1.mean(), confusion.tolist())
