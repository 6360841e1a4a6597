"""What several tests share. They test the package that is installed, not its sources: docs/python.md says how."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
import wave
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = REPOSITORY / "examples"
SHARED = REPOSITORY.parent / "shared"
TYPES = {"s16": "<i2", "s32": "<i4", "f32": "<f4", "f64": "<f8"}


@dataclass(frozen=True)
class Case:
    """A sound, and what the runtime for Node answers."""

    data: bytes
    expected: Mapping[str, Any]

    @property
    def samples(self) -> npt.NDArray[Any]:
        """[samples, channels]; [samples] of one channel."""
        array = np.frombuffer(self.data, TYPES[self.expected["format"]])
        channels = self.expected["channels"]
        return array if channels == 1 else array.reshape(-1, channels)


def node_cases(*arguments: str | Path) -> Iterator[Case]:
    """`node_answers.mjs KIND MODEL ...`, without its folder."""
    kind, model, *rest = (str(argument) for argument in arguments)
    with tempfile.TemporaryDirectory(prefix="light-sernet-") as folder:
        values = [*rest, folder] if kind == "random" else [folder, *rest]
        subprocess.run(["node", Path(__file__).with_name("node_answers.mjs"), kind, model, *values], check=True)
        sounds = Path(folder, "sounds.bin").read_bytes()
        for entry in json.loads(Path(folder, "cases.json").read_text("utf-8")):
            yield Case(sounds[entry["offset"] : entry["offset"] + entry["bytes"]], entry)


def voice(seconds: float, pitch: float = 150, rate: int = 16_000, seed: int = 0) -> npt.NDArray[np.int16]:
    """int16 [samples]: vowels with a melody and pauses, which the models take for speech."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.2 * np.sin(2 * np.pi * 0.7 * time))) / rate
    formants = (500, 1500, 2500)
    sound = sum(np.exp(-(((pitch * k - f) / 250) ** 2)) * np.sin(k * phase) for k in range(1, 25) for f in formants)
    loudness = np.clip(np.sin(2 * np.pi * 1.5 * time), 0, 1)
    return np.round(8000 * sound / np.abs(sound).max() * loudness + rng.normal(0, 5, len(time))).astype(np.int16)


def write_wav(path: Path, samples: npt.NDArray[np.int16], rate: int = 16_000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def without_time(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What must be the same each time."""
    return {name: value for name, value in answer.items() if name not in ("timing", "file")}


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str


def run_command(*arguments: str | Path, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Run:
    """`python -m light_sernet`."""
    command = [sys.executable, "-m", "light_sernet", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(environment or {})}, cwd=folder, check=False)
    return Run(done.returncode, done.stdout, done.stderr)


def run_python(program: str, environment: Mapping[str, str] | None = None) -> str:
    """Its standard output."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ, **(environment or {})}, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


class TemporaryFolder(unittest.TestCase):
    """`self.folder` is there during each test."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="light-sernet-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
