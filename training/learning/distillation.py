"""Targets from teachers: finished runs of the same fold whose probabilities a network learns, too.

With EMO-DB alone they answer its variants once; with many corpora they answer every batch (teacher.py).
"""

import json
from pathlib import Path

import numpy as np
from scipy.special import softmax

from ..data import licences, normalization
from ..network.trained import is_finished, logits_of_model, trained_model
from .settings import Settings, difference

# A teacher that differs in one of these may have seen the test part of this fold.
SAME_PART = ("dataset_name", "audio_type", "input_type", "input_duration", "protocol", "fold", "validate", "licences")
# Of the recipe: a teacher answers the batches of its student, as they are normalized for the student.
SAME_NORMALIZATION = ("horizon", "start_weight", "carried_weight", "energy_scale", "mean_share")


def check_teacher(teacher: Path, settings: Settings, data: str) -> None:
    """Raises ValueError unless the teacher learned from the same training part: one that saw this fold's test part would pass it on.
    data: the hash of the recordings."""
    if not is_finished(teacher):
        raise ValueError(f"{teacher}: there is no finished run; train the teacher first")
    others = json.loads((teacher / "settings.json").read_text())
    for name in SAME_PART:
        if others.get(name, licences.ANY) != getattr(settings, name):
            raise ValueError(f"{teacher}: its {name} is {others.get(name, licences.ANY)}, not {getattr(settings, name)}; a teacher must have learned from the same part")
    if settings.many_corpora:
        check_normalization(teacher, settings, others)
    if others["data"] != data:
        raise ValueError(f"{teacher}: it learned from other recordings; a teacher must have learned from the same part")


def check_normalization(teacher: Path, settings: Settings, others: dict) -> None:
    """`others` are the settings of the teacher. Raises ValueError unless its front end normalizes as the student's."""
    names = SAME_NORMALIZATION if settings.normalization != normalization.NONE else ()
    own = {"normalization": settings.normalization, "recipe": {name: getattr(settings.recipe, name) for name in names}}
    if (what := difference({"normalization": normalization.NONE} | others, own)) is not None:
        raise ValueError(f"{teacher}: {what}; a teacher must hear what its student hears")


def teachers_answers(teachers: list[Path], variants: np.ndarray, train: np.ndarray) -> np.ndarray:
    """float32 [all recordings, variants, classes]: the mean of the teachers' probabilities for the training part, 0 elsewhere."""
    inputs = np.asarray(variants[train], np.float32)
    flat = inputs.reshape(-1, *inputs.shape[2:])
    answers = np.mean([softmax(logits_of_model(trained_model(teacher), None, flat), axis=-1) for teacher in teachers], axis=0)
    whole = np.zeros((*variants.shape[:2], answers.shape[-1]), np.float32)
    whole[train] = answers.reshape(*inputs.shape[:2], -1)
    return whole
