"""Light-SERNet (Aftab et al., 2021, arXiv 2110.03435) in Keras. Reads like the paper's figure."""

from .backend import keras, tf
from .widths import FULL, WIDTHS, Widths

layers = keras.layers

DROPOUT = 0.3
NORM_MOMENTUM = 0.9  # of the moving means and variances; Keras's 0.99 is too slow for runs of one or two thousand steps


def light_sernet(frames: int, bins: int, classes: int, widths: Widths = WIDTHS[FULL]) -> keras.Model:
    """float32 [batch, frames, bins, 1], for MFCCs 184 and 40 -> logits float32 [batch, classes]. The shapes in the comments are those of MFCCs and `full`."""
    mfcc = keras.Input((frames, bins, 1), name="mfcc")

    temporal = body_one_path(mfcc, widths.body_one, (11, 1), "temporal")
    spectral = body_one_path(mfcc, widths.body_one, (1, 9), "spectral")
    both = body_one_path(mfcc, widths.body_one, (3, 3), "both")
    x = layers.Concatenate(name="body_one")([temporal, spectral, both])  # [batch, 92, 20, 96]

    one, two, three, four, five = widths.body_two
    x = body_two_layer(x, one, (3, 3), pool=(2, 2), name="body_two_1")  # [batch, 46, 10, 64]
    x = body_two_layer(x, two, (3, 3), pool=(2, 2), name="body_two_2")  # [batch, 23, 5, 96]
    x = body_two_layer(x, three, (3, 3), pool=(2, 1), name="body_two_3")  # [batch, 12, 5, 128]
    x = body_two_layer(x, four, (3, 3), pool=(2, 1), name="body_two_4")  # [batch, 6, 5, 160]
    x = body_two_layer(x, five, (1, 1), pool=None, name="body_two_5")  # [batch, 6, 5, 320]

    x = layers.GlobalAveragePooling2D(name="average")(x)
    x = layers.Dropout(DROPOUT, name="dropout")(x)
    # float32 even where the rest computes in bfloat16: the loss takes logarithms of these.
    logits = layers.Dense(classes, name="dense", dtype="float32")(x)
    return keras.Model(mfcc, logits, name="light_sernet")


def body_one_path(x, channels: int, kernel: tuple[int, int], name: str):
    """Kernel and pooling are (time, coefficient)."""
    x = layers.Conv2D(channels, kernel, padding="same", name=f"{name}_convolution")(x)
    x = FusedBatchNormalization(momentum=NORM_MOMENTUM, name=f"{name}_norm")(x)
    x = layers.ReLU(name=f"{name}_relu")(x)
    return layers.AveragePooling2D((2, 2), padding="same", name=f"{name}_pool")(x)


def body_two_layer(x, channels: int, kernel: tuple[int, int], pool: tuple[int, int] | None, name: str):
    x = layers.Conv2D(channels, kernel, padding="same", use_bias=False, name=f"{name}_convolution")(x)
    x = FusedBatchNormalization(momentum=NORM_MOMENTUM, name=f"{name}_norm")(x)
    x = layers.ReLU(name=f"{name}_relu")(x)
    return x if pool is None else layers.AveragePooling2D(pool, padding="same", name=f"{name}_pool")(x)


class FusedBatchNormalization(layers.BatchNormalization):
    """Keras's batch norm, with TensorFlow's fused kernel while training: it passes over the tensor three times where Keras takes a dozen, which
    halves the time of a training step. [batch, time, coefficient, channel]."""

    def call(self, inputs, training=None, mask=None):
        if not training or tf is None:
            return super().call(inputs, training=training)
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, tf.cast(self.gamma, tf.float32), tf.cast(self.beta, tf.float32), epsilon=self.epsilon, is_training=True
        )
        for average, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            average.assign(average * self.momentum + value * (1 - self.momentum))
        return outputs
