"""The pictures of the second version's card."""

from pathlib import Path

from . import pictures
from .answers import Sets, intervals_of, scores_of, shown
from .calibration import coverage_accuracy, reliability
from .robustness_file import CLEAN, in_each_noise, robustness_files, robustness_scores


def draw(sets: Sets, results: Path) -> None:
    folder, chosen = results / "pictures", shown(sets)
    if not chosen:
        return
    for name, predictions in chosen.items():
        scores, file = scores_of(predictions), name.replace(", ", "-")
        pictures.confusion_matrix(folder / f"confusion-{file}.svg", scores.confusion, predictions.classes, f"{name}, int8: {scores}")
        pictures.reliability_diagram(folder / f"reliability-{file}.svg", reliability(predictions.labels, predictions.probabilities), f"{name}, int8")
    recalls = {name: scores_of(predictions).recall for name, predictions in chosen.items()}
    intervals = {name: intervals_of(predictions).recall for name, predictions in chosen.items()}
    classes = next(iter(chosen.values())).classes
    pictures.recall_bars(folder / "recall.svg", classes, recalls, intervals, "Recall, int8")
    curves = {name: coverage_accuracy(predictions.labels, predictions.probabilities) for name, predictions in chosen.items()}
    pictures.coverage_curves(
        folder / "coverage.svg", {name: (curve.coverage, curve.accuracy) for name, curve in curves.items()}, "Right answers among those accepted, int8"
    )
    for kind, path in robustness_files(results).items():
        scores = robustness_scores(path)
        clean, _ = scores.get(CLEAN, (0.0, 0.0))
        pictures.robustness_lines(folder / f"{path.stem}.svg", in_each_noise(scores), clean, f"UA in noise, {kind}, int8")
