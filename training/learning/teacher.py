"""Teachers of a training on many corpora: they answer every batch, after the shift, the masks and the mixture, so that they see what the network sees (Beyer et al.,
2022, arXiv 2106.05237).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..network.backend import keras
from ..network.loss import ABSENT
from ..network.trained import trained_model
from .session_set import SessionSet
from .settings import Settings
from .training_set import TrainingSet


@dataclass(frozen=True)
class Teacher:
    """Networks that answer the batches of a training on many corpora."""

    models: tuple[keras.Model, ...]
    learned: np.ndarray  # bool [classes]: those that they may answer
    share: float  # of the answers in the targets

    @property
    def variables(self) -> list[tuple[list, list]]:
        """The values of each model's variables, for `answers` in a function that is compiled once."""
        return [([its.value for its in model.trainable_variables], [its.value for its in model.non_trainable_variables]) for model in self.models]

    def answers(self, features, variables: list[tuple[list, list]] | None = None):
        """[batch, frames, bins, 1] -> [batch, classes]: the mean of their probabilities, in the backend's arrays. variables: as above, in place of the models' own."""
        if variables is None:
            logits = [model(features, training=False) for model in self.models]
        else:
            # The same network with other values: one trace for all.
            logits = [self.models[0].stateless_call(*values, features, training=False)[0] for values in variables]
        logits = keras.ops.where(self.learned, keras.ops.stack(logits), ABSENT)
        return keras.ops.mean(keras.ops.softmax(logits), axis=0)


def teacher_of(settings: Settings, training_set: TrainingSet | SessionSet) -> Teacher | None:
    """Those of a training on many corpora that has some."""
    if not (settings.teachers and isinstance(training_set, SessionSet)):
        return None
    return Teacher(tuple(trained_model(Path(teacher)) for teacher in settings.teachers), training_set.learned, settings.recipe.distillation)
