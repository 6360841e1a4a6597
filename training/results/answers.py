"""The files of predictions of the second version, and the scores of each."""

import functools
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..data.protocols import REPORTED
from ..network.loss_names import CROSS_ENTROPY, SHORT_NAMES
from ..network.widths import WIDTHS
from .metrics import Intervals, Scores, bootstrap, score
from .predictions import FLOAT32, INT8, LOSSES, PRECISIONS, Predictions, file_name, read_predictions


class Model(NamedTuple):
    """Which model answered: the parts of its file's name."""

    protocol: str
    precision: str
    width: str
    loss: str = SHORT_NAMES[CROSS_ENTROPY]

    @property
    def kind(self) -> str:
        """As folders of runs and other files are named, such as loso-full-ce."""
        return f"{self.protocol}-{self.width}-{self.loss}"


Sets = dict[Model, Predictions]


def read_sets(results: Path) -> Sets:
    """All files of predictions in the folder, ordered by protocol, width, loss and precision."""
    found = {}
    for protocol in REPORTED:
        for width in WIDTHS:
            for loss in LOSSES:
                for precision in PRECISIONS:
                    path = results / file_name(protocol, precision, width, loss)
                    if path.exists():
                        found[Model(protocol, precision, width, loss)] = read_predictions(path)
    if not found:
        raise ValueError(f"{results}: there are no predictions; run `python -m training.cross_validate`")
    return found


@functools.cache
def scores_of(predictions: Predictions) -> Scores:
    return score(predictions.labels, predictions.probabilities)


@functools.cache
def intervals_of(predictions: Predictions) -> Intervals:
    """Over utterances; takes 2,000 resamples."""
    return bootstrap(predictions.labels, predictions.probabilities)


def same_labels(sets: Sets, model: Model) -> float:
    """Share of the utterances with the same answer as in float32."""
    predictions, reference = sets[model], sets[model._replace(precision=FLOAT32)]
    return float(np.mean(predictions.probabilities.argmax(1) == in_order_of(predictions, reference).probabilities.argmax(1)))


def in_order_of(wanted: Predictions, predictions: Predictions) -> Predictions:
    """`predictions` in the order of the utterances of `wanted`."""
    index_of = {utterance: index for index, utterance in enumerate(predictions.utterances)}
    if set(index_of) != set(wanted.utterances):
        raise ValueError("two prediction files of one protocol do not have the same utterances; make both again")
    order = np.array([index_of[utterance] for utterance in wanted.utterances])
    return Predictions(
        wanted.utterances, [predictions.folds[index] for index in order], predictions.classes, predictions.labels[order], predictions.probabilities[order]
    )


def shown(sets: Sets) -> dict[str, Predictions]:
    """The sets that pictures show, int8 with cross entropy, by their titles."""
    models = [Model(protocol, INT8, width) for protocol in REPORTED for width in WIDTHS]
    return {f"{model.protocol}, {model.width}": sets[model] for model in models if model in sets}
