"""What a training part offers to learn from: variants of its recordings, and what the network should answer to each."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..data import augmentation
from ..data.dataset import Dataset
from ..data.front_end import MFCC, front_end
from ..data.variants import load_variants
from ..network.loss import smooth
from ..network.trained import is_finished, logits_of_model, softmax, trained_model
from .recipe import Recipe
from .settings import Settings


@dataclass(frozen=True)
class Material:
    """One entry for each kind of variant."""

    variants: list[np.ndarray]  # float16 [all recordings, variants, frames, bins]
    shares: list[float]  # chance of each kind
    targets: list[np.ndarray]  # float32 [all recordings, variants, classes], or [all recordings, 1, classes] when all variants have the same
    silence: np.ndarray  # float32 [bins]: a frame of zeros
    spread: np.ndarray  # float32 [bins]: how far the recordings' mean coefficients lie apart, see `spread_of_means`


def load_material(settings: Settings, dataset: Dataset, train: np.ndarray, clean: np.ndarray, jobs: int) -> Material:
    """`train`: indices of the training part; teachers are asked about nothing else. clean: float32 [recordings, frames, bins]."""
    recipe = settings.recipe
    kinds = kinds_of(recipe)
    variants = [load_variants(dataset, kind, settings.input_type, settings.input_duration, jobs) for kind in kinds]
    hard = smooth(np.eye(len(dataset.classes), dtype=np.float32)[dataset.labels], recipe.label_smoothing)[:, np.newaxis]
    targets = [hard] * len(kinds)
    if settings.teachers:
        teachers = [Path(teacher) for teacher in settings.teachers]
        weight = recipe.distillation
        targets = [(1 - weight) * hard + weight * teachers_answers(teachers, variant, train) for variant in variants]
    silence = front_end(settings.input_type, settings.input_duration).silent_frame()
    spread = spread_of_means(clean[train], silence)
    if settings.input_type == MFCC:
        spread[0] = 0  # c0 sits at its limit nearly always
    # Variants are float16, and silence must be what they have.
    return Material(variants, list(kinds.values()), targets, silence.astype(np.float16).astype(np.float32), spread)


def means_of(features: np.ndarray, silence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[recordings, frames, bins] -> each recording's mean over frames that are not silent, float [recordings, 1, bins], 0 where all are; and
    which frames those are, bool [recordings, frames, 1]. Silence is known in float16, too, which is what variants are."""
    sounding = (features.astype(np.float16) != silence.astype(np.float16)).any(axis=2, keepdims=True)
    return (features * sounding).sum(axis=1, keepdims=True) / np.maximum(sounding.sum(axis=1, keepdims=True), 1), sounding


def with_mean(features: np.ndarray, silence: np.ndarray, share: float) -> np.ndarray:
    """float32 [recordings, frames, bins]: `share` stays of each recording's mean, 0 is cepstral mean subtraction (Atal, 1974, doi
    10.1121/1.1914702). Silent frames stay as they are."""
    if share == 1:
        return features
    means, sounding = means_of(features, silence)
    return (features - (1 - share) * means * sounding).astype(np.float32)


def spread_of_means(features: np.ndarray, silence: np.ndarray) -> np.ndarray:
    """float32 [recordings, frames, bins] -> float32 [bins]: the standard deviation over recordings of their means over frames that are not
    silent. A voice, a microphone and a room shift all frames of a recording by about the same; this says by how much."""
    means, _ = means_of(features, silence)
    return means[:, 0].std(axis=0)


def kinds_of(recipe: Recipe) -> dict[str, float]:
    """The kinds of variants that the recipe draws, and the share of each."""
    return {kind: share for kind in augmentation.KINDS if (share := getattr(recipe, kind)) > 0}


def check_teacher(teacher: Path, settings: Settings, data: str) -> None:
    """A teacher with other parts or recordings may have seen this fold's test part, and would hand it on. Raises ValueError.
    data: the hash of the recordings."""
    if not is_finished(teacher):
        raise ValueError(f"{teacher}: there is no finished run; train the teacher first")
    others = json.loads((teacher / "settings.json").read_text())
    for name in ("dataset_name", "audio_type", "input_type", "input_duration", "protocol", "fold", "validate"):
        if others[name] != getattr(settings, name):
            raise ValueError(f"{teacher}: its {name} is {others[name]}, not {getattr(settings, name)}; a teacher must have learned from the same part")
    if others["data"] != data:
        raise ValueError(f"{teacher}: it learned from other recordings; a teacher must have learned from the same part")


def teachers_answers(teachers: list[Path], variants: np.ndarray, train: np.ndarray) -> np.ndarray:
    """float32 [all recordings, variants, classes]: the mean of the teachers' probabilities for the training part, 0 elsewhere."""
    inputs = np.asarray(variants[train], np.float32)
    flat = inputs.reshape(-1, *inputs.shape[2:])
    answers = np.mean([softmax(logits_of_model(trained_model(teacher), None, flat)) for teacher in teachers], axis=0)
    whole = np.zeros((*variants.shape[:2], answers.shape[-1]), np.float32)
    whole[train] = answers.reshape(*inputs.shape[:2], -1)
    return whole
