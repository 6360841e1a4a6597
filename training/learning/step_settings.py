"""What the steps of both backends, steps_tensorflow.py and steps_jax.py, need to know."""

from dataclasses import dataclass

from .schedule import Schedule
from .teacher import Teacher


@dataclass(frozen=True)
class StepSettings:
    """Of one run."""

    schedule: Schedule
    gamma: float  # of the focal loss; 0 is cross entropy
    ema_decay: float
    many_corpora: bool  # batches have two sides, and the classes that are present
    teacher: Teacher | None = None
