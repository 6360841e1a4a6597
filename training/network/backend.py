"""Keras and what it computes with, imported only here: TensorFlow, or JAX where the environment says KERAS_BACKEND=jax, which is for trainings on a GPU. Without the
lines about missing GPUs that TensorFlow's libraries print before a setting can stop them."""

import gc
import os
import sys
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TFDF_DISABLE_WELCOME_MESSAGE", "1")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


@contextmanager
def silent_libraries():
    """Drops what C++ code or warnings write to stderr of the process; exceptions pass."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


# Nothing that an import makes is garbage, and looking for some takes a fifth of the time.
gc.disable()
with silent_libraries():
    import keras

    if keras.backend.backend() == "jax":
        import jax

        tf = None
    else:
        import tensorflow as tf

        jax = None
        tf.get_logger().setLevel("ERROR")
gc.enable()


def fastest_policy() -> str:
    """What Keras should train in: bfloat16 on a GPU or a processor with matrix units for it (AMX); elsewhere float32. AVX-512's bfloat16 dot products are not enough:
    such a core trained on 56 utterances a second, and on 79 in float32; without them float32 is three times as fast."""
    if jax is not None and jax.default_backend() == "gpu":
        return "mixed_bfloat16"
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    return "mixed_bfloat16" if "amx_bf16" in flags else "float32"


__all__ = ["fastest_policy", "jax", "keras", "silent_libraries", "tf"]
