"""The goals that were set before training, and the figures that others published."""

from pathlib import Path

from ..data.protocols import LOSO, RANDOM, REPORTED
from ..network.widths import FULL, MICRO, WIDTHS
from .answers import Model, Sets, same_labels, scores_of
from .markdown import table
from .metrics import Scores
from .predictions import FLOAT32, INT8, LOSSES
from .robustness_file import CLEAN, NOISES, in_noise, robustness_path, robustness_scores

# Reported for Light-SERNet on EMO-DB: ten folds, speakers mixed, the best epoch chosen on the test fold. UA, WA, F1.
PUBLISHED = {
    "Light-SERNet, cross entropy (Aftab et al., 2021, arXiv 2110.03435)": (94.15, 94.21, 94.16),
    "Light-SERNet, focal loss (the same)": (92.88, 93.08, 93.05),
    "a later reproduction, cross entropy": (94.89, 95.33, 95.27),
    "a later reproduction, focal loss": (94.94, 95.14, 95.10),
}
MEASURE_NAMES = {"ua": "UA", "wa": "WA", "f1": "macro F1"}
LOSS_NAMES = dict(zip(LOSSES, ("cross entropy", "focal"), strict=True))


def published_table(sets: Sets) -> str:
    rows = [[name, FLOAT32, "the best on the test fold", *(f"{value:.2f}" for value in values)] for name, values in PUBLISHED.items()]
    for loss in LOSSES:
        if (predictions := sets.get(Model(RANDOM, INT8, FULL, loss))) is not None:
            scores = scores_of(predictions)
            values = [f"{100 * value:.2f}" for value in (scores.ua, scores.wa, scores.f1)]
            rows.append([f"**this one, {LOSS_NAMES[loss]}**", INT8, "none was: the last", *values])
    return table(["speakers mixed, ten folds", "precision", "epoch chosen", "UA %", "WA %", "macro F1 %"], rows)


def goals_table(sets: Sets, results: Path) -> str:
    """Each goal, and what was reached, with cross entropy and int8; without rows for what has not been measured."""
    rows: list[list[str]] = []

    def add(name: str, least: float, value: float, digits: int = 1) -> None:
        rows.append([name, f"at least {least:g}", f"{value:.{digits}f}", "yes" if value >= least else "no"])

    def figures(protocol: str, width: str, precision: str = INT8) -> Scores | None:
        predictions = sets.get(Model(protocol, precision, width))
        return None if predictions is None else scores_of(predictions)

    if (random := figures(RANDOM, FULL)) is not None:
        for measure, least in (("ua", 94.94), ("wa", 95.33), ("f1", 95.27)):
            add(f"{RANDOM}, {FULL}: {MEASURE_NAMES[measure]} %", least, 100 * getattr(random, measure), 2)
    if (loso := figures(LOSO, FULL)) is not None:
        add(f"{LOSO}, {FULL}: UA %", 85, 100 * loso.ua)
    for protocol in REPORTED:
        for width in WIDTHS:
            int8, reference = figures(protocol, width), figures(protocol, width, FLOAT32)
            if int8 is not None and reference is not None:
                add(f"{protocol}, {width}: int8 against float32, UA, points", -0.7, 100 * (int8.ua - reference.ua))
                add(f"{protocol}, {width}: same labels as float32, %", 99, 100 * same_labels(sets, Model(protocol, INT8, width)))
        full, micro = figures(protocol, FULL), figures(protocol, MICRO)
        if full is not None and micro is not None:
            add(f"{protocol}: micro against full, UA, points", -2, 100 * (micro.ua - full.ua))
    for width in WIDTHS:
        if (path := robustness_path(results, Model(LOSO, INT8, width).kind)).exists():
            ua = {condition: scores[0] for condition, scores in robustness_scores(path).items()}
            for noise in NOISES:
                if (condition := in_noise(noise, 10)) in ua:
                    add(f"{noise} at 10 dB against clean, {width}: UA, points", -5, 100 * (ua[condition] - ua[CLEAN]))
    return table(["goal", "", "reached", "met"], rows)
