"""The network while it trains: the same function as light_sernet's model, with a first block that passes over its large maps once.

One input channel makes 96 of full resolution, so the first block has 4 % of the multiplications and took half of the time: convolution, mean,
variance, normalization, ReLU and pooling each read and wrote all of them. Here the mean and variance of a convolution's outputs come from those of
its inputs, mean = m W and variance = diagonal of W' C W, where m and C are the mean and covariance of the 23 inputs that the three kernels see around
a place. Batch norm is then a factor and a bias of the kernels, known before the convolution.
"""

from collections.abc import Callable

import numpy as np

from .backend import keras, tf

KERNELS = {"temporal": (11, 1), "spectral": (1, 9), "both": (3, 3)}  # (time, coefficient)
POOL = 4  # outputs of the convolutions that one of the block is the mean of


def offsets(kernel: tuple[int, int]) -> list[tuple[int, int]]:
    """What a kernel sees, from its center, in the order of its weights."""
    return [(time - kernel[0] // 2, bin - kernel[1] // 2) for time in range(kernel[0]) for bin in range(kernel[1])]


TAPS = sorted({offset for kernel in KERNELS.values() for offset in offsets(kernel)})
LATEST, HIGHEST = (max(offset[axis] for offset in TAPS) for axis in (0, 1))
# float32 [23, weights of the kernel]: where in the taps each weight of a kernel is.
PLACES = {name: np.array([[tap == offset for offset in offsets(kernel)] for tap in TAPS], np.float32) for name, kernel in KERNELS.items()}


def training_graph(model: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    """light_sernet's model -> (features float32 [batch, frames, bins, 1]) -> logits, as model(features, training=True) computes them, on its variables; moves the averages
    of batch norm. frames and bins must be even."""
    _, frames, bins, _ = model.input.shape
    rest = keras.Model(model.get_layer("body_one").output, model.output)
    places = pooled_places(frames, bins)

    def logits(features: tf.Tensor) -> tf.Tensor:
        padded = tf.pad(features[..., 0], [[0, 0], [LATEST, LATEST], [HIGHEST, HIGHEST]])
        # The batch comes last, so that a gather copies whole rows.
        padded = tf.transpose(tf.reshape(padded, [tf.shape(features)[0], -1]))
        taps = [tf.reshape(tf.gather(padded, quarter), [len(TAPS), -1]) for quarter in places]  # 4 times [23, frames / 2 * bins / 2 * batch]
        kernel, bias = (tf.cast(values, model.compute_dtype) for values in folded(model, taps))
        maps = [tf.nn.relu(tf.nn.bias_add(tf.matmul(tf.cast(quarter, model.compute_dtype), kernel, transpose_a=True), bias)) for quarter in taps]
        pooled = tf.reshape(tf.add_n(maps) / POOL, [frames // 2 * bins // 2, -1, kernel.shape[1]])
        return rest(tf.reshape(tf.transpose(pooled, [1, 0, 2]), [-1, frames // 2, bins // 2, kernel.shape[1]]), training=True)

    return logits


def pooled_places(frames: int, bins: int) -> list[np.ndarray]:
    """int32 [23, frames / 2 * bins / 2], for each of the four outputs of the convolutions that a pool averages: the indices of its inputs in a padded map."""
    time, coefficient = (axis.ravel() for axis in np.meshgrid(np.arange(0, frames, 2), np.arange(0, bins, 2), indexing="ij"))
    before, beside = np.array(TAPS).T[..., np.newaxis]
    return [
        ((time + down + before + LATEST) * (bins + 2 * HIGHEST) + coefficient + right + beside + HIGHEST).astype(np.int32)
        for down in (0, 1)
        for right in (0, 1)
    ]


def folded(model: keras.Model, taps: list[tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
    """taps: float32 [23, places] -> the three kernels with their batch norms in them, float32 [23, channels], and biases [channels]. Moves the averages."""
    count = tf.cast(sum(tf.shape(some)[1] for some in taps), tf.float32)
    mean = tf.add_n([tf.reduce_sum(some, axis=1) for some in taps]) / count
    covariance = tf.add_n([tf.matmul(some, some, transpose_b=True) for some in taps]) / count - mean[:, tf.newaxis] * mean
    kernels, biases = [], []
    for name, places in PLACES.items():
        convolution, norm = model.get_layer(f"{name}_convolution"), model.get_layer(f"{name}_norm")
        kernel = tf.matmul(tf.constant(places), tf.reshape(tf.convert_to_tensor(convolution.kernel), [places.shape[1], -1]))
        its_mean = tf.tensordot(mean, kernel, 1)
        variance = tf.maximum(tf.reduce_sum(tf.matmul(covariance, kernel) * kernel, axis=0), 0)
        factor = tf.convert_to_tensor(norm.gamma) * tf.math.rsqrt(variance + norm.epsilon)
        kernels.append(kernel * factor)
        biases.append(tf.convert_to_tensor(norm.beta) - its_mean * factor)  # batch norm takes the bias of a convolution off again
        for average, value in ((norm.moving_mean, its_mean + tf.convert_to_tensor(convolution.bias)), (norm.moving_variance, variance * count / (count - 1))):
            average.assign(average * norm.momentum + value * (1 - norm.momentum))
    return tf.concat(kernels, axis=1), tf.concat(biases, axis=0)
