"""Writes a trained run as a TensorFlow.js graph model, and checks that `light-sernet build` will read the same network.

The folder gets model.json, a shard of weights and light-sernet.json, with the model's id and classes. Scales of the activations in an
older light-sernet.json belong to older weights and are dropped: `light-sernet build --calibrate` finds new ones.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
from tensorflowjs.converters.tf_saved_model_conversion_v2 import convert_tf_saved_model

from dataset import CLASSES, DEFAULT_RECORDINGS, REPOSITORY, read_recordings
from features import CACHE, DEFAULT_MODULE, load_features
from train import trained_model

FLOAT_PROBABILITIES = REPOSITORY / "training" / "float_probabilities.mjs"
LARGEST_DIFFERENCE = 1e-4
CHECKED_RECORDINGS = 27  # evenly spaced: the check runs the network in plain JavaScript, about a second each


def main() -> None:
    options = parse_options()
    run = CACHE / options.run
    if not (run / "result.json").exists():
        raise SystemExit(f"export.py: {run} holds no finished run; train it with train.py first")
    model = trained_model(run)
    write_graph_model(model, options.out)
    sidecar = {"id": options.id, "classes": list(CLASSES)}
    (options.out / "light-sernet.json").write_text(json.dumps(sidecar, indent=2) + "\n")

    recordings = read_recordings(options.data)
    features = load_features(recordings, options.module)[:: -(-len(recordings) // CHECKED_RECORDINGS)]
    difference = np.abs(model.predict(features[..., np.newaxis], verbose=0) - imported_probabilities(options.out, features)).max()
    print(f"{options.out}: probabilities of {len(features)} recordings, exported against trained: largest difference {difference:.1e}")
    if not difference <= LARGEST_DIFFERENCE:
        raise SystemExit(f"export.py: the exported model is not the trained one, the difference must be at most {LARGEST_DIFFERENCE:.0e}")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", default="all", metavar="NAME", help="the run's folder in training/runs (default: all)")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "weights" / "full", metavar="DIR", help="default: weights/full")
    parser.add_argument("--id", default="emodb-full-ce-v1", help="the model's id (default: emodb-full-ce-v1)")
    parser.add_argument("--data", type=Path, default=DEFAULT_RECORDINGS, metavar="DIR", help="EMO-DB's WAV files, for the check")
    parser.add_argument("--module", type=Path, default=DEFAULT_MODULE, metavar="FILE", help="whose front end is used")
    return parser.parse_args()


def write_graph_model(model: keras.Model, folder: Path) -> None:
    """Keras -> SavedModel -> TensorFlow.js, with the official converter; replaces the graph model that lies in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in [folder / "model.json", *folder.glob("group*-shard*of*.bin")]:
        old.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as saved_model:
        model.export(saved_model, format="tf_saved_model", verbose=False)
        convert_tf_saved_model(saved_model, str(folder))


def imported_probabilities(folder: Path, features: np.ndarray) -> np.ndarray:
    """float32 [recordings, frames, coefficients] -> float64 [recordings, classes], as the project's own importer understands the folder."""
    command = ["node", str(FLOAT_PROBABILITIES), str(folder)]
    result = subprocess.run(command, input=features.astype("<f4").tobytes(), stdout=subprocess.PIPE, stderr=sys.stderr)
    if result.returncode != 0:
        raise SystemExit("export.py: the exported model could not be read back (see above); if the tools are not compiled, run `npm ci`")
    return np.array(json.loads(result.stdout))


if __name__ == "__main__":
    main()
