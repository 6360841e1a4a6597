"""Writes a finished run for others: a TensorFlow.js graph model, which `light-sernet build` turns into the module, and TFLite files with
float32, float16 and full-integer int8 weights.

The temperature that makes the probabilities honest is divided out of the last layer. The graph model's folder gets light-sernet.json with the
model's id, classes and the threshold below which an answer is uncertain. Scales of the activations in an older light-sernet.json belong to
older weights and are dropped: `light-sernet build --calibrate` finds new ones.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from math import inf
from pathlib import Path

import numpy as np

from .data import protocols
from .data.dataset import REPOSITORY, read_dataset
from .data.variants import load_clean
from .files import sentence
from .network.backend import keras, silent_libraries, tf
from .network.trained import trained_model

FLOAT_PROBABILITIES = REPOSITORY / "training" / "conversion" / "float_probabilities.mjs"
LARGEST_DIFFERENCE = 1e-4
CHECKED_RECORDINGS = 27  # evenly spaced: the check runs the network in plain JavaScript, about a second each
REPRESENTATIVE_RECORDINGS = 100  # for the scales of TFLite's int8

TFLITE_FILES = {"float32": "light-sernet-float32.tflite", "float16": "light-sernet-float16.tflite", "int8": "light-sernet-int8.tflite"}


def inference_model(run: Path, temperature: float = 1.0) -> keras.Model:
    """MFCCs float32 [batch, frames, bins, 1] -> probabilities float32 [batch, classes]; the logits are divided by the temperature. Raises
    ValueError for a network that does not hear what the module gives."""
    logits_model = trained_model(run)
    if (kept := json.loads((run / "settings.json").read_text())["recipe"].get("cepstral_mean", 1)) != 1:
        raise ValueError(f"{run}: it learned with cepstral_mean={kept}, which the module does not do; it serves `python -m training.ablation` alone")
    dense = logits_model.get_layer("dense")
    dense.set_weights([weights / np.float32(temperature) for weights in dense.get_weights()])
    return keras.Model(logits_model.input, keras.layers.Softmax(name="softmax")(logits_model.output), name="light_sernet")


def write_graph_model(model: keras.Model, folder: Path, sidecar: dict, features: np.ndarray) -> float:
    """Keras -> SavedModel -> TensorFlow.js, with the official converter; replaces the graph model that lies in the folder when it has passed
    check_export, whose result it returns. features: float32 [recordings, frames, bins]."""
    with silent_libraries():
        # It takes seconds to import, and only this needs it.
        from tensorflowjs.converters.tf_saved_model_conversion_v2 import convert_tf_saved_model

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        with silent_libraries():
            model.export(f"{work}/saved_model", format="tf_saved_model", verbose=False)
            convert_tf_saved_model(f"{work}/saved_model", f"{work}/graph")
        Path(work, "graph", "light-sernet.json").write_text(json.dumps(sidecar, indent=2) + "\n")
        difference = check_export(model, Path(work, "graph"), features)
        for old in [folder / "model.json", *folder.glob("group*-shard*of*.bin")]:
            old.unlink(missing_ok=True)
        for file in Path(work, "graph").iterdir():
            file.replace(folder / file.name)
    return difference


@silent_libraries()
def write_tflite(model: keras.Model, folder: Path, representative: np.ndarray, precisions: tuple[str, ...] = tuple(TFLITE_FILES)) -> None:
    """representative: float32 [recordings, frames, bins], from which the converter takes the ranges of the activations for int8."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        model.export(f"{work}/saved_model", format="tf_saved_model", verbose=False)
        for precision in precisions:
            converter = tf.lite.TFLiteConverter.from_saved_model(f"{work}/saved_model")
            if precision != "float32":
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
            if precision == "float16":
                converter.target_spec.supported_types = [tf.float16]
            if precision == "int8":
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


def imported_probabilities(folder: Path, features: np.ndarray) -> np.ndarray:
    """float32 [recordings, frames, bins] -> float64 [recordings, classes], as the project's own importer understands the folder."""
    command = ["node", str(FLOAT_PROBABILITIES), str(folder)]
    result = subprocess.run(command, input=features.astype("<f4").tobytes(), stdout=subprocess.PIPE, stderr=sys.stderr)
    if result.returncode != 0:
        raise ValueError(f"{folder}: the exported model could not be read back (see above); if the tools are not compiled, run `npm ci`")
    return np.array(json.loads(result.stdout))


def check_export(model: keras.Model, folder: Path, features: np.ndarray) -> float:
    """The largest difference of the exported model's probabilities from the trained one's. Raises ValueError when it is not the same network."""
    chosen = features[:: -(-len(features) // CHECKED_RECORDINGS)]
    difference = np.abs(model.predict(chosen[..., np.newaxis], verbose=0) - imported_probabilities(folder, chosen)).max()
    if not difference <= LARGEST_DIFFERENCE:
        raise ValueError(
            f"{folder}: the exported model is not the trained one; probabilities differ by {difference:.1e}, at most {LARGEST_DIFFERENCE:.0e} is right"
        )
    return float(difference)


def main() -> None:
    options = parse_options()
    try:
        if not (0 < options.temperature < inf and 0 <= options.threshold <= 1):
            raise ValueError(f"temperature {options.temperature} and threshold {options.threshold}: give one above 0 and one from 0 to 1")
        model = inference_model(options.run, options.temperature)
        settings = json.loads((options.run / "settings.json").read_text())
        dataset = read_dataset(settings["dataset_name"], options.data, settings["audio_type"])
        train = protocols.split(dataset, settings["protocol"], settings["fold"], settings["validate"]).train
        features = load_clean(dataset, settings["input_type"], settings["input_duration"])[train]
        sidecar = {"id": options.id, "classes": settings["classes"], "acceptThreshold": options.threshold}
        difference = write_graph_model(model, options.out, sidecar, features)
        print(f"{options.out}: probabilities, exported against trained: largest difference {difference:.1e}")
        if options.tflite is not None:
            write_tflite(model, options.tflite, features[:: -(-len(features) // REPRESENTATIVE_RECORDINGS)])
            print(f"{options.tflite}: {', '.join(TFLITE_FILES.values())}")
    except (ValueError, OSError) as error:
        sys.exit(f"export: {sentence(error)}")


def parse_options() -> argparse.Namespace:
    from .data.dataset import DEFAULT_RECORDINGS

    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder of a finished run, such as training/runs/all-full-ce/all")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="for the TensorFlow.js graph model, such as weights/full")
    parser.add_argument("--tflite", type=Path, metavar="DIR", help="for the TFLite files (default: none are written)")
    parser.add_argument("--id", required=True, help="the model's id, such as emodb-full-ce-v2")
    parser.add_argument("--temperature", type=float, default=1.0, help="divides the logits (default: 1; `python -m training.cross_validate` says which)")
    parser.add_argument("--threshold", type=float, default=0.0, help="answers less sure than this are uncertain (default: 0, none)")
    parser.add_argument("--data", type=Path, default=DEFAULT_RECORDINGS, metavar="DIR", help="the recordings that it was trained on")
    return parser.parse_args()


if __name__ == "__main__":
    main()
