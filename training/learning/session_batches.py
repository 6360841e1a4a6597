"""The batch of one step on corpora: variants of sessions and windows without a voice, with an offset, normalized, with masked frames and mixup."""

from collections.abc import Iterator

import numpy as np

from ..data.normalization import SILENCE, sounds
from .batches import blend, draw_mixture, mask_in_time
from .recipe import Recipe
from .session_set import SessionSet


def session_batches(session_set: SessionSet, count: int, recipe: Recipe, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """At least `count` examples in full batches: float32 [batch, frames, 40, 1]; targets float32 [batch, 2, classes], those of both examples of a mixture, times their shares;
    and the classes that their corpora have, bool [batch, 2, classes]."""
    order = rng.choice(len(session_set.chance), -(-count // recipe.batch) * recipe.batch, p=session_set.chance)
    for start in range(0, len(order), recipe.batch):
        recordings = order[start : start + recipe.batch]
        targets, present = session_set.targets[recordings], session_set.present[recordings]
        nobody = rng.random(len(recordings)) < recipe.voiceless
        targets[nobody], present[nobody] = session_set.learned / session_set.learned.sum(), session_set.learned
        features = draw(session_set, recordings, nobody, recipe, rng)
        features = mask_in_time(features, SILENCE, recipe, rng)
        share, other = np.ones(len(features), np.float32), np.arange(len(features))
        if recipe.mixup > 0:
            share, other = draw_mixture(len(features), recipe.mixup, rng)
            features = blend(features, share, other)
        sides = np.stack([np.arange(len(features)), other], axis=1)
        shares = np.stack([share, 1 - share], axis=1)[..., np.newaxis]
        yield features[..., np.newaxis], shares * targets[sides], present[sides]


def draw(session_set: SessionSet, recordings: np.ndarray, nobody: np.ndarray, recipe: Recipe, rng: np.random.Generator) -> np.ndarray:
    """A variant of each recording, or where `nobody` is true, bool [recordings], a window without a voice, for a device that may have received that recording's
    speaker before; shifted and normalized: float32 [recordings, frames, 40]. The shift stands for another voice, microphone and room, so the mean that was carried
    over has it, too."""
    first = session_set.first[recordings]
    variants = first + (rng.random(len(recordings)) * (session_set.first[recordings + 1] - first)).astype(np.int64)
    raw = np.stack([session_set.speakers[speaker][row] for speaker, row in session_set.place[variants]]).astype(np.float32)
    raw[nobody] = session_set.voiceless[rng.integers(len(session_set.voiceless), size=nobody.sum())]
    shift = (rng.normal(size=(len(raw), raw.shape[2])) * session_set.spread * recipe.offset).astype(np.float32)
    raw += shift[:, np.newaxis] * sounds(raw)[..., np.newaxis]
    is_carried = session_set.has_carried[variants] & (rng.random(len(raw)) < recipe.carried)
    return session_set.normalization(raw, session_set.carried[variants] + shift, is_carried)
