"""Light-SERNet (Aftab et al., 2021, arXiv 2110.03435) in Keras."""

import keras
from keras import layers

FRAMES = 184
COEFFICIENTS = 40

BODY_ONE_CHANNELS = 32  # of each path
BODY_TWO_CHANNELS = (64, 96, 128, 160, 320)
DROPOUT = 0.3


def light_sernet(classes: int) -> keras.Model:
    """MFCCs float32 [batch, 184 frames, 40 coefficients, 1] -> probabilities float32 [batch, classes]."""
    mfcc = keras.Input((FRAMES, COEFFICIENTS, 1), name="mfcc")

    temporal = body_one_path(mfcc, (11, 1), "temporal")
    spectral = body_one_path(mfcc, (1, 9), "spectral")
    both = body_one_path(mfcc, (3, 3), "both")
    x = layers.Concatenate(name="body_one")([temporal, spectral, both])  # [batch, 92, 20, 96]

    one, two, three, four, five = BODY_TWO_CHANNELS
    x = body_two_layer(x, one, (3, 3), pool=(2, 2), name="body_two_1")  # [batch, 46, 10, 64]
    x = body_two_layer(x, two, (3, 3), pool=(2, 2), name="body_two_2")  # [batch, 23, 5, 96]
    x = body_two_layer(x, three, (3, 3), pool=(2, 1), name="body_two_3")  # [batch, 12, 5, 128]
    x = body_two_layer(x, four, (3, 3), pool=(2, 1), name="body_two_4")  # [batch, 6, 5, 160]
    x = body_two_layer(x, five, (1, 1), pool=None, name="body_two_5")  # [batch, 6, 5, 320]

    x = layers.GlobalAveragePooling2D(name="average")(x)
    x = layers.Dropout(DROPOUT, name="dropout")(x)
    # float32 even where the rest computes in bfloat16: the loss takes logarithms of these.
    logits = layers.Dense(classes, name="dense", dtype="float32")(x)
    probabilities = layers.Softmax(name="softmax", dtype="float32")(logits)
    return keras.Model(mfcc, probabilities, name="light_sernet")


def body_one_path(x, kernel: tuple[int, int], name: str):
    """Kernel and pooling are (time, coefficient)."""
    x = layers.Conv2D(BODY_ONE_CHANNELS, kernel, padding="same", name=f"{name}_convolution")(x)
    x = layers.BatchNormalization(name=f"{name}_norm")(x)
    x = layers.ReLU(name=f"{name}_relu")(x)
    return layers.AveragePooling2D((2, 2), padding="same", name=f"{name}_pool")(x)


def body_two_layer(x, channels: int, kernel: tuple[int, int], pool: tuple[int, int] | None, name: str):
    x = layers.Conv2D(channels, kernel, padding="same", use_bias=False, name=f"{name}_convolution")(x)
    x = layers.BatchNormalization(name=f"{name}_norm")(x)
    x = layers.ReLU(name=f"{name}_relu")(x)
    return x if pool is None else layers.AveragePooling2D(pool, padding="same", name=f"{name}_pool")(x)
