"""What a training part offers to learn from: variants of its recordings, and the targets of each."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..data.augmentation import KINDS
from ..data.dataset import Dataset
from ..data.front_end import MFCC, load_front_end
from ..data.variants import load_variants
from ..network.loss import smooth
from .cepstral_mean import spread_of_means
from .distillation import teachers_answers
from .recipe import Recipe
from .settings import Settings


@dataclass(frozen=True)
class TrainingSet:
    """The lists have one entry for each kind of variant."""

    variants: list[np.ndarray]  # float16 [all recordings, variants, frames, bins]
    shares: list[float]  # chance of each kind
    targets: list[np.ndarray]  # float32 [all recordings, variants, classes], or [all recordings, 1, classes] when all variants have the same
    silence: np.ndarray  # float32 [bins]: a frame of zeros
    spread: np.ndarray  # float32 [bins]: standard deviation of the recordings' mean coefficients


def load_training_set(settings: Settings, dataset: Dataset, train: np.ndarray, clean: np.ndarray, jobs: int) -> TrainingSet:
    """`train`: indices of the training part; teachers answer these recordings only. clean: float32 [recordings, frames, bins]."""
    recipe = settings.recipe
    kinds = kinds_of(recipe)
    variants = [load_variants(dataset, kind, settings.input_type, settings.input_duration, jobs) for kind in kinds]
    hard = smooth(np.eye(len(dataset.classes), dtype=np.float32)[dataset.labels], recipe.label_smoothing)[:, np.newaxis]
    targets = [hard] * len(kinds)
    if settings.teachers:
        teachers = [Path(teacher) for teacher in settings.teachers]
        weight = recipe.distillation
        targets = [(1 - weight) * hard + weight * teachers_answers(teachers, variant, train) for variant in variants]
    silence = load_front_end(settings.input_type, settings.input_duration).silent_frame()
    spread = spread_of_means(clean[train], silence)
    if settings.input_type == MFCC:
        spread[0] = 0  # c0 is clipped nearly always
    # Variants are float16, so silence must be rounded as they are.
    return TrainingSet(variants, list(kinds.values()), targets, silence.astype(np.float16).astype(np.float32), spread)


def kinds_of(recipe: Recipe) -> dict[str, float]:
    """The kinds of variants that the recipe draws, and the share of each."""
    return {kind: share for kind in KINDS if (share := getattr(recipe, kind)) > 0}
