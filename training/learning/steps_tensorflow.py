"""The steps of an epoch in TensorFlow: the fastest on a CPU."""

from collections.abc import Iterable

import numpy as np

from ..network.backend import keras, tf
from ..network.loss import loss_and_accuracy, with_teachers
from ..network.trained import trained_weights
from ..network.training_graph import training_graph
from .step_settings import StepSettings


class Steps:
    """Changes the weights of a model, and follows them with a moving average."""

    def __init__(self, model: keras.Model, optimizer: keras.optimizers.Optimizer, settings: StepSettings):
        self.model, self.optimizer, self.schedule, self.ema_decay = model, optimizer, settings.schedule, settings.ema_decay
        self.step = make_step(model, optimizer, settings)

    def epoch(self, batches: Iterable[tuple[np.ndarray, ...]], ema: dict[str, np.ndarray]) -> tuple[list[tuple[float, float]], dict[str, np.ndarray]]:
        """Loss and accuracy of each step, and the moving average after the last one. batches: the arguments of make_step's function."""
        outcomes = []
        for batch in batches:
            self.optimizer.learning_rate.assign(self.schedule(int(self.optimizer.iterations)))
            loss, accuracy = self.step(*map(tf.constant, batch))
            outcomes.append((float(loss), float(accuracy)))
            ema = self.moved(ema)
        return outcomes, ema

    def moved(self, ema: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The decay is smaller in the first steps, as in TensorFlow's ExponentialMovingAverage."""
        count = int(self.optimizer.iterations)
        decay = np.float32(min(self.ema_decay, (1 + count) / (10 + count)))
        now = trained_weights(self.model)
        return {name: decay * ema[name] + (1 - decay) * now[name] for name in now}


def make_step(model: keras.Model, optimizer: keras.optimizers.Optimizer, settings: StepSettings):
    """(features float32 [batch, frames, bins, 1], targets float32 [batch, classes]) -> loss and share of answers that are the target's largest;
    changes the weights. With many corpora (features, targets [batch, sides, classes], present bool [batch, sides, classes])."""
    variables, teacher = model.trainable_variables, settings.teacher
    _, frames, bins, _ = model.input.shape
    logits_of = training_graph(model) if frames % 2 == bins % 2 == 0 else lambda features: model(features, training=True)

    # Any number of examples, so that the last batch of an epoch, which may be smaller, needs no graph of its own: tracing one takes seconds.
    _, classes = model.output_shape
    signature = [tf.TensorSpec([None, frames, bins, 1]), tf.TensorSpec([None, classes])]
    if settings.many_corpora:
        signature[1:] = tf.TensorSpec([None, 2, classes]), tf.TensorSpec([None, 2, classes], tf.bool)

    # XLA is several times slower than TensorFlow's own kernels on a CPU.
    @tf.function(jit_compile=False, input_signature=signature)
    def step(features, targets, present=None):
        if teacher is not None:
            targets, present = with_teachers(targets, present, teacher.answers(features), teacher.share)
        with tf.GradientTape() as tape:
            logits = logits_of(features)
            value, accuracy = loss_and_accuracy(targets, logits, settings.gamma, present)
        # The biases before a batch norm have no gradient.
        gradients = [tf.zeros(variable.shape) if slope is None else slope for slope, variable in zip(tape.gradient(value, variables), variables)]
        optimizer.apply_gradients(zip(gradients, variables))
        return value, accuracy

    return step
