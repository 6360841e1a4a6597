"""A model as TFLite files with float32, float16 and full-integer int8 weights, and what TensorFlow Lite answers with them."""

import tempfile
from pathlib import Path

import numpy as np

from ..network.backend import keras, silent_libraries, tf
from ..results.predictions import FLOAT16, FLOAT32, INT8, PRECISIONS


TFLITE_FILES = {precision: f"light-sernet-{precision}.tflite" for precision in PRECISIONS}


@silent_libraries()
def write_tflite(model: keras.Model, folder: Path, representative: np.ndarray, precisions: tuple[str, ...] = tuple(TFLITE_FILES)) -> None:
    """representative: float32 [recordings, frames, bins], from which the converter takes the ranges of the activations for int8."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        model.export(f"{work}/saved_model", format="tf_saved_model", verbose=False)
        for precision in precisions:
            converter = tf.lite.TFLiteConverter.from_saved_model(f"{work}/saved_model")
            if precision != FLOAT32:
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
            if precision == FLOAT16:
                converter.target_spec.supported_types = [tf.float16]
            if precision == INT8:
                converter.representative_dataset = lambda: ([row[np.newaxis, ..., np.newaxis]] for row in representative)
                converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
                converter.inference_input_type = converter.inference_output_type = tf.int8
            unfinished = Path(work, TFLITE_FILES[precision])
            unfinished.write_bytes(converter.convert())
            unfinished.replace(folder / TFLITE_FILES[precision])


@silent_libraries()
def tflite_probabilities(file: Path, features: np.ndarray) -> np.ndarray:
    """float32 [recordings, frames, bins] -> float32 [recordings, classes], by TensorFlow Lite's interpreter."""
    interpreter = tf.lite.Interpreter(str(file), num_threads=1)
    interpreter.allocate_tensors()
    [given], [answered] = interpreter.get_input_details(), interpreter.get_output_details()
    rows = []
    for row in features[..., np.newaxis]:
        interpreter.set_tensor(given["index"], quantized(row[np.newaxis], given))
        interpreter.invoke()
        rows.append(dequantized(interpreter.get_tensor(answered["index"])[0], answered))
    return np.stack(rows)


def quantized(values: np.ndarray, tensor: dict) -> np.ndarray:
    if tensor["dtype"] == np.float32:
        return values
    scale, zero = tensor["quantization"]
    return np.clip(np.round(values / scale + zero), -128, 127).astype(np.int8)


def dequantized(values: np.ndarray, tensor: dict) -> np.ndarray:
    if tensor["dtype"] == np.float32:
        return values
    scale, zero = tensor["quantization"]
    return (values.astype(np.float32) - zero) * np.float32(scale)
