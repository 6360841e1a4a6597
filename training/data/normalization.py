"""What is subtracted from the coefficients before the clip: a causal running mean over frames with speech. The module computes the same (docs/arithmetic.md).

Raw coefficients are what front_end.py returns for RAW_MFCC: not clipped, with the mean log energy of the mel bands, in nepers, as the zeroth.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

NONE, RUNNING = CHOICES = ("none", "running")
NORMALIZATION_FILE = "normalization.json"  # in the folder of a run: the field of the module's manifest
COEFFICIENTS = 40
CLIP = 10.0
SPEECH_RANGE = 2.8  # nepers, 24 dB: a frame further below the loudest frame so far has no speech
SPEECH_FLOOR = -13.75  # nepers: a frame at or below it is silent; that of zeros has ln 1e-6 = -13.8
ENERGY_OF_MFCC = 16.0  # the zeroth MFCC is the mean log energy times this

MANIFEST_FIELDS = {"horizon": "horizon", "startWeight": "start_weight", "carriedWeight": "carried_weight", "energyScale": "energy_scale", "share": "share"}


@dataclass(frozen=True)
class Normalization:
    """By default nothing is subtracted: the coefficients of a module without a normalization."""

    horizon: float = 512.0  # frames with speech
    start_weight: float = 32.0  # frames that the mean counts as at the start of a segment: `mean`,
    carried_weight: float = 512.0  # or one that was carried over
    energy_scale: float = ENERGY_OF_MFCC
    share: float = 0.0  # of the mean that is subtracted
    mean: np.ndarray = field(default_factory=lambda: np.zeros(COEFFICIENTS, np.float32))  # [40]: that of the training part

    def __call__(self, raw: np.ndarray, carried: np.ndarray | None = None, is_carried: np.ndarray | None = None) -> np.ndarray:
        """float32 [segments, frames, 40] raw -> the network's input, in [-10, 10]. carried: [segments, 40], the means that the segments where
        is_carried, bool [segments], is true start from.

        After n frames with speech the mean is (w r^n m + sum over k of r^(n-k) x_k) / (w r^n + sum over k of r^(n-k)), where r = 1 - 1/horizon, m the
        mean at the start and w what it counts as. Divided by r^n these are running sums of x_k r^-k and r^-k.
        """
        if self.share == 0:
            normalized = raw.copy()
        else:
            start, weight = self.mean[np.newaxis], np.full((1, 1, 1), self.start_weight)
            if carried is not None:
                start = np.where(is_carried[:, np.newaxis], carried, start)
                weight = np.where(is_carried, self.carried_weight, self.start_weight)[:, np.newaxis, np.newaxis]
            speech = has_speech(raw)
            growth = np.where(speech, (1 - 1 / self.horizon) ** -np.cumsum(speech, axis=1, dtype=np.float64), 0)[..., np.newaxis]
            total = weight * start[:, np.newaxis] + np.cumsum(growth * raw, axis=1)
            normalized = raw - (self.share * total / (weight + np.cumsum(growth, axis=1))).astype(np.float32)
        normalized[..., 0] *= self.energy_scale
        normalized = np.clip(normalized, -CLIP, CLIP)
        normalized[~sounds(raw)] = SILENCE
        return normalized.astype(np.float32)

    def as_manifest(self) -> dict:
        """As the module's manifest has it."""
        values = {key: getattr(self, name) for key, name in MANIFEST_FIELDS.items()}
        return {"kind": "runningMean"} | values | {"speechRange": SPEECH_RANGE, "speechFloor": SPEECH_FLOOR, "mean": self.mean.tolist()}


def read_normalization(run: Path) -> Normalization:
    """Of a finished run."""
    path = run / NORMALIZATION_FILE
    if not path.exists():
        return Normalization()
    values = json.loads(path.read_text(encoding="utf-8-sig"))
    return Normalization(**{name: values[key] for key, name in MANIFEST_FIELDS.items()}, mean=np.array(values["mean"], np.float32))


SILENCE = np.zeros(COEFFICIENTS, np.float32)  # what the network sees of a frame of zeros
SILENCE[0] = -CLIP


def sounds(raw: np.ndarray) -> np.ndarray:
    """[..., frames, 40] -> bool [..., frames]: not padding, and not as silent."""
    return raw[..., 0] > SPEECH_FLOOR


def has_speech(raw: np.ndarray) -> np.ndarray:
    """[..., frames, 40] -> bool [..., frames]."""
    energy = raw[..., 0]
    return sounds(raw) & (energy > np.maximum.accumulate(energy, axis=-1) - np.float32(SPEECH_RANGE))


def speech_sums(raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[segments, frames, 40] -> float32 [segments, 40], the sum over the frames with speech, and how many there are, float32 [segments]."""
    speech = has_speech(raw)
    return (raw * speech[..., np.newaxis]).sum(axis=-2, dtype=np.float32), speech.sum(axis=-1).astype(np.float32)


def mean_of(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """float32 [segments, 40] and [segments] -> float32 [40]: the mean over all frames with speech. Zeros where there are none."""
    return (sums.sum(axis=0, dtype=np.float64) / max(counts.sum(dtype=np.float64), 1)).astype(np.float32)
