"""Trains the gate with quantization in the loop and writes weights/gate/gate.json: python -m training.gate.train (after training.gate.prepare)"""

import argparse
import json
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from .features import FLOOR_FALL, FLOOR_RISE, LEAST_ENERGY, POOLED
from .integer import FILE, MEAN_BITS, TAPS, Gate
from .measures import area, later
from .prepare import load
from .written import write_gate

CHANNELS = 28
DILATIONS = 1, 3, 6
MEMORIES = 6, 6, 6  # shifts: the mean of each block is over about 2^shift frames
LOOK_AHEAD = 4  # frames: the score says whether somebody spoke so many frames ago
LOOK_BACK = 12  # frames by which the stream's network is behind the gate while nobody speaks
BATCH = 16  # streams
LEARNING_RATE = 3e-3
LARGEST_WEIGHT = 127 / 64
LARGEST_ACTIVATION = 255 / 16
MEAN_UNITS = 16 << MEAN_BITS
# The part of the loss that asks of a frame with speech only that one of the next so many scores says so.
HEARD, NEXT_SCORES = 0.5, 8
# Frames beside a beginning or end of speech, whose labels are uncertain.
EDGE_WEIGHT, EDGE = 0.4, 2
# The first frames of speech, which are the hardest.
BEGINNING_WEIGHT, BEGINNING = 2.0, 16

Parameters = dict[str, jnp.ndarray]


def start(rng: np.random.Generator) -> Parameters:
    def normal(*shape: int, inputs: int) -> jnp.ndarray:
        return jnp.array(rng.normal(size=shape) / np.sqrt(inputs), jnp.float32)

    parameters = {"weights": 0.7 * normal(2 * POOLED, CHANNELS, inputs=2 * POOLED), "bias": jnp.zeros(CHANNELS)}
    for block in range(len(DILATIONS)):
        parameters[f"taps{block}"] = normal(TAPS, CHANNELS, inputs=CHANNELS) + 1 / TAPS
        parameters[f"memory{block}"] = normal(CHANNELS, inputs=4)
        parameters[f"weights{block}"] = normal(CHANNELS, CHANNELS, inputs=CHANNELS)
        parameters[f"bias{block}"] = jnp.zeros(CHANNELS)
    return {**parameters, "output": normal(CHANNELS, inputs=CHANNELS), "output bias": jnp.full(1, -1.0)}


def straight(value: jnp.ndarray, quantized: jnp.ndarray) -> jnp.ndarray:
    """`quantized`, with the gradient of `value`."""
    return value + jax.lax.stop_gradient(quantized - value)


def weight(value: jnp.ndarray) -> jnp.ndarray:
    return straight(value, jnp.clip(jnp.round(value * 64), -127, 127) / 64)


def bias(value: jnp.ndarray) -> jnp.ndarray:
    return straight(value, jnp.round(value * 1024) / 1024)


def sixteenths(value: jnp.ndarray) -> jnp.ndarray:
    return straight(value, jnp.floor(value * 16 + 0.5) / 16)


def rectified(value: jnp.ndarray) -> jnp.ndarray:
    return sixteenths(jnp.clip(value, 0, LARGEST_ACTIVATION))


def memory(values: jnp.ndarray, shift: int) -> jnp.ndarray:
    """[streams, frames, channels], multiples of 1/16 -> their running mean, with the rounding of its int16."""

    def moved(mean: jnp.ndarray, value: jnp.ndarray) -> tuple[jnp.ndarray, jnp.ndarray]:
        distance = value - mean
        mean = mean + straight(distance / 2**shift, jnp.floor(distance * (MEAN_UNITS / 2**shift)) / MEAN_UNITS)
        return mean, mean

    return jnp.swapaxes(jax.lax.scan(moved, jnp.zeros_like(values[:, 0]), jnp.swapaxes(values, 0, 1), unroll=8)[1], 0, 1)


def scores(parameters: Parameters, features: jnp.ndarray) -> jnp.ndarray:
    """float [streams, frames, 2 POOLED] -> logarithms of odds [streams, frames], with every rounding of the integers."""
    values = rectified(features @ weight(parameters["weights"]) + bias(parameters["bias"]))
    for block, dilation in enumerate(DILATIONS):
        taps = weight(parameters[f"taps{block}"])
        total = values * taps[0]
        for tap in range(1, TAPS):
            total += jnp.pad(values, ((0, 0), (tap * dilation, 0), (0, 0)))[:, : values.shape[1]] * taps[tap]
        product = weight(parameters[f"memory{block}"]) * memory(values, MEMORIES[block])
        total += straight(product, jnp.floor(product * 1024) / 1024)
        values = rectified(sixteenths(total) @ weight(parameters[f"weights{block}"]) + bias(parameters[f"bias{block}"]))
    return values @ weight(parameters["output"]) + bias(parameters["output bias"])[0]


def largest_of_next(odds: jnp.ndarray, frames: int) -> jnp.ndarray:
    """[streams, frames] -> of each and the `frames` after it."""
    padded = jnp.pad(odds, ((0, 0), (0, frames)), constant_values=-jnp.inf)
    return jax.lax.reduce_window(padded, -jnp.inf, jax.lax.max, (1, frames + 1), (1, 1), "VALID")


def loss(parameters: Parameters, features: jnp.ndarray, speech: jnp.ndarray, weights: jnp.ndarray) -> jnp.ndarray:
    """speech, 0 or 1, and weights [streams, frames]: of the frame itself, not of LOOK_AHEAD frames ago."""
    odds = scores(parameters, features)
    ahead = odds[:, LOOK_AHEAD:]
    speech, weights = speech[:, : ahead.shape[1]], weights[:, : ahead.shape[1]]
    of_each = jnp.sum(weights * (jax.nn.softplus(ahead) - ahead * speech)) / jnp.sum(weights)
    heard = largest_of_next(odds, NEXT_SCORES)[:, : ahead.shape[1]]
    quiet = 1 - speech
    of_heard = jnp.sum(weights * (speech * jax.nn.softplus(-heard) + quiet * jax.nn.softplus(ahead))) / jnp.sum(weights)
    return (1 - HEARD) * of_each + HEARD * of_heard


@jax.jit
def step(parameters, mean, square, features, speech, weights, rate, count):
    """One of Adam's."""
    value, gradient = jax.value_and_grad(loss)(parameters, features.astype(jnp.float32) / 16, speech, weights)
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
    square = jax.tree.map(lambda s, g: 0.99 * s + 0.01 * g * g, square, gradient)

    def moved(p, m, s):
        return jnp.clip(p - rate * (m / (1 - 0.9**count)) / (jnp.sqrt(s / (1 - 0.99**count)) + 1e-8), -LARGEST_WEIGHT, LARGEST_WEIGHT)

    return jax.tree.map(moved, parameters, mean, square), mean, square, value


def frame_weights(speech: np.ndarray) -> np.ndarray:
    """float32 [streams, frames]"""
    near = np.zeros(speech.shape, bool)
    changes = speech[:, 1:] != speech[:, :-1]
    for offset in range(EDGE):
        near[:, 1 + offset :] |= changes[:, : changes.shape[1] - offset]
        near[:, : changes.shape[1] - offset] |= changes[:, offset:]
    weights = np.where(near, EDGE_WEIGHT, 1).astype(np.float32)
    begun = np.zeros(speech.shape, bool)
    for offset in range(EDGE, BEGINNING):
        begun[:, 1 + offset :] |= (changes & speech[:, 1:])[:, : changes.shape[1] - offset]
    return np.where(begun & speech, BEGINNING_WEIGHT, weights).astype(np.float32)


def integers(parameters: Parameters) -> dict:
    """The contents of gate.json."""

    def fixed(name: str, scale: int, largest: int) -> list[int]:
        values = np.asarray(parameters[name])
        return np.clip(np.round((values.T if name.startswith("weights") else values) * scale), -largest, largest).astype(int).ravel().tolist()

    def layer(suffix: str) -> dict:
        return {"bias": fixed("bias" + suffix, 1024, 32767), "weights": fixed("weights" + suffix, 64, 127)}

    return {
        "bands": POOLED,
        "channels": CHANNELS,
        "floorRise": FLOOR_RISE,
        "floorFall": FLOOR_FALL,
        "leastEnergy": LEAST_ENERGY,
        "input": layer(""),
        "blocks": [
            {
                "dilation": dilation,
                "taps": fixed(f"taps{block}", 64, 127),
                "memoryShift": MEMORIES[block],
                "memory": fixed(f"memory{block}", 64, 127),
                **layer(str(block)),
            }
            for block, dilation in enumerate(DILATIONS)
        ],
        "output": {"bias": fixed("output bias", 1024, 32767), "weights": fixed("output", 64, 127)},
    }


def reals(values: dict) -> Parameters:
    """What `integers` came from, but for the rounding."""

    def layer(suffix: str, numbers: dict) -> Parameters:
        bias = np.array(numbers["bias"]) / 1024
        return {"bias" + suffix: bias, "weights" + suffix: np.array(numbers["weights"]).reshape(len(bias), -1).T / 64}

    found = layer("", values["input"])
    for number, block in enumerate(values["blocks"]):
        taps = np.array(block["taps"]).reshape(TAPS, -1) / 64
        found |= {**layer(str(number), block), f"taps{number}": taps, f"memory{number}": np.array(block["memory"]) / 64}
    output = values["output"]
    found |= {"output": np.array(output["weights"]) / 64, "output bias": np.array(output["bias"]) / 1024}
    return {name: jnp.array(value, jnp.float32) for name, value in found.items()}


def widened(parameters: Parameters, fresh: Parameters) -> Parameters:
    """The same with as many channels as `fresh`: those that there were hardly hear the new ones."""
    found = {}
    for name, value in parameters.items():
        wide = np.array(fresh[name])
        if name.startswith("weights"):
            inputs, outputs = value.shape
            wide *= 0.5
            wide[inputs:, :outputs] *= 0.1
        elif name == "output":
            wide *= 0.1
        wide[tuple(slice(0, size) for size in value.shape)] = value
        found[name] = jnp.array(wide)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--begin", type=Path, help="go on from this gate.json, which may have fewer channels")
    parser.add_argument("--rate", type=float, default=LEARNING_RATE)
    parser.add_argument("--out", type=Path, default=FILE)
    arguments = parser.parse_args()
    (choosing, speaking), *learned = (load(part) for part in ("choose", "train", "clean"))
    features, speech = (np.concatenate(of_both) for of_both in zip(*learned))
    weights = frame_weights(speech)
    rng = np.random.default_rng(arguments.seed)
    parameters = start(rng)
    if arguments.begin:
        parameters = widened(reals(json.loads(arguments.begin.read_text())), parameters)
    mean = square = jax.tree.map(jnp.zeros_like, parameters)
    begin, losses = time.time(), []
    for count in range(1, arguments.steps + 1):
        chosen = rng.choice(len(features), BATCH, replace=False)
        rate = arguments.rate * min(1, count / 100) * (1 + np.cos(np.pi * count / arguments.steps)) / 2
        parameters, mean, square, value = step(
            parameters, mean, square, features[chosen], speech[chosen].astype(np.float32), weights[chosen], rate, count
        )
        losses.append(float(value))
        if count % 500 == 0 or count == arguments.steps:
            found = area(*later(Gate(integers(parameters)).of_features(choosing), speaking, LOOK_AHEAD))
            print(f"step {count}, {time.time() - begin:.0f} s: loss {np.mean(losses[-500:]):.4f}, area on the choosing part {found:.4f}", flush=True)
    values = {"id": "gate-2", "license": "MIT", "lookAhead": LOOK_AHEAD, "lookBack": LOOK_BACK, **integers(parameters)}
    kept = json.loads(FILE.read_text()) if FILE.exists() else {}
    values["open"] = kept.get("open", {"score": 1024, "frames": 3})
    values["close"] = kept.get("close", {"score": -1024, "frames": 20})
    write_gate(arguments.out, values)
    print(f"{arguments.out} has been written; training.gate.choose chooses its thresholds")


if __name__ == "__main__":
    main()
