"""The steps of an epoch in JAX, for a GPU: what a step changes stays there until the epoch ends."""

from collections.abc import Iterable

import jax
import jax.numpy as jnp
import numpy as np

from ..network.backend import keras
from ..network.loss import loss_and_accuracy, with_teachers
from ..network.trained import trained_variables
from .step_settings import StepSettings


class Steps:
    """Changes the weights of a model, and follows them with a moving average."""

    def __init__(self, model: keras.Model, optimizer: keras.optimizers.Optimizer, settings: StepSettings):
        self.model, self.optimizer, self.schedule, self.many_corpora = model, optimizer, settings.schedule, settings.many_corpora
        teacher, gamma = settings.teacher, settings.gamma
        self.followed = [variable.path for variable in trained_variables(model)]
        self.teachers = () if teacher is None else teacher.variables
        share, decay = (0.0 if teacher is None else teacher.share), np.float32(settings.ema_decay)

        def loss_of(trainable, fixed, features, targets, present):
            logits, moved = model.stateless_call(trainable, fixed, features, training=True)
            value, accuracy = loss_and_accuracy(targets, logits, gamma, present)
            return value, (moved, accuracy)

        place = [variable is optimizer._learning_rate for variable in optimizer.variables].index(True)

        # The rate is an argument, so that one compiled function serves every fold.
        def step(state, teachers, rate, features, targets, present):
            trainable, fixed, optimizing, ema = state
            optimizing[place] = rate
            if teacher is not None:
                targets, present = with_teachers(targets, present, teacher.answers(features, teachers), share)
            (value, (fixed, accuracy)), gradients = jax.value_and_grad(loss_of, has_aux=True)(trainable, fixed, features, targets, present)
            # The biases before a batch norm have no gradient but rounding, and the optimizer would scale that up.
            gradients = [jnp.zeros_like(slope) if its.path.endswith("_convolution/bias") else slope for slope, its in zip(gradients, model.trainable_variables)]
            trainable, optimizing = optimizer.stateless_apply(optimizing, gradients, trainable)
            count = optimizing[0].astype(jnp.float32)
            kept = jnp.minimum(decay, (1 + count) / (10 + count))
            now = [*trainable, *(value for value, variable in zip(fixed, model.non_trainable_variables) if "moving" in variable.path)]
            return (trainable, fixed, optimizing, [kept * old + (1 - kept) * new for old, new in zip(ema, now)]), value, accuracy

        self.step = jax.jit(step, donate_argnums=0)

    def epoch(self, batches: Iterable[tuple[np.ndarray, ...]], ema: dict[str, np.ndarray]) -> tuple[list[tuple[float, float]], dict[str, np.ndarray]]:
        """Loss and accuracy of each step, and the moving average after the last one. batches: features, targets and, with many corpora, present, as for
        steps_tensorflow.py."""
        variables = self.model.trainable_variables, self.model.non_trainable_variables, self.optimizer.variables
        state = (*([jnp.array(variable.value) for variable in some] for some in variables), [jnp.array(ema[path]) for path in self.followed])
        first, outcomes = int(self.optimizer.iterations), []
        for number, batch in enumerate(batches):
            features, targets, present = batch if self.many_corpora else (*batch, None)
            state, *outcome = self.step(state, self.teachers, np.float32(self.schedule(first + number)), features, targets, present)
            outcomes.append(outcome)
        for some, values in zip(variables, state):
            for variable, value in zip(some, values):
                variable.assign(value)
        return [tuple(map(float, outcome)) for outcome in outcomes], {path: np.asarray(value) for path, value in zip(self.followed, state[-1])}
