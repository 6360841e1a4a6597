"""The tables of the model card, as Markdown."""

import csv
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from .answers import intervals_of, robustness_scores, same_labels, scores_of, ua_wa
from .calibration import apply_temperature, expected_calibration_error
from .metrics import Scores, bootstrap, score
from .predictions import LOSSES, REPORTED, SIZES


NEVER_JUDGED = ("03", "08", "09", "12")  # speakers on whom no choice of the recipe was made

# Reported for Light-SERNet on EMO-DB: ten folds, speakers mixed, the best epoch chosen on the test fold. UA, WA, F1.
PUBLISHED = {
    "Light-SERNet, cross entropy (Aftab et al., 2021, arXiv 2110.03435)": (94.15, 94.21, 94.16),
    "Light-SERNet, focal loss (the same)": (92.88, 93.08, 93.05),
    "a later reproduction, cross entropy": (94.89, 95.33, 95.27),
    "a later reproduction, focal loss": (94.94, 95.14, 95.10),
}
MEASURE_NAMES = {"ua": "UA", "wa": "WA", "f1": "macro F1"}
NOISES = ("rain", "babble", "kitchen")
LOSS_NAMES = {"ce": "cross entropy", "focal": "focal"}


def accuracy_table(sets: dict) -> str:
    rows = []
    for (protocol, precision, size, loss), predictions in sets.items():
        scores, intervals = scores_of(predictions), intervals_of(predictions)
        shares = [with_interval(getattr(scores, name), getattr(intervals, name)) for name in ("ua", "wa", "f1")]
        rows.append([f"{protocol}, {size}, {LOSS_NAMES[loss]}, {precision}", *shares])
    return table(["protocol, size, loss, precision", "UA % (95 % interval)", "WA %", "macro F1 %"], rows)


def published_table(sets: dict) -> str:
    rows = [[name, "float32", "the best on the test fold", *(f"{value:.2f}" for value in values)] for name, values in PUBLISHED.items()]
    for loss in LOSSES:
        if (predictions := sets.get(("random", "int8", "full", loss))) is not None:
            scores = scores_of(predictions)
            values = [f"{100 * value:.2f}" for value in (scores.ua, scores.wa, scores.f1)]
            rows.append([f"**this one, {LOSS_NAMES[loss]}**", "int8", "none was: the last", *values])
    return table(["speakers mixed, ten folds", "precision", "epoch chosen", "UA %", "WA %", "macro F1 %"], rows)


def goals_table(sets: dict, results: Path) -> str:
    """What was aimed at before training began, and what came out; without rows for what has not been measured. Cross entropy, int8."""
    rows: list[list[str]] = []

    def add(name: str, least: float, value: float, digits: int = 1) -> None:
        rows.append([name, f"at least {least:g}", f"{value:.{digits}f}", "yes" if value >= least else "no"])

    def figures(protocol: str, size: str, precision: str = "int8") -> Scores | None:
        predictions = sets.get((protocol, precision, size, "ce"))
        return None if predictions is None else scores_of(predictions)

    if (random := figures("random", "full")) is not None:
        for measure, least in (("ua", 94.94), ("wa", 95.33), ("f1", 95.27)):
            add(f"random, full: {MEASURE_NAMES[measure]} %", least, 100 * getattr(random, measure), 2)
    if (loso := figures("loso", "full")) is not None:
        add("loso, full: UA %", 85, 100 * loso.ua)
    for protocol in REPORTED:
        for size in SIZES:
            int8, reference = figures(protocol, size), figures(protocol, size, "float32")
            if int8 is not None and reference is not None:
                add(f"{protocol}, {size}: int8 against float32, UA, points", -0.7, 100 * (int8.ua - reference.ua))
                add(f"{protocol}, {size}: same labels as float32, %", 99, 100 * same_labels(sets, protocol, size))
        full, micro = figures(protocol, "full"), figures(protocol, "micro")
        if full is not None and micro is not None:
            add(f"{protocol}: micro against full, UA, points", -2, 100 * (micro.ua - full.ua))
    for size in SIZES:
        if (path := results / f"robustness-loso-{size}-ce.csv").exists():
            of = robustness_scores(path)
            for noise in NOISES:
                if (condition := f"{noise} 10 dB") in of:
                    add(f"{noise} at 10 dB against clean, {size}: UA, points", -5, 100 * (of[condition][0] - of["clean"][0]))
    return table(["goal", "", "reached", "met"], rows)


def agreement_table(sets: dict) -> str:
    rows = []
    for (protocol, precision, size, loss), predictions in sets.items():
        reference = sets.get((protocol, "float32", size, loss))
        if precision == "float32" or reference is None:
            continue
        same = same_labels(sets, protocol, size, loss, precision)
        difference = scores_of(predictions).ua - scores_of(reference).ua
        rows.append([f"{protocol}, {size}, {LOSS_NAMES[loss]}, {precision}", percent(same), f"{100 * difference:+.1f}"])
    return table(["against float32", "same label %", "UA, points"], rows)


def speakers_table(sets: dict) -> str:
    """Of loso, int8, cross entropy."""
    rows: dict[str, list[str]] = defaultdict(list)
    sizes = [size for size in SIZES if ("loso", "int8", size, "ce") in sets]
    for size in sizes:
        predictions = sets["loso", "int8", size, "ce"]
        folds = np.array(predictions.folds)
        groups = {speaker: folds == speaker for speaker in sorted(set(folds))}
        groups["the four on whom nothing was chosen"] = np.isin(folds, NEVER_JUDGED)
        cells = {}
        for name, chosen in groups.items():
            scores = score(predictions.labels[chosen], predictions.probabilities[chosen])
            cells[name] = [str(scores.recordings), percent(scores.ua), percent(scores.wa)]
        scores, intervals = scores_of(predictions), bootstrap(predictions.labels, predictions.probabilities, groups=folds)
        shares = [with_interval(scores.ua, intervals.ua), with_interval(scores.wa, intervals.wa)]
        cells["all (95 % interval over speakers)"] = [str(scores.recordings), *shares]
        for name, (count, *shares) in cells.items():
            rows[name] = (rows[name] or [count]) + shares
    header = ["test speaker", "utterances"] + [f"{size}, {measure} %" for size in sizes for measure in ("UA", "WA")]
    return table(header, [[name, *values] for name, values in rows.items()])


def calibration_table(sets: dict, results: Path) -> str:
    rows = []
    for (protocol, precision, size, loss), predictions in sets.items():
        path = results / f"calibration-{protocol}-{size}-{loss}.json"
        if precision != "int8" or not path.exists():
            continue
        folds = json.loads(path.read_text())["folds"]
        temperature = np.array([folds[fold]["temperature"] for fold in predictions.folds])
        threshold = np.array([folds[fold]["threshold"] for fold in predictions.folds])
        rows_of = zip(predictions.probabilities, temperature)
        before = np.concatenate([apply_temperature(row[np.newaxis], 1 / value) for row, value in rows_of])
        accepted = predictions.probabilities.max(axis=1) >= threshold
        right = predictions.probabilities.argmax(axis=1) == predictions.labels
        rows.append(
            [
                f"{protocol}, {size}, {LOSS_NAMES[loss]}",
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
    """UA and WA of every condition: of loso, int8, cross entropy."""
    columns = {path.stem.removeprefix("robustness-"): robustness_scores(path) for path in sorted(results.glob("robustness-*.csv"))}
    conditions = list(dict.fromkeys(condition for column in columns.values() for condition in column))
    header = ["condition"] + [f"{name}, {measure} %" for name in columns for measure in ("UA", "WA")]
    rows = [[condition] + [percent(value) for column in columns.values() for value in column[condition]] for condition in conditions]
    return table(header, rows)


def ablation_table(results: Path) -> str:
    """UA and WA of the validation speakers of the development folds, clean, on variants in rooms and noise, and among voices."""
    answers: dict[str, dict[str, list]] = {}
    with (results / "ablation.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            answers.setdefault(row["trial"], {}).setdefault(row["input"], []).append((row["true"], row["predicted"]))

    def cells(pairs: list[tuple[str, str]] | None) -> list[str]:
        return ["", ""] if pairs is None else [percent(value) for value in ua_wa(pairs)]

    rows = [[name, *(cell for heard in ("clean", "real", "babble") for cell in cells(kinds.get(heard)))] for name, kinds in answers.items()]
    return table(["trial", "clean, UA %", "WA %", "in noise and rooms, UA %", "WA %", "among voices, UA %", "WA %"], rows)


def table(header: list[str], rows: list[list[str]]) -> str:
    """Markdown; the first column reads, the others are numbers."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def with_interval(share: float, interval: tuple[float, float]) -> str:
    return f"{percent(share)} ({percent(interval[0])} to {percent(interval[1])})"
