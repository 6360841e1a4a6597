"""Trained weights, and the logits of a network with them."""

import json
from pathlib import Path

import numpy as np

from .backend import keras
from .model import light_sernet
from .widths import WIDTHS

BATCH = 64


def is_finished(run: Path) -> bool:
    """The result is the file written last."""
    return (run / "weights.npz").exists() and (run / "result.json").exists()


def trained_weights(model: keras.Model) -> dict[str, np.ndarray]:
    """What makes up the trained network, by the variables' paths: weights, and the means and variances of batch norm."""
    return {variable.path: variable.numpy() for variable in trained_variables(model)}


def trained_variables(model: keras.Model) -> list:
    return model.trainable_variables + [variable for variable in model.non_trainable_variables if "moving" in variable.path]


def set_weights(model: keras.Model, weights: dict[str, np.ndarray]) -> None:
    for variable in trained_variables(model):
        variable.assign(weights[variable.path])


def trained_model(run: Path) -> keras.Model:
    """The network of a finished run, computing in float32: MFCCs [batch, frames, bins, 1] -> logits [batch, classes]. Raises ValueError when
    there is none."""
    if not is_finished(run):
        raise ValueError(f"{run}: there is no finished run; give the folder of one, such as training/runs/all-full-ce/all")
    settings = json.loads((run / "settings.json").read_text())
    with np.load(run / "weights.npz") as weights:
        keras.config.set_dtype_policy("float32")
        model = light_sernet(settings["frames"], settings["bins"], len(settings["classes"]), WIDTHS[settings["width"]])
        set_weights(model, weights)
    return model


def logits_of_model(model: keras.Model, weights: dict[str, np.ndarray] | None, features: np.ndarray) -> np.ndarray:
    """float32 [recordings, frames, bins] -> float32 [recordings, classes]; with `weights`, if given."""
    if weights is not None:
        set_weights(model, weights)
    return model.predict(features[..., np.newaxis], batch_size=BATCH, verbose=0)


def pooled_model(model: keras.Model) -> keras.Model:
    """The same network without its last layer: MFCCs [batch, frames, bins, 1] -> the averages over time and coefficient that the dense layer receives, float32 [batch, channels]."""
    return keras.Model(model.input, model.get_layer("dense").input)
