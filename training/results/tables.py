"""The tables of the model card that are computed from the answers alone; goals.py has those that compare with other figures."""

from collections import defaultdict
from pathlib import Path

import numpy as np

from ..data.protocols import LOSO, UNSEEN_IN_DEVELOPMENT
from ..network.widths import WIDTHS
from .ablation_file import INPUTS, ablation_path, ablation_scores
from .answers import Model, Sets, intervals_of, same_labels, scores_of
from .calibration import apply_temperature, expected_calibration_error
from .calibration_file import calibration_path, read_calibration
from .goals import LOSS_NAMES
from .markdown import percent, table, with_interval
from .metrics import bootstrap, score
from .predictions import FLOAT32, INT8
from .robustness_file import robustness_files, robustness_scores


def accuracy_table(sets: Sets) -> str:
    rows = []
    for model, predictions in sets.items():
        scores, intervals = scores_of(predictions), intervals_of(predictions)
        shares = [with_interval(getattr(scores, name), getattr(intervals, name)) for name in ("ua", "wa", "f1")]
        rows.append([f"{model.protocol}, {model.width}, {LOSS_NAMES[model.loss]}, {model.precision}", *shares])
    return table(["protocol, size, loss, precision", "UA % (95 % interval)", "WA %", "macro F1 %"], rows)


def agreement_table(sets: Sets) -> str:
    """float16 and int8 against float32."""
    rows = []
    for model, predictions in sets.items():
        reference = sets.get(model._replace(precision=FLOAT32))
        if model.precision == FLOAT32 or reference is None:
            continue
        difference = scores_of(predictions).ua - scores_of(reference).ua
        name = f"{model.protocol}, {model.width}, {LOSS_NAMES[model.loss]}, {model.precision}"
        rows.append([name, percent(same_labels(sets, model)), f"{100 * difference:+.1f}"])
    return table(["against float32", "same label %", "UA, points"], rows)


def speakers_table(sets: Sets) -> str:
    """loso, int8, cross entropy."""
    rows: dict[str, list[str]] = defaultdict(list)
    widths = [width for width in WIDTHS if Model(LOSO, INT8, width) in sets]
    for width in widths:
        predictions = sets[Model(LOSO, INT8, width)]
        folds = np.array(predictions.folds)
        groups = {speaker: folds == speaker for speaker in sorted(set(folds))}
        groups["the four on whom nothing was chosen"] = np.isin(folds, UNSEEN_IN_DEVELOPMENT)
        cells = {}
        for name, chosen in groups.items():
            scores = score(predictions.labels[chosen], predictions.probabilities[chosen])
            cells[name] = [str(scores.recordings), percent(scores.ua), percent(scores.wa)]
        scores, intervals = scores_of(predictions), bootstrap(predictions.labels, predictions.probabilities, groups=folds)
        shares = [with_interval(scores.ua, intervals.ua), with_interval(scores.wa, intervals.wa)]
        cells["all (95 % interval over speakers)"] = [str(scores.recordings), *shares]
        for name, (count, *shares) in cells.items():
            rows[name] = (rows[name] or [count]) + shares
    header = ["test speaker", "utterances"] + [f"{width}, {measure} %" for width in widths for measure in ("UA", "WA")]
    return table(header, [[name, *values] for name, values in rows.items()])


def calibration_table(sets: Sets, results: Path) -> str:
    """int8 with the temperature, and, by multiplying with it, without; and what the threshold accepts."""
    rows = []
    for model, predictions in sets.items():
        path = calibration_path(results, model.kind)
        if model.precision != INT8 or not path.exists():
            continue
        temperature, threshold = np.array([read_calibration(path).folds[fold] for fold in predictions.folds]).T
        rows_of = zip(predictions.probabilities, temperature)
        before = np.concatenate([apply_temperature(row[np.newaxis], 1 / value) for row, value in rows_of])
        accepted = predictions.probabilities.max(axis=1) >= threshold
        right = predictions.probabilities.argmax(axis=1) == predictions.labels
        rows.append(
            [
                f"{model.protocol}, {model.width}, {LOSS_NAMES[model.loss]}",
                f"{temperature.min():.2f} to {temperature.max():.2f}",
                percent(expected_calibration_error(predictions.labels, before)),
                percent(expected_calibration_error(predictions.labels, predictions.probabilities)),
                f"{threshold.min():.2f} to {threshold.max():.2f}",
                percent(accepted.mean()),
                percent(right[accepted].mean()) if accepted.any() else "",
            ]
        )
    header = ["int8", "temperature", "ECE % before", "ECE % after", "threshold", "accepted %", "WA of these %"]
    return table(header, rows)


def robustness_table(results: Path) -> str:
    """Every condition; loso, int8, cross entropy."""
    columns = {kind: robustness_scores(path) for kind, path in robustness_files(results).items()}
    conditions = list(dict.fromkeys(condition for column in columns.values() for condition in column))
    header = ["condition"] + [f"{kind}, {measure} %" for kind in columns for measure in ("UA", "WA")]
    rows = [[condition] + [percent(value) for column in columns.values() for value in column[condition]] for condition in conditions]
    return table(header, rows)


def ablation_table(results: Path) -> str:
    """Every trial, on the validation speakers of the development folds."""
    rows = []
    for trial, scores in ablation_scores(ablation_path(results)).items():
        rows.append([trial, *(percent(scores[kind][measure]) if kind in scores else "" for kind in INPUTS for measure in (0, 1))])
    return table(["trial", "clean, UA %", "WA %", "in noise and rooms, UA %", "WA %", "among voices, UA %", "WA %"], rows)
