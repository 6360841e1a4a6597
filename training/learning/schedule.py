"""AdamW (Loshchilov and Hutter, 2019, arXiv 1711.05101), and the rate of its steps."""

from dataclasses import dataclass
from math import cos, pi

from ..network.backend import keras

WARM_UP_EPOCHS = 3


def make_optimizer(weight_decay: float) -> keras.optimizers.Optimizer:
    """Its rate is a variable, which has to be set before each step."""
    optimizer = keras.optimizers.AdamW(0.0, weight_decay=weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


@dataclass(frozen=True)
class Schedule:
    """The rate of each step: it rises for WARM_UP_EPOCHS, then falls to 0 along a cosine."""

    steps: int  # of an epoch
    epochs: int
    peak_rate: float

    def __call__(self, step: int) -> float:
        warm_up = min(WARM_UP_EPOCHS, self.epochs - 1) * self.steps
        if step < warm_up:
            return self.peak_rate * step / warm_up
        done = min(1.0, (step - warm_up) / (self.epochs * self.steps - warm_up))
        return self.peak_rate * (1 + cos(pi * done)) / 2
