"""Which recordings the gate learns from, is chosen by, and is judged by. Nothing is in two of the three."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from scipy import signal

from .features import SAMPLE_RATE
from .labels import Silero, hop_speech

SHARED = Path(__file__).resolve().parents[3] / "shared"
RUNS = Path(__file__).resolve().parents[1] / "runs" / "gate"

# Speakers of EMO-DB, a man and a woman each.
CHOOSING_SPEAKERS = ("10", "14")
JUDGING_SPEAKERS = ("11", "13")
# Of noise-train; the rest is learned from.
CHOOSING_NOISES = ("noise3.flac", "noise4.flac", "noise5.flac")
CHOOSING_TALKERS = 20  # the last files
FREE = ("CC BY 4.0", "Apache-2.0", "MIT")


@dataclass(frozen=True)
class Speech:
    name: str
    corpus: str
    samples: np.ndarray  # int16
    hops: np.ndarray  # bool [samples / 256]


def read(path: Path) -> np.ndarray:
    """int16 at 16 kHz, one channel."""
    samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
    if rate != SAMPLE_RATE:
        raise ValueError(f"{path}: it has {rate} Hz; the corpora have {SAMPLE_RATE}")
    return samples[:, 0]


def rows(part: str) -> list[dict[str, str]]:
    with open(SHARED / "corpora" / "labels.csv", newline="") as file:
        return [row for row in csv.DictReader(file) if row["part"] == part]


def free(row: dict[str, str]) -> bool:
    return any(licence in row["licence"] for licence in FREE) and "NC" not in row["licence"]


def learning_files() -> dict[str, list[Path]]:
    """Speech to learn from and to choose by: EMO-DB (CC0) and the talkers."""
    emodb = sorted((SHARED / "emodb" / "wav").glob("*.wav"))
    talkers = [SHARED / "corpora" / row["file"] for row in rows("talkers") if free(row)]
    reserved = (*CHOOSING_SPEAKERS, *JUDGING_SPEAKERS)
    return {
        "train": [*(path for path in emodb if path.name[:2] not in reserved), *talkers[:-CHOOSING_TALKERS]],
        "choose": [*(path for path in emodb if path.name[:2] in CHOOSING_SPEAKERS), *talkers[-CHOOSING_TALKERS:]],
    }


def judging_files() -> dict[str, list[Path]]:
    """By corpus. Those under CC BY-NC-SA judge and nothing else. At most 80 of each, evenly spaced."""
    files = {"EMO-DB, speakers 11 and 13": [path for path in sorted((SHARED / "emodb" / "wav").glob("*.wav")) if path.name[:2] in JUDGING_SPEAKERS]}
    for row in rows("train"):
        files.setdefault(row["corpus"].split(" ")[0].strip('"'), []).append(SHARED / "corpora" / row["file"])
    return {corpus: [paths[i] for i in np.linspace(0, len(paths) - 1, min(80, len(paths))).astype(int)] for corpus, paths in files.items()}


def labeled(paths: list[Path], corpus: str) -> list[Speech]:
    """With their labels, which are kept in training/runs/gate."""
    silero, found = None, []
    for path in paths:
        samples = read(path)
        kept = RUNS / "labels" / f"{path.parent.name}-{path.stem}.npy"
        if not kept.exists():
            silero = silero or Silero()
            kept.parent.mkdir(parents=True, exist_ok=True)
            unfinished = kept.with_suffix(f".{os.getpid()}.npy")
            np.save(unfinished, hop_speech(samples, silero))
            unfinished.replace(kept)
        hops = np.load(kept)
        if hops.sum() >= 10:
            found.append(Speech(path.name, corpus, samples, hops))
    return found


def noises(choosing: bool) -> list[np.ndarray]:
    """float64 each, of noise-train."""
    paths = [SHARED / "corpora" / row["file"] for row in rows("noise-train") if free(row)]
    return [read(path) / 32768 for path in paths if (path.name in CHOOSING_NOISES) == choosing]


def rooms() -> list[np.ndarray]:
    """Impulse responses with free licences, float64, of energy 1, the direct sound first. Not those of noise-table."""
    paths = [SHARED / "corpora" / row["file"] for row in rows("room") if free(row) and "noise-table" not in row["file"]]
    found = []
    for path in paths:
        response = read(path)[: SAMPLE_RATE] / 32768
        response = response[np.argmax(np.abs(response)) :]
        found.append(response / np.sqrt(np.sum(response**2)))
    return found


def changed_speed(samples: np.ndarray, factor: float) -> np.ndarray:
    """As on a tape."""
    return np.interp(np.arange(0, len(samples) - 1, factor), np.arange(len(samples)), samples)


def endless(samples: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """From a random place on, and again from the beginning, without a step."""
    fade = min(800, len(samples) // 4)
    ramp = np.linspace(0, 1, fade)
    loop = samples[:-fade].copy()
    loop[:fade] = loop[:fade] * ramp + samples[-fade:] * (1 - ramp)
    start = int(rng.integers(len(loop)))
    return np.resize(np.roll(loop, -start), count)


def resampled_speech(speech: Speech, factor: float) -> tuple[np.ndarray, np.ndarray]:
    """float64 samples in -1..1, and bool [samples]: where there is speech."""
    samples = changed_speed(speech.samples / 32768, factor)
    active = np.repeat(speech.hops, 256)
    active = np.append(active, np.zeros(max(0, len(speech.samples) - len(active)), bool))
    return samples, active[np.minimum((np.arange(len(samples)) * factor).astype(int), len(active) - 1)]


def through(samples: np.ndarray, response: np.ndarray) -> np.ndarray:
    return signal.fftconvolve(samples, response)[: len(samples)]
