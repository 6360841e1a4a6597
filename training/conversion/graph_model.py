"""A finished run as a TensorFlow.js graph model, which `light-sernet build` turns into the module."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from ..data.dataset import REPOSITORY
from ..network.backend import keras, silent_libraries
from ..network.trained import trained_model


FLOAT_PROBABILITIES = REPOSITORY / "training" / "conversion" / "float_probabilities.mjs"
LARGEST_DIFFERENCE = 1e-4
CHECKED_RECORDINGS = 27  # evenly spaced: the check runs the network in plain JavaScript, which takes about a second for each


def inference_model(run: Path, temperature: float = 1.0) -> keras.Model:
    """MFCCs float32 [batch, frames, bins, 1] -> probabilities float32 [batch, classes]; the logits are divided by the temperature. Raises
    ValueError when its features are not those of the module."""
    logits_model = trained_model(run)
    if (share := subtracted_share(json.loads((run / "settings.json").read_text())["recipe"])) != 0:
        raise ValueError(
            f"{run}: it learned with cepstral_mean_subtraction={share}, but the module subtracts no mean; only `python -m training.ablation` uses such runs"
        )
    dense = logits_model.get_layer("dense")
    dense.set_weights([weights / np.float32(temperature) for weights in dense.get_weights()])
    return keras.Model(logits_model.input, keras.layers.Softmax(name="softmax")(logits_model.output), name="light_sernet")


def subtracted_share(recipe: dict) -> float:
    """The recipe's cepstral_mean_subtraction. Older runs have the share that is kept instead, as cepstral_mean."""
    return recipe.get("cepstral_mean_subtraction", 1 - recipe.get("cepstral_mean", 1))


def write_graph_model(model: keras.Model, folder: Path, sidecar: dict, features: np.ndarray) -> float:
    """Keras -> SavedModel -> TensorFlow.js, with the official converter. Replaces the graph model in the folder once the new one has passed
    check_export, and returns the result of that. features: float32 [recordings, frames, bins]."""
    with silent_libraries():
        # It takes seconds to import, and nothing else needs it.
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


def check_export(model: keras.Model, folder: Path, features: np.ndarray) -> float:
    """The largest difference between the probabilities of the exported and the trained model. Raises ValueError when it is too large for the same
    network."""
    chosen = features[:: -(-len(features) // CHECKED_RECORDINGS)]
    difference = np.abs(model.predict(chosen[..., np.newaxis], verbose=0) - imported_probabilities(folder, chosen)).max()
    if not difference <= LARGEST_DIFFERENCE:
        raise ValueError(
            f"{folder}: the exported model is not the trained one; probabilities differ by {difference:.1e}, and at most {LARGEST_DIFFERENCE:.0e} is allowed"
        )
    return float(difference)


def imported_probabilities(folder: Path, features: np.ndarray) -> np.ndarray:
    """float32 [recordings, frames, bins] -> float64 [recordings, classes], as the project's own importer reads the folder."""
    command = ["node", str(FLOAT_PROBABILITIES), str(folder)]
    result = subprocess.run(command, input=features.astype("<f4").tobytes(), stdout=subprocess.PIPE, stderr=sys.stderr)
    if result.returncode != 0:
        raise ValueError(f"{folder}: the exported model could not be read back (see above); if the tools are not compiled, run `npm ci`")
    return np.array(json.loads(result.stdout))
