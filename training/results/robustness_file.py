"""The answers of int8 modules to degraded recordings, in robustness-KIND.csv."""

import csv
import io
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from ..files import replace_file
from .metrics import ua_wa

CLEAN = "clean"
NOISES = ("rain", "babble", "kitchen")
REAL_NOISES = ("kitchen", "babble", "factory", "car")  # recorded; in conditions `real` stands before them


class Row(NamedTuple):
    """The file's columns."""

    condition: str
    utterance: str
    true: str
    predicted: str


def real(name: str) -> str:
    """What is recorded, beside the made-up one of the same name."""
    return f"real {name}"


def in_noise(noise: str, ratio: int) -> str:
    """The name of a condition; ratio: signal to noise in dB."""
    return f"{noise} {ratio} dB"


def robustness_path(results: Path, kind: str) -> Path:
    """kind: such as loso-full-ce."""
    return results / f"robustness-{kind}.csv"


def robustness_files(results: Path) -> dict[str, Path]:
    """By kind."""
    return {path.stem.removeprefix("robustness-"): path for path in sorted(results.glob("robustness-*.csv"))}


def write_rows(path: Path, rows: list[Row]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([Row._fields, *rows])
    replace_file(path, text.getvalue())


def robustness_scores(path: Path) -> dict[str, tuple[float, float]]:
    """UA and WA of each condition."""
    answers = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            answers[row["condition"]].append((row["true"], row["predicted"]))
    return {condition: ua_wa(pairs) for condition, pairs in answers.items()}


def in_each_noise(scores: dict[str, tuple[float, float]]) -> dict[str, dict[float, float]]:
    """The UA at each signal-to-noise ratio in dB, by noise."""
    found: dict[str, dict[float, float]] = {}
    for condition, (ua, _) in scores.items():
        if match := re.fullmatch(rf"({'|'.join((*NOISES, *map(real, REAL_NOISES)))}) (\d+) dB", condition):
            found.setdefault(match[1], {})[float(match[2])] = ua
    return found
