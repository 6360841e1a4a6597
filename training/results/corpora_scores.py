"""The scores of a cross-validation on corpora, in KIND-scores.json, as cross_validate writes them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..data import licences as admitted
from ..data.protocols import LOCO, LOSO, RANDOM, REFERENCE, SPEAKERS
from ..network.widths import FULL, MICRO
from .predictions import INT8
from .robustness_file import robustness_path, robustness_scores

# How well the int8 module knows the speaker, as keys of "answers".
UNADAPTED, ADAPTED, ANSWERS, NEUTRAL = WAYS = (INT8, f"{INT8}-adapted", f"{INT8}-adapted-answers", f"{INT8}-adapted-answers-neutral")

# The models that ship, by width and licences; and what is said of the recordings that a protocol tests. In the order of the model card.
MODELS = {(FULL, admitted.FREE): "full", (MICRO, admitted.FREE): "micro", (FULL, admitted.ANY): "world", (MICRO, admitted.ANY): "world-micro"}
STRANGERS = "strangers"  # not a protocol that trains: a model that ships answers corpora that it has not learned from (training/strangers.py)
TESTED = {
    LOSO: "speakers left out",
    RANDOM: "speakers mixed",
    REFERENCE: "the papers' own protocol (inflated)",
    SPEAKERS: "speakers unseen",
    LOCO: "corpus unseen",
    STRANGERS: "corpora unseen, the model that ships",
}


@dataclass(frozen=True)
class CorporaScores:
    """Of one kind."""

    path: Path
    whole: dict

    @property
    def kind(self) -> str:
        return self.whole["kind"]

    @property
    def model(self) -> str:
        """Which model that ships was trained in this way."""
        return MODELS[self.whole["width"], self.whole["licences"]]

    @property
    def tested(self) -> str:
        return TESTED[self.whole["protocol"]]

    def classes(self, corpus: str) -> int:
        """That could be answered, and occur."""
        return sum(recall is not None for recall in self.whole["answers"][UNADAPTED][corpus]["recall"])

    def ua(self, corpus: str, way: str, measure: str = "ua") -> float | None:
        """None where it was not measured."""
        return self.whole["answers"].get(way, {}).get(corpus, {}).get(measure)

    def robustness(self, way: str) -> dict[str, float]:
        """UA by condition; empty where it was not measured."""
        path = robustness_path(self.path.parent, self.kind + way.removeprefix(INT8))
        return {condition: ua for condition, (ua, _) in robustness_scores(path).items()} if path.exists() else {}


def scores_path(results: Path, kind: str) -> Path:
    """kind: such as loso-full-ce-corpora-free-running."""
    return results / f"{kind}-scores.json"


def read_scores(path: Path) -> CorporaScores:
    """Raises ValueError in one sentence when the file is not one that cross_validate wrote."""
    try:
        whole = json.loads(path.read_text())
        missing = {"kind", "protocol", "width", "licences", "inflated", "answers", "groups", "acceptance", "dimensions"} - whole.keys()
    except (ValueError, AttributeError) as error:
        raise ValueError(f"{path}: this is not a file of scores that cross_validate wrote ({error!r})") from None
    if missing:
        raise ValueError(f"{path}: it has no {', '.join(sorted(missing))}; run `python -m training.cross_validate` again")
    return CorporaScores(path, whole)


def read_all_scores(results: Path) -> list[CorporaScores]:
    """Of all files in the folder, in the order of the model card. Raises ValueError in one sentence when there are none."""
    found = scores_in(results)
    if not found:
        raise ValueError(f"{results}: there are no KIND-scores.json; run `python -m training.cross_validate -dn corpora` with --results {results}")
    return found


def scores_in(results: Path) -> list[CorporaScores]:
    """The same, and none where there are none."""
    every = [read_scores(path) for path in sorted(results.glob("*-scores.json"))]
    return sorted(every, key=lambda its: (list(TESTED).index(its.whole["protocol"]), list(MODELS.values()).index(its.model)))


def chosen(every: Sequence[CorporaScores], protocol: str, width: str, licences: str) -> CorporaScores | None:
    """The first of these."""
    wanted = {"protocol": protocol, "width": width, "licences": licences}
    return next((scores for scores in every if wanted.items() <= scores.whole.items()), None)
