"""The fast graph of a training step, against the plain one: the same answers, gradients and averages."""

import unittest

import numpy as np

from ..support import need

need("tensorflow", "keras")

from training.network.backend import keras, tf
from training.network.loss import cross_entropy
from training.network.model import light_sernet
from training.network.training_graph import training_graph
from training.network.widths import Widths

SMALL = Widths(4, (4, 4, 4, 4, 8))
BIASES = "convolution/bias"  # batch norm takes them off again: their gradient is 0, and rounding in the plain graph


def outcome(fast: bool, frames: int = 20, bins: int = 12) -> tuple[np.ndarray, dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Logits, gradients and averages after one step, by the variables' paths, of a network with weights drawn from a seed."""
    keras.utils.set_random_seed(1)
    model = light_sernet(frames, bins, 5, SMALL)
    rng = np.random.default_rng(2)
    for variable in model.trainable_variables:
        variable.assign(variable.numpy() + rng.normal(0, 0.2, variable.shape))
    model.get_layer("dropout").rate = 0.0
    features = rng.normal(-1, 3, (6, frames, bins, 1)).astype(np.float32)
    targets = np.eye(5, dtype=np.float32)[np.arange(6) % 5]
    answer = training_graph(model) if fast else lambda values: model(values, training=True)
    with tf.GradientTape() as tape:
        logits = answer(tf.constant(features))
        value = cross_entropy(tf.constant(targets), logits)
    gradients = zip(model.trainable_variables, tape.gradient(value, model.trainable_variables))
    averages = {variable.path: variable.numpy() for variable in model.non_trainable_variables if "moving" in variable.path}
    return logits.numpy(), {variable.path: slope.numpy() for variable, slope in gradients if slope is not None}, averages


class Same(unittest.TestCase):
    def test_answers_gradients_and_averages(self):
        for shape in ((20, 12), (10, 8)):
            (plain, slopes, averages), (fast, its_slopes, its_averages) = outcome(False, *shape), outcome(True, *shape)
            np.testing.assert_allclose(fast, plain, rtol=1e-4, atol=1e-4)
            self.assertEqual({path for path in slopes if BIASES not in path}, set(its_slopes))
            for path, expected in slopes.items():
                if BIASES in path:
                    np.testing.assert_allclose(expected, 0, atol=1e-5, err_msg=path)
                else:
                    np.testing.assert_allclose(its_slopes[path], expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max(), err_msg=path)
            for path, expected in averages.items():
                np.testing.assert_allclose(its_averages[path], expected, rtol=1e-4, atol=1e-5, err_msg=path)


if __name__ == "__main__":
    unittest.main()
