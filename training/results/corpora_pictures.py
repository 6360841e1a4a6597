"""The pictures of the model card and of the page of confusions, in weights/results/pictures."""

from collections.abc import Sequence
from pathlib import Path

from ..data import licences
from ..data.protocols import LOSO, SPEAKERS
from ..network.widths import FULL, MICRO
from . import pictures
from .confusions import heard_wrong
from .corpora_goals import EMO_DB
from .corpora_scores import UNADAPTED, CorporaScores, chosen
from .robustness_file import CLEAN, in_each_noise

RECALL = "recall.svg"


def draw(every: Sequence[CorporaScores], folder: Path) -> None:
    for its in heard_wrong(every):
        pictures.confusion_matrix(folder / its.file, its.counts, its.classes, f"{its.title.replace('`', '')}; int8")
    if models := recalled(every):
        answers = {name: scores.whole["answers"][UNADAPTED][EMO_DB] for name, scores in models.items()}
        recalls, intervals = {name: its["recall"] for name, its in answers.items()}, {name: its["interval"]["recall"] for name, its in answers.items()}
        classes = next(iter(models.values())).whole["classes"]
        pictures.recall_bars(folder / RECALL, classes, recalls, intervals, f"Recall on {EMO_DB}, speakers left out, int8")
    for name, scores in degraded(every).items():
        ua = scores.robustness(UNADAPTED)
        pictures.robustness_lines(folder / name, in_each_noise({condition: (share, 0.0) for condition, share in ua.items()}), ua[CLEAN], f"UA in noise, {scores.model}, int8")


def shown(every: Sequence[CorporaScores]) -> dict[str, str]:
    """Those of the card, with their titles, by the name of the file."""
    found = {RECALL: "Recall of each class"} if recalled(every) else {}
    return found | {name: f"UA in noise, {scores.model}" for name, scores in degraded(every).items()}


def recalled(every: Sequence[CorporaScores]) -> dict[str, CorporaScores]:
    """By model."""
    found = [chosen(every, LOSO, width, licences.FREE) for width in (FULL, MICRO)]
    return {scores.model: scores for scores in found if scores is not None}


def degraded(every: Sequence[CorporaScores]) -> dict[str, CorporaScores]:
    """By the name of the picture."""
    found = [chosen(every, LOSO, FULL, licences.FREE), chosen(every, LOSO, MICRO, licences.FREE), chosen(every, SPEAKERS, FULL, licences.ANY)]
    return {f"robustness-{scores.model}.svg": scores for scores in found if scores is not None and scores.robustness(UNADAPTED)}
