"""What a model answered to every utterance, as CSV files. Every score and picture is computed from them.

One row per utterance under the header `utterance,fold,true,predicted,` and one column per class, headed by its name, with the probability.
A name that a spreadsheet would run as a formula starts with a single quote, as in the CSV of `light-sernet evaluate`.
"""

import csv
import io
import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np

from ..data.dataset import REPOSITORY
from ..data.protocols import REPORTED
from ..files import replace_file
from ..network.loss_names import SHORT_NAMES
from ..network.widths import WIDTHS

RESULTS = REPOSITORY / "weights" / "results"  # of the models that ship
V2_RESULTS = REPOSITORY / "weights" / "v2" / "results"  # of the second version, which learned from EMO-DB alone
PRECISIONS = FLOAT32, FLOAT16, INT8 = ("float32", "float16", "int8")
LOSSES = tuple(SHORT_NAMES.values())

LEADING_COLUMNS = ("utterance", "fold", "true", "predicted")
MORE_COLUMNS = ("voice", "activation", "valence")  # of `light-sernet evaluate`, where a model has them, after the leading ones; they are not read
LARGEST_SUM_ERROR = 1e-3

FORMULA = re.compile("'*[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]")  # a cell that begins like this needs a quote in front to stay text


@dataclass(frozen=True, eq=False)
class Predictions:
    """The answers to n utterances. Raises ValueError when shapes, types or labels do not fit together."""

    utterances: list[str]  # unique names
    folds: list[str]  # the fold in which the utterance was held out
    classes: tuple[str, ...]
    labels: np.ndarray  # int64 [n]: the true classes, indices in classes
    probabilities: np.ndarray  # float32 [n, classes]

    def __post_init__(self) -> None:
        count = len(self.utterances)
        if self.labels.dtype != np.int64 or self.probabilities.dtype != np.float32:
            raise ValueError(f"labels are {self.labels.dtype} and probabilities {self.probabilities.dtype}, not int64 and float32")
        if len(self.folds) != count or self.labels.shape != (count,) or self.probabilities.shape != (count, len(self.classes)):
            raise ValueError(
                f"{count} utterances, {len(self.folds)} folds, labels {self.labels.shape}, probabilities {self.probabilities.shape} and "
                f"{len(self.classes)} classes do not fit together"
            )
        if count > 0 and not 0 <= self.labels.min() <= self.labels.max() < len(self.classes):
            raise ValueError(f"a label is not an index of the {len(self.classes)} classes")


def file_name(protocol: str, precision: str, width: str, loss: str) -> str:
    """The name of a file in V2_RESULTS, such as `loso-int8-full-ce.csv`. Raises ValueError for a part that is not known."""
    for part, known in ((protocol, REPORTED), (precision, PRECISIONS), (width, WIDTHS), (loss, LOSSES)):
        if part not in known:
            raise ValueError(f"{part} is not one of {', '.join(known)}")
    return f"{protocol}-{precision}-{width}-{loss}.csv"


def read_predictions(path: Path) -> Predictions:
    """
    Raises ValueError, naming the file, the line and what is wrong: the header; true or predicted is not a class; predicted is not the class with
    the largest probability (the first of equals); a probability is not finite or not in [0, 1]; they do not sum to 1 within
    LARGEST_SUM_ERROR; an utterance occurs twice; there are no utterances.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: this is not UTF-8 text, from byte {error.start} on") from None
    return _parse(path, text)


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Floats have the fewest digits that read back to the same float32. Raises ValueError instead of writing what could not be read back."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([*LEADING_COLUMNS, *map(_cell, predictions.classes)])
    predicted = predictions.probabilities.argmax(axis=1)
    for row, utterance in enumerate(predictions.utterances):
        names = predictions.classes[predictions.labels[row]], predictions.classes[predicted[row]]
        writer.writerow([*map(_cell, (utterance, predictions.folds[row], *names)), *map(str, predictions.probabilities[row])])
    _parse(path, table.getvalue())
    replace_file(path, table.getvalue())


def _parse(path: Path, text: str) -> Predictions:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    utterances, folds, labels, probabilities = {}, [], [], []
    try:
        header = next(reader, [])
        more = sum(1 for _ in takewhile(MORE_COLUMNS.__contains__, header[len(LEADING_COLUMNS) :]))
        classes = _classes_of(without(header, more))
        for fields in reader:
            utterance, fold, label, row = _parse_row(without(fields, more), classes)
            if utterance in utterances:
                raise ValueError(f"the utterance {utterance} is in line {utterances[utterance]} already")
            utterances[utterance] = reader.line_num
            folds.append(fold)
            labels.append(label)
            probabilities.append(row)
        if not utterances:
            raise ValueError("there are no utterances after the header")
        if not text.endswith("\n"):
            raise ValueError("the line has no end, so the file is truncated")
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{path}, line {max(reader.line_num, 1)}: {error}") from None
    return Predictions(list(utterances), folds, classes, np.array(labels, np.int64), np.stack(probabilities))


def without(fields: list[str], more: int) -> list[str]:
    """The fields without those of MORE_COLUMNS."""
    return fields[: len(LEADING_COLUMNS)] + fields[len(LEADING_COLUMNS) + more :]


def _classes_of(header: list[str]) -> tuple[str, ...]:
    leading, classes = tuple(header[: len(LEADING_COLUMNS)]), tuple(map(_text, header[len(LEADING_COLUMNS) :]))
    if leading != LEADING_COLUMNS:
        raise ValueError(f"the header must begin with {','.join(LEADING_COLUMNS)}")
    if len(classes) < 2 or len(set(classes)) != len(classes) or "" in classes:
        raise ValueError("the header must name two classes or more, each once")
    return classes


def _parse_row(fields: list[str], classes: tuple[str, ...]) -> tuple[str, str, int, np.ndarray]:
    """Utterance, fold, index of the true class, probabilities float32 [classes]. Its ValueError does not name the line."""
    expected = len(LEADING_COLUMNS) + len(classes)
    if len(fields) != expected:
        raise ValueError(f"there are {len(fields)} fields, the header has {expected}")
    utterance, fold, true, predicted = map(_text, fields[: len(LEADING_COLUMNS)])
    numbers = fields[len(LEADING_COLUMNS) :]
    if utterance == "":
        raise ValueError("the utterance has no name")
    for column, name in (("true", true), ("predicted", predicted)):
        if name not in classes:
            raise ValueError(f"{column} is {name!r}, which is not one of the classes {', '.join(classes)}")
    exact = np.array([_number(text) for text in numbers])
    if not np.isfinite(exact).all():
        raise ValueError("a probability is not finite")
    if exact.min() < 0 or exact.max() > 1:
        raise ValueError("a probability is not between 0 and 1")
    if abs(exact.sum() - 1) > LARGEST_SUM_ERROR:
        raise ValueError(f"the probabilities sum to {exact.sum():.6g} instead of 1")
    probabilities = exact.astype(np.float32)
    if predicted != classes[probabilities.argmax()]:
        raise ValueError(f"predicted is {predicted}, but the largest probability is that of {classes[probabilities.argmax()]}")
    return utterance, fold, classes.index(true), probabilities


def _cell(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text


def _text(cell: str) -> str:
    """The text of a cell that _cell wrote."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None
