"""The answers of the trials, in weights/v2/results/ablation.csv."""

import csv
import io
from pathlib import Path
from typing import NamedTuple

from ..files import replace_file
from .metrics import ua_wa

CLEAN = "clean"
REAL = "real"  # in rooms and noises of the kinds that training uses
BABBLE = "babble"  # among voices of the training part
INPUTS = (CLEAN, REAL, BABBLE)


class Row(NamedTuple):
    """The file's columns."""

    trial: str
    fold: str
    utterance: str
    input: str  # one of INPUTS
    true: str
    predicted: str


def ablation_path(results: Path) -> Path:
    return results / "ablation.csv"


def read_rows(path: Path) -> list[Row]:
    with path.open(newline="") as file:
        reader = csv.reader(file)
        next(reader)
        return [Row(*fields) for fields in reader]


def write_rows(path: Path, rows: list[Row]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([Row._fields, *rows])
    replace_file(path, text.getvalue())


def ablation_scores(path: Path) -> dict[str, dict[str, tuple[float, float]]]:
    """UA and WA of each trial, by input; without the inputs that the trial has no answers for."""
    pairs: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for row in read_rows(path):
        pairs.setdefault(row.trial, {}).setdefault(row.input, []).append((row.true, row.predicted))
    return {trial: {kind: ua_wa(its) for kind, its in of_input.items()} for trial, of_input in pairs.items()}
