"""The pictures of the model card."""

import re
from collections import defaultdict
from pathlib import Path

from . import pictures
from .answers import intervals_of, robustness_scores, scores_of
from .calibration import coverage_accuracy, reliability
from .predictions import REPORTED, SIZES
from .tables import NOISES


def draw(sets: dict, results: Path) -> None:
    folder = results / "pictures"
    for (protocol, precision, size, loss), predictions in sets.items():
        if precision != "int8" or loss != "ce":
            continue
        scores, name = scores_of(predictions), f"{protocol}-{size}"
        title = f"{protocol}, {size}, int8: {scores}"
        pictures.confusion_matrix(folder / f"confusion-{name}.svg", scores.confusion, predictions.classes, title)
        pictures.reliability_diagram(folder / f"reliability-{name}.svg", reliability(predictions.labels, predictions.probabilities), f"{protocol}, {size}, int8")
    chosen = {f"{protocol}, {size}": sets[protocol, "int8", size, "ce"] for protocol in REPORTED for size in SIZES if (protocol, "int8", size, "ce") in sets}
    if not chosen:
        return
    recalls = {name: scores_of(predictions).recall for name, predictions in chosen.items()}
    intervals = {name: intervals_of(predictions).recall for name, predictions in chosen.items()}
    classes = next(iter(chosen.values())).classes
    pictures.recall_bars(folder / "recall.svg", classes, recalls, intervals, "Recall, int8")
    curves = {name: coverage_accuracy(predictions.labels, predictions.probabilities) for name, predictions in chosen.items()}
    pictures.coverage_curves(
        folder / "coverage.svg", {name: (curve.coverage, curve.accuracy) for name, curve in curves.items()}, "Right answers among those accepted, int8"
    )
    for path in sorted(results.glob("robustness-*.csv")):
        lines, clean = defaultdict(dict), 0.0
        for condition, (ua, _) in robustness_scores(path).items():
            if found := re.fullmatch(rf"({'|'.join(NOISES)}) (\d+) dB", condition):
                lines[found[1]][float(found[2])] = ua
            elif condition == "clean":
                clean = ua
        pictures.robustness_lines(folder / f"{path.stem}.svg", lines, clean, f"UA in noise, {path.stem.removeprefix('robustness-')}, int8")
