"""Makes the models that the peers of `npm run bench` run, with the official converters: `make_models.py FOLDER`.

FOLDER holds what the bench has written of the float model: network.json (shapes, batch norm folded), weights.bin (float32, in its order) and
representative.npy (MFCCs, float32 [segments, frames, coefficients]), from which the quantizers take the ranges of the activations. It gets

    float32.tflite, int8.tflite                         TFLiteConverter; int8 throughout, the first and last operator turn floats into int8 and back
    float32.onnx                                        tf2onnx
    int8-{qdq,qoperator}-{u8s8,s8s8}.onnx               onnxruntime.quantization; the bench runs the fastest

A file that is there is kept, so that an interrupted run goes on.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def network(folder: Path) -> keras.Model:
    """MFCCs float32 [1, frames, coefficients, 1] -> probabilities float32 [1, classes]."""
    shape = json.loads((folder / "network.json").read_text())
    numbers = np.fromfile(folder / "weights.bin", "<f4")
    weights = {}
    begin = 0

    def take(*size: int) -> np.ndarray:
        nonlocal begin
        begin += int(np.prod(size))
        return numbers[begin - int(np.prod(size)) : begin].reshape(size)

    def convolution(x, layer: dict):
        kernel = (layer["kernelHeight"], layer["kernelWidth"])
        x = layers.Conv2D(layer["outputChannels"], kernel, padding="same", activation="relu", name=layer["name"])(x)
        weights[layer["name"]] = [take(*kernel, layer["inputChannels"], layer["outputChannels"]), take(layer["outputChannels"])]
        if layer["poolHeight"] == 0:
            return layers.GlobalAveragePooling2D()(x)
        return layers.AveragePooling2D((layer["poolHeight"], layer["poolWidth"]), padding="same")(x)

    mfcc = keras.Input((shape["frames"], shape["coefficients"], 1), batch_size=1, name="mfcc")
    x = layers.Concatenate()([convolution(mfcc, layer) for layer in shape["bodyOne"]])
    for layer in shape["bodyTwo"]:
        x = convolution(x, layer)
    dense = shape["dense"]
    x = layers.Dense(dense["classes"], activation="softmax", name="dense")(x)
    weights["dense"] = [take(dense["inputs"], dense["classes"]), take(dense["classes"])]
    model = keras.Model(mfcc, x)
    for name, values in weights.items():
        model.get_layer(name).set_weights(values)
    return model


def write(file: Path, content: bytes) -> None:
    part = file.with_suffix(".part")
    part.write_bytes(content)
    part.replace(file)


def make_tflite(function, representative: np.ndarray, file: Path) -> None:
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function.get_concrete_function()], function)
    if file.name == "int8.tflite":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([row[np.newaxis, ..., np.newaxis]] for row in representative)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    write(file, converter.convert())


def make_float_onnx(function, signature: tf.TensorSpec, file: Path) -> None:
    import tf2onnx

    model, _ = tf2onnx.convert.from_function(function, input_signature=[signature], opset=17)
    write(file, model.SerializeToString())


def make_int8_onnx(source: Path, representative: np.ndarray, file: Path) -> None:
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Representative(CalibrationDataReader):
        def __init__(self) -> None:
            self.rows: Iterator[np.ndarray] = iter(representative)

        def get_next(self) -> dict | None:
            row = next(self.rows, None)
            return None if row is None else {"mfcc": row[np.newaxis, ..., np.newaxis]}

    _, form, types = file.stem.split("-")
    prepared = file.with_name("prepared.onnx")
    # Every shape is a constant: nothing symbolic to infer.
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    part = file.with_suffix(".part")
    quantize_static(
        str(prepared),
        str(part),
        Representative(),
        quant_format=QuantFormat.QDQ if form == "qdq" else QuantFormat.QOperator,
        activation_type=QuantType.QUInt8 if types == "u8s8" else QuantType.QInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
    )
    prepared.unlink()
    part.replace(file)


def main(folder: Path) -> None:
    representative = np.load(folder / "representative.npy")
    model = network(folder)
    signature = tf.TensorSpec(model.inputs[0].shape, tf.float32, name="mfcc")

    @tf.function(input_signature=[signature])
    def function(mfcc):
        return {"probabilities": model(mfcc, training=False)}

    files = ["float32.tflite", "int8.tflite", "float32.onnx", *(f"int8-{form}-{types}.onnx" for form in ("qdq", "qoperator") for types in ("u8s8", "s8s8"))]
    for name in files:
        file = folder / name
        if file.exists():
            continue
        print(f"making {name}", file=sys.stderr)
        if name.endswith(".tflite"):
            make_tflite(function, representative, file)
        elif name == "float32.onnx":
            make_float_onnx(function, signature, file)
        else:
            make_int8_onnx(folder / "float32.onnx", representative, file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
