"""The networks against the paper's size and the device's ceiling; the fused batch norm against Keras's."""

import unittest

import numpy as np

from ..support import need

need("tensorflow", "keras")

from training.network.backend import keras, tf
from training.network.model import FusedBatchNormalization, light_sernet
from training.network.widths import WIDTHS

MOST_WEIGHTS_OF_MICRO = 130_000
WEIGHTS_OF_FULL = 459_872  # int8, the bytes that `light-sernet build weights/full` prints
MILLIONS_OF_FULL = {  # multiply-accumulates of a layer
    "temporal": 2.6,
    "spectral": 2.1,
    "both": 2.1,
    "body_two_1": 101.7,
    "body_two_2": 25.4,
    "body_two_3": 12.7,
    "body_two_4": 11.1,
    "body_two_5": 1.5,
}


def int8_weights(model: keras.Model) -> int:
    """Kernels of convolutions and of the last layer; biases stay int32."""
    return sum(int(np.prod(layer.kernel.shape)) for layer in model.layers if hasattr(layer, "kernel"))


def multiply_accumulates(model: keras.Model) -> dict[str, int]:
    """A convolution uses its whole kernel for each element of its output, before pooling."""
    found = {}
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            _, frames, bins, _ = layer.output.shape
            found[layer.name.removesuffix("_convolution")] = frames * bins * int(np.prod(layer.kernel.shape))
        if isinstance(layer, keras.layers.Dense):
            found[layer.name] = int(np.prod(layer.kernel.shape))
    return found


class Full(unittest.TestCase):
    model: keras.Model

    @classmethod
    def setUpClass(cls):
        cls.model = light_sernet(184, 40, 7)

    def test_parameters(self):
        self.assertEqual(self.model.count_params(), 463_431)
        self.assertEqual(int8_weights(self.model), WEIGHTS_OF_FULL)

    def test_shapes(self):
        self.assertEqual(self.model.input_shape, (None, 184, 40, 1))
        self.assertEqual(self.model.output_shape, (None, 7))
        shapes = {
            "temporal_pool": (92, 20, 32),
            "spectral_pool": (92, 20, 32),
            "both_pool": (92, 20, 32),
            "body_one": (92, 20, 96),
            "body_two_1_pool": (46, 10, 64),
            "body_two_2_pool": (23, 5, 96),
            "body_two_3_pool": (12, 5, 128),
            "body_two_4_pool": (6, 5, 160),
            "body_two_5_relu": (6, 5, 320),
            "average": (320,),
        }
        for name, shape in shapes.items():
            self.assertEqual(self.model.get_layer(name).output.shape[1:], shape, name)

    def test_kernels_are_time_by_coefficient(self):
        kernels = {"temporal": (11, 1), "spectral": (1, 9), "both": (3, 3), "body_two_1": (3, 3), "body_two_5": (1, 1)}
        for name, kernel in kernels.items():
            self.assertEqual(self.model.get_layer(f"{name}_convolution").kernel_size, kernel)

    def test_multiply_accumulates(self):
        found = multiply_accumulates(self.model)
        for name, millions in MILLIONS_OF_FULL.items():
            self.assertAlmostEqual(found[name] / 1e6, millions, delta=0.06, msg=name)

    def test_it_answers_logits(self):
        """Neither positive nor summing to 1, and the same twice: nothing is dropped out of an answer."""
        mfccs = np.random.default_rng(0).normal(size=(2, 184, 40, 1)).astype(np.float32) * 5
        self.model.get_layer("dense").set_weights([np.random.default_rng(1).normal(size=(320, 7)), np.arange(-3.0, 4)])
        one, again = (self.model(mfccs).numpy() for _ in range(2))
        np.testing.assert_array_equal(one, again)
        self.assertTrue((one < 0).any())


class Micro(unittest.TestCase):
    def test_size(self):
        model = light_sernet(184, 40, 7, WIDTHS["micro"])
        self.assertLessEqual(int8_weights(model), MOST_WEIGHTS_OF_MICRO)
        micro, full = (sum(multiply_accumulates(found).values()) for found in (model, light_sernet(184, 40, 7)))
        print(f"micro: {int8_weights(model):,} weights, {micro / full:.1%} of full's multiply-accumulates")
        self.assertLessEqual(micro, full / 4)


class OtherInputs(unittest.TestCase):
    def test_any_shape_has_its_network(self):
        for frames, bins, classes in ((122, 40, 3), (184, 128, 7), (59, 513, 2), (1, 1, 2)):
            model = light_sernet(frames, bins, classes, WIDTHS["micro"])
            self.assertEqual(model(np.zeros((2, frames, bins, 1), np.float32)).shape, (2, classes))


class BatchNorm(unittest.TestCase):
    """In float32; the kernel has the unbiased variance, n / (n - 1), for its moving average."""

    @staticmethod
    def layers(policy: str = "float32") -> tuple[keras.Layer, keras.Layer]:
        rng = np.random.default_rng(0)
        found = []
        for kind in (FusedBatchNormalization, keras.layers.BatchNormalization):
            layer = kind(dtype=policy)
            layer.build((None, 6, 5, 4))
            found.append(layer)
        weights = [rng.uniform(0.5, 2, 4), rng.normal(size=4), rng.normal(size=4), rng.uniform(0.5, 2, 4)]
        for layer in found:
            layer.set_weights(weights)
        return tuple(found)

    inputs = (3 + 2 * np.random.default_rng(1).normal(size=(8, 6, 5, 4))).astype(np.float32)

    def test_training(self):
        fused, plain = self.layers()
        np.testing.assert_allclose(fused(self.inputs, training=True), plain(self.inputs, training=True), atol=1e-5)

    def test_moving_averages(self):
        fused, plain = self.layers()
        before = plain.moving_variance.numpy()
        for layer in (fused, plain):
            layer(self.inputs, training=True)
        np.testing.assert_allclose(fused.moving_mean, plain.moving_mean, rtol=1e-5)
        count = 8 * 6 * 5
        moved = (plain.moving_variance.numpy() - 0.99 * before) / 0.01
        np.testing.assert_allclose((fused.moving_variance.numpy() - 0.99 * before) / 0.01, moved * count / (count - 1), rtol=1e-3)

    def test_inference(self):
        fused, plain = self.layers()
        for training in (False, None):
            np.testing.assert_array_equal(fused(self.inputs, training=training), plain(self.inputs, training=training))

    def test_inference_leaves_the_averages(self):
        fused, _ = self.layers()
        before = [average.numpy() for average in (fused.moving_mean, fused.moving_variance)]
        fused(self.inputs, training=False)
        np.testing.assert_array_equal(before, [average.numpy() for average in (fused.moving_mean, fused.moving_variance)])

    def test_gradients(self):
        gradients = []
        for layer in self.layers():
            inputs = tf.constant(self.inputs)
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                value = tf.reduce_sum(layer(inputs, training=True) ** 3)
            gradients.append(tape.gradient(value, [inputs, layer.gamma.value, layer.beta.value]))
        for fused, plain in zip(*gradients):
            np.testing.assert_allclose(fused, plain, rtol=1e-3, atol=2e-3)

    def test_averages_and_weights_stay_float32_where_the_rest_is_bfloat16(self):
        half, _ = self.layers("mixed_bfloat16")
        whole, _ = self.layers()
        outputs = half(self.inputs, training=True)
        whole(self.inputs, training=True)
        self.assertEqual(outputs.dtype, "bfloat16")
        for variable in half.variables:
            self.assertEqual(variable.dtype, "float32")
        # A moving average that was rounded to 8 bits would be off by 4e-3.
        np.testing.assert_allclose(half.moving_mean, whole.moving_mean, rtol=1e-4)
        np.testing.assert_allclose(half.moving_variance, whole.moving_variance, rtol=1e-4)


if __name__ == "__main__":
    unittest.main()
