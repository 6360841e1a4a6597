"""The answers in weights/results, and the scores of each file."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np

from .metrics import Intervals, Scores, bootstrap, score
from .predictions import LOSSES, PRECISIONS, REPORTED, SIZES, Predictions, file_name, read_predictions


def read_sets(results: Path) -> dict[tuple[str, str, str, str], Predictions]:
    """By (protocol, precision, size, loss): what is there."""
    found = {}
    for protocol in REPORTED:
        for size in SIZES:
            for loss in LOSSES:
                for precision in PRECISIONS:
                    path = results / file_name(protocol, precision, size, loss)
                    if path.exists():
                        found[protocol, precision, size, loss] = read_predictions(path)
    if not found:
        raise ValueError(f"{results}: there are no predictions; run `python -m training.cross_validate`")
    return found


def scores_of(predictions: Predictions) -> Scores:
    return score(predictions.labels, predictions.probabilities)


def intervals_of(predictions: Predictions) -> Intervals:
    """2,000 resamples: only where they are shown."""
    return bootstrap(predictions.labels, predictions.probabilities)


def same_labels(sets: dict, protocol: str, size: str, loss: str = "ce", precision: str = "int8") -> float:
    """Share of the utterances to which two precisions answer the same."""
    predictions, reference = sets[protocol, precision, size, loss], sets[protocol, "float32", size, loss]
    return float(np.mean(predictions.probabilities.argmax(1) == in_order_of(predictions, reference).probabilities.argmax(1)))


def in_order_of(wanted: Predictions, predictions: Predictions) -> Predictions:
    place = {utterance: index for index, utterance in enumerate(predictions.utterances)}
    if set(place) != set(wanted.utterances):
        raise ValueError("two prediction files of one protocol do not hold the same utterances; make both again")
    order = np.array([place[utterance] for utterance in wanted.utterances])
    return Predictions(
        wanted.utterances, [predictions.folds[index] for index in order], predictions.classes, predictions.labels[order], predictions.probabilities[order]
    )


def robustness_scores(path: Path) -> dict[str, tuple[float, float]]:
    """UA and WA of each condition."""
    answers = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            answers[row["condition"]].append((row["true"], row["predicted"]))
    return {condition: ua_wa(pairs) for condition, pairs in answers.items()}


def ua_wa(pairs: list[tuple[str, str]]) -> tuple[float, float]:
    """Of (true, predicted) names."""
    names = sorted({name for pair in pairs for name in pair})
    labels = np.array([names.index(true) for true, _ in pairs])
    scores = score(labels, np.eye(len(names))[[names.index(predicted) for _, predicted in pairs]])
    return scores.ua, scores.wa
