"""A finished run with random weights, for tests of what is made of it."""

import functools
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from training import files
from training.conversion.graph_model import inference_model
from training.network.model import light_sernet
from training.network.trained import logits_of_model, trained_variables
from training.network.widths import WIDTHS

FRAMES, BINS = 59, 40  # 1 s
CLASSES = ["boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness"]


@functools.cache
def random_weights(seed: int) -> dict[str, np.ndarray]:
    """By the variables' paths. The answers of the network are neither all alike nor all sure."""
    rng = np.random.default_rng(seed)
    model = light_sernet(FRAMES, BINS, len(CLASSES), WIDTHS["micro"])
    weights = {}
    for variable in trained_variables(model):
        name, shape = variable.path.split("/")[-1], variable.shape
        fan_in = np.prod(shape[:-1])
        weights[variable.path] = {
            "kernel": lambda: rng.normal(0, np.sqrt(2 / fan_in), shape),
            "bias": lambda: rng.normal(0, 0.3, shape),
            "beta": lambda: rng.normal(0, 0.3, shape),
            "gamma": lambda: rng.uniform(0.5, 1.5, shape),
            "moving_mean": lambda: rng.normal(0, 0.3, shape),
            "moving_variance": lambda: rng.uniform(0.5, 2, shape),
        }[name]().astype(np.float32)
    logits = logits_of_model(model, weights, mfccs(20))
    spread = (logits - logits.mean(axis=0)).std() / 1.5
    weights["dense/bias"] = (weights["dense/bias"] - logits.mean(axis=0)) / spread
    weights["dense/kernel"] /= spread
    return weights


def write_run(folder: Path, seed: int, recipe: dict[str, float] | None = None) -> Path:
    """A finished run with random weights."""
    files.save_arrays(folder / "weights.npz", random_weights(seed))
    settings = {
        "frames": FRAMES,
        "bins": BINS,
        "classes": CLASSES,
        "width": "micro",
        "dataset_name": "EMO-DB",
        "audio_type": "all",
        "protocol": "all",
        "fold": "all",
        "validate": True,
        "input_type": "mfcc",
        "input_duration": 1.0,
        "recipe": recipe or {"cepstral_mean_subtraction": 0.0},
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    (folder / "result.json").touch()
    return folder


def mfccs(count: int, seed: int = 0) -> np.ndarray:
    """float32 [count, frames, bins], as speech has them: the first at the clip, the others smaller and smaller."""
    rng = np.random.default_rng(seed)
    values = (rng.normal(size=(count, FRAMES, BINS)) + 2 * rng.normal(size=(count, 1, BINS))) * np.linspace(4, 0.3, BINS)
    values[:, :, 0] -= 10
    return np.clip(values, -10, 10).astype(np.float32)


class Exported(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        work = tempfile.TemporaryDirectory()
        cls.addClassCleanup(work.cleanup)
        cls.work = Path(work.name)
        cls.run_folder = write_run(cls.work / "run", seed=1)
        cls.features = mfccs(6)
        cls.model = inference_model(cls.run_folder)
        cls.right = cls.model.predict(cls.features[..., np.newaxis], verbose=0)
