"""What the float networks of all folds answer on corpora: as a device that knows nothing of the speaker, and as one that has the speaker's statistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..data.normalization import has_speech, read_normalization
from ..data.protocols import Split
from ..network.trained import logits_of_model, trained_model
from .fold_logits import ADAPTED, UNADAPTED, FoldLogits, asked_of, run_of
from .others import Others


@dataclass(frozen=True)
class Carried:
    """The mean of the speaker that a device has before each recording."""

    mean: np.ndarray  # float32 [recordings, 40]: running mean of the frames with speech of the others
    known: np.ndarray  # bool [recordings]: whether there was one


def float_logits(folder: Path, splits: Sequence[Split], centers: np.ndarray, others: Others, horizon: float) -> list[FoldLogits]:
    """folder: of the runs of all folds. centers: float32 [recordings, frames, 40], raw."""
    carried = carried_means(centers, others, horizon)
    found = []
    for parts in splits:
        run, asked = run_of(folder, parts), asked_of(parts)
        normalization, model = read_normalization(run), trained_model(run)
        features = {
            UNADAPTED: normalization(centers[asked]),
            ADAPTED: normalization(centers[asked], carried.mean[asked], carried.known[asked]),
        }
        found.append(FoldLogits(parts, asked, {way: logits_of_model(model, None, its) for way, its in features.items()}))
    return found


def carried_means(centers: np.ndarray, others: Others, horizon: float) -> Carried:
    """Of each recording's others, as the module gathers a speaker's statistics: a frame with speech counts 1 - 1 / horizon of the next one. centers: float32
    [recordings, frames, 40], raw."""
    speech = has_speech(centers)
    mean, known = np.zeros((len(centers), centers.shape[2]), np.float32), np.zeros(len(centers), bool)
    for index, chosen in enumerate(others):
        frames = np.concatenate([centers[other][speech[other]] for other in chosen]) if len(chosen) > 0 else []
        if len(frames) > 0:
            weight = (1 - 1 / horizon) ** np.arange(len(frames))[::-1]
            mean[index], known[index] = weight @ frames / weight.sum(), True
    return Carried(mean, known)
