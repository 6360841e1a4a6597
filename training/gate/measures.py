"""Figures of a detector: over [..., frames], of scores, or of answers whether somebody speaks."""

import numpy as np

from .labels import segments

BEGINNING = 31  # frames without speech before a beginning of speech: half a second
LONGEST_WAIT = 63  # frames: a second


def later(scores: np.ndarray, speech: np.ndarray, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """[..., frames] each -> each score with the label of `frames` frames before it, flat."""
    return scores[..., frames:].ravel(), speech[..., : speech.shape[-1] - frames].ravel()


def delays(answer: np.ndarray, speech: np.ndarray) -> np.ndarray:
    """bool [frames] each -> float of each beginning of speech: frames from its first one to the answer that somebody speaks, -1 if that is the answer before it
    already, infinite if it does not come within a second."""
    found, heard = [], 0
    for begin, end in segments(speech):
        if begin - heard >= BEGINNING:
            opened = np.flatnonzero(answer[begin : begin + LONGEST_WAIT])
            found.append(-1 if answer[begin - 1] else opened[0] if len(opened) else np.inf)
        heard = end
    return np.array(found, float)


def area(scores: np.ndarray, speech: np.ndarray) -> float:
    """Area under the receiver operating characteristic; ties count half."""
    values, index, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[index]
    positive = int(speech.sum())
    return float((ranks[speech].sum() - positive * (positive + 1) / 2) / (positive * (len(speech) - positive)))
