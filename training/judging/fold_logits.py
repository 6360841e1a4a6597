"""What the networks of all folds answer on corpora, as logits, and whether they take it for a voice: everything that is judged is computed from these."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from scipy.special import softmax

from ..data.dataset import Dataset
from ..data.protocols import Split
from ..results.mean_answer import without_mean_answer
from .others import SKEWED_TO, Others

UNADAPTED, ADAPTED = "", "adapted"  # a device that knows nothing of the speaker, and one that has the statistics of other utterances
LEAST_VOICE = 0.5  # below it an answer is not accepted, however likely its class
ANSWERS, SKEWED_ANSWERS = "adapted-answers", f"adapted-answers-{SKEWED_TO}"  # one that also knows what the speaker answers on average; the same of somebody who never is anything but neutral


@dataclass(frozen=True)
class FoldLogits:
    """Of one fold."""

    parts: Split
    asked: np.ndarray  # int64 [asked]: the recordings that are judged, then those that validate
    logits: dict[str, np.ndarray]  # by way: float32 [asked, classes]
    backgrounds: np.ndarray | None = None  # float32 [windows, classes]: in windows in which nobody speaks; None where there are none
    voices: dict[str, np.ndarray] = field(default_factory=dict)  # by way: float32 [asked], 0 to 1, whether the network takes them for a voice; empty where it has no voice head
    background_voices: np.ndarray | None = None  # float32 [windows]: the same of `backgrounds`

    @property
    def judged(self) -> slice:
        """Rows of the recordings whose answers are reported."""
        return slice(len(self.parts.judged))

    @property
    def held_back(self) -> slice:
        """Rows of the validation part: neither learned from nor reported."""
        return slice(len(self.parts.judged), None)

    def has_voice(self, way: str) -> np.ndarray:
        """bool [asked]: without a voice head everything has one."""
        return self.voices[way] >= LEAST_VOICE if way in self.voices else np.ones(len(self.asked), bool)

    @property
    def background_has_voice(self) -> np.ndarray:
        """bool [windows]."""
        return self.background_voices >= LEAST_VOICE if self.background_voices is not None else np.ones(len(self.backgrounds), bool)


def asked_of(parts: Split) -> np.ndarray:
    """int64: the recordings that a fold's network answers. Where the validation part is what is reported, there is nothing else."""
    return parts.judged if parts.inflated else np.concatenate([parts.judged, parts.validation])


def run_of(folder: Path, parts: Split) -> Path:
    """folder: of the runs of all folds."""
    return folder / parts.fold


def answerable(dataset: Dataset, parts: Split, recordings: np.ndarray) -> np.ndarray:
    """bool [recordings, classes]: the classes that the corpus of each recording has and that the network learned. EMO-DB without the others has no boredom to learn from."""
    return dataset.present[recordings] & dataset.classes_of(parts.train)


def probabilities_of(logits: np.ndarray, possible: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """float32 [n, classes]: among the classes that are `possible`, bool [n, classes]."""
    return softmax(np.where(possible, logits / temperature, -np.inf), axis=1).astype(np.float32)


def with_mean_answers(folds: Sequence[FoldLogits], others: Others, skewed: Others) -> list[FoldLogits]:
    """The same with two more ways: adapted, and without what the speaker answers on average, over the `others` or over `skewed` ones. The same as before where a
    network was not asked all of them: where the speakers are mixed it has learned from the others."""
    found = []
    for fold in folds:
        row_of = {index: row for row, index in enumerate(fold.asked.tolist())}
        if not all(other in row_of for index in fold.asked for other in (*others[index], *skewed[index])):
            return list(folds)
        adapted = fold.logits[ADAPTED]
        more = {
            way: np.stack([without_mean_answer(own, adapted[[row_of[other] for other in drawn[index].tolist()]]) for own, index in zip(adapted, fold.asked)])
            for way, drawn in ((ANSWERS, others), (SKEWED_ANSWERS, skewed))
        }
        voices = {way: fold.voices[ADAPTED] for way in more} if ADAPTED in fold.voices else {}
        found.append(replace(fold, logits=fold.logits | more, voices=fold.voices | voices))
    return found
