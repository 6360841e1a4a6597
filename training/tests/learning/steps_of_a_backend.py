"""Some steps on made-up batches, by the backend that KERAS_BACKEND names. A process has one backend: for that of JAX, test_steps.py starts another one.

    KERAS_BACKEND=jax python -m training.tests.learning.steps_of_a_backend START.npz OUT.npz

START.npz has the weights that the network and its teacher start from; without that file they are drawn and written. OUT.npz gets losses, accuracies, weights and their
moving average.
"""

import sys
from pathlib import Path
from unittest import mock

import numpy as np

from training.learning.schedule import Schedule, make_optimizer
from training.learning.step_settings import StepSettings
from training.learning.teacher import Teacher
from training.network import model as networks
from training.network.backend import jax, keras
from training.network.trained import set_weights, trained_weights
from training.network.widths import MICRO, WIDTHS

if jax is None:
    from training.learning.steps_tensorflow import Steps
else:
    from training.learning.steps_jax import Steps

FRAMES, BINS, CLASSES, BATCH, STEPS = 10, 8, 4, 6, 3


def batches() -> list[tuple[np.ndarray, ...]]:
    rng = np.random.default_rng(1)
    found = []
    for _ in range(STEPS):
        present = rng.random((BATCH, 2, CLASSES)) < 0.7
        present[..., 0] = True
        targets = present / present.sum(axis=2, keepdims=True) / 2
        found.append((rng.normal(size=(BATCH, FRAMES, BINS, 1)).astype(np.float32), targets.astype(np.float32), present))
    return found


def network(start: dict[str, np.ndarray], name: str) -> keras.Model:
    with mock.patch.object(networks, "DROPOUT", 0.0):  # backends draw other random numbers from the same seed
        model = networks.light_sernet(FRAMES, BINS, CLASSES, WIDTHS[MICRO])
    if start:
        set_weights(model, {path.removeprefix(name): values for path, values in start.items() if path.startswith(name)})
    return model


def main(start_file: Path, out: Path) -> None:
    keras.utils.set_random_seed(1)
    start = dict(np.load(start_file)) if start_file.exists() else {}
    model, teacher = network(start, "model "), network(start, "teacher ")
    if not start:
        np.savez(start_file, **{f"{name} {path}": values for name, its in (("model", model), ("teacher", teacher)) for path, values in trained_weights(its).items()})
    optimizer = make_optimizer(weight_decay=0.05)
    optimizer.build(model.trainable_variables)
    learned = np.arange(CLASSES) != 2
    steps = Steps(model, optimizer, StepSettings(Schedule(STEPS, 5, 1e-2), 0.0, 0.5, True, Teacher((teacher, teacher), learned, 0.6)))
    first, ema = steps.epoch(batches(), trained_weights(model))
    second, ema = steps.epoch(batches(), ema)
    weights = {f"weights {path}": values for path, values in trained_weights(model).items()}
    np.savez(out, outcomes=np.array(first + second), **weights, **{f"ema {path}": values for path, values in ema.items()})


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
