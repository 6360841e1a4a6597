"""The gate in integers, as the module computes it (docs/arithmetic.md, "Gate"), over whole streams at once."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .features import band_features

FILE = Path(__file__).resolve().parents[2] / "weights" / "gate" / "gate.json"
TAPS, SHIFT, LARGEST = 4, 6, 255
MEAN_BITS = 7  # fraction bits of a running mean


@dataclass(frozen=True)
class Gate:
    values: dict

    @classmethod
    def load(cls, path: Path = FILE) -> "Gate":
        return cls(json.loads(path.read_text()))

    def scores(self, mel: np.ndarray) -> np.ndarray:
        """float [streams, frames, 128] -> int [streams, frames], logarithms of odds in 1/1024."""
        return self.of_features(band_features(mel))

    def of_features(self, features: np.ndarray) -> np.ndarray:
        values = dense(features.astype(np.int32), self.values["input"], self.values["channels"])
        for block in self.values["blocks"]:
            taps = np.array(block["taps"], np.int32).reshape(TAPS, -1)
            total = np.zeros_like(values)
            for tap, weights in enumerate(taps):
                past = tap * block["dilation"]
                total[:, past:] += values[:, : values.shape[1] - past] * weights
            total += (means(values, block["memoryShift"]) * np.array(block["memory"], np.int32)) >> MEAN_BITS
            values = dense(rounded(total), block, self.values["channels"])
        output = self.values["output"]
        return values @ np.array(output["weights"], np.int32) + output["bias"][0]

    def speaking(self, scores: np.ndarray) -> np.ndarray:
        """int [..., frames] -> bool [..., frames], with hysteresis: what the gate says when it hears the frame."""
        return hysteresis(scores, self.values["open"], self.values["close"])


def means(values: np.ndarray, shift: int) -> np.ndarray:
    """int [streams, frames, channels] -> their running means, with MEAN_BITS fraction bits."""
    found, mean = np.empty_like(values), np.zeros_like(values[:, 0])
    for frame in range(values.shape[1]):
        mean = mean + (((values[:, frame] << MEAN_BITS) - mean) >> shift)
        found[:, frame] = mean
    return found


def dense(values: np.ndarray, layer: dict, outputs: int) -> np.ndarray:
    weights = np.array(layer["weights"], np.float64).reshape(outputs, -1)
    total = (values.astype(np.float64) @ weights.T).astype(np.int32) + np.array(layer["bias"], np.int32)  # exact: far below 2^53
    return np.clip(rounded(total), 0, LARGEST)


def rounded(total: np.ndarray) -> np.ndarray:
    return (total + (1 << (SHIFT - 1))) >> SHIFT


def hysteresis(scores: np.ndarray, opening: dict, closing: dict) -> np.ndarray:
    """int [..., frames] -> bool [..., frames]: opens with the last of `frames` in a row that reach the score, closes with the last of those in a row below."""
    high, low = (compared.reshape(-1, scores.shape[-1]).tolist() for compared in (scores >= opening["score"], scores < closing["score"]))
    return np.array([one_answer(*both, opening["frames"], closing["frames"]) for both in zip(high, low)], bool).reshape(scores.shape)


def one_answer(high: list[bool], low: list[bool], to_open: int, to_close: int) -> list[bool]:
    """Of one stream. A loop over lists: numpy would be slower, frame by frame."""
    found, speaking, count = [], False, 0
    for is_high, is_low in zip(high, low):
        count = count + 1 if (is_low if speaking else is_high) else 0
        if count == (to_close if speaking else to_open):
            speaking, count = not speaking, 0
        found.append(speaking)
    return found


def looking_back(speaking: np.ndarray, frames: int) -> np.ndarray:
    """bool [..., frames] -> the same, but whatever opens does so `frames` frames earlier: what a network hears that gets each frame so much later than the gate."""
    found = speaking.copy()
    for frame in range(1, min(frames, speaking.shape[-1] - 1) + 1):
        found[..., :-frame] |= speaking[..., frame:]
    return found
