"""Synthetic recordings, datasets without files, and what a test skips without."""

import dataclasses
import importlib.util
import os
import struct
import unittest
import wave
from pathlib import Path

import numpy as np

from training.data.dataset import EMODB_CLASS_OF_LETTER, REPOSITORY, Dataset, Recording

SHARED = REPOSITORY.parent / "shared"
THOROUGH = os.environ.get("LIGHT_SERNET_THOROUGH") == "1"  # many more inputs
SAMPLE_RATE = 16_000  # Hz


def need(*packages: str) -> None:
    """Skips the module that calls this when it is imported."""
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise unittest.SkipTest(f"{package} is not installed; training/requirements.txt brings it")


def need_tools() -> None:
    """Skips the module that calls this when the tools that make the front end's module are not compiled."""
    # Not a single file of it: one that has moved must fail the tests, not skip them.
    if not (REPOSITORY / "dist").is_dir():
        raise unittest.SkipTest("dist/ is not compiled; `npm ci` does it")


def vowel(pitch: float, seconds: float, formants: tuple[float, ...] = (600, 1500, 2800), seed: int = 0) -> np.ndarray:
    """float64 [samples] in [-0.5, 0.5] at 16 kHz: pulses through resonators 80 Hz wide, with a little breath."""
    count = round(seconds * SAMPLE_RATE)
    pulses = np.diff(np.floor(np.arange(count + 1) * pitch / SAMPLE_RATE))
    spectrum = np.fft.rfft(pulses + 0.003 * np.random.default_rng(seed).normal(size=count))
    frequencies = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    for formant in formants:
        spectrum *= formant**2 / (formant**2 - frequencies**2 + 1j * frequencies * 80)
    samples = np.fft.irfft(spectrum, count)
    return 0.5 * samples / np.abs(samples).max()


def as_int16(samples: np.ndarray) -> np.ndarray:
    """float64 in [-1, 1] -> int16."""
    return np.round(samples * 32767).astype(np.int16)


def write_wav(path: Path, samples: np.ndarray) -> None:
    """int16 [samples] -> mono at 16 kHz. Makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.astype("<i2").tobytes())


def wav_bytes(data: bytes, tag: int, bits: int, channels: int = 1, rate: int = SAMPLE_RATE, after: bytes = b"") -> bytes:
    """A WAV file: `tag` 1 is integers, 3 floats; `after` follows the samples."""
    size = bits // 8 * channels
    header = struct.pack("<4sIHHIIHH", b"fmt ", 16, tag, channels, rate, rate * size, size, bits)
    chunks = header + struct.pack("<4sI", b"data", len(data)) + data + b"\0" * (len(data) % 2) + after
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunks), b"WAVE") + chunks


def spoken(name: str) -> np.ndarray:
    """int16, 0.25 to 0.4 s: another one for every name."""
    rng = np.random.default_rng(list(name.encode()))
    formants = tuple(rng.uniform(low, high) for low, high in ((400, 800), (1200, 1900), (2400, 3200)))
    return as_int16(vowel(rng.uniform(90, 250), rng.uniform(0.25, 0.4), formants, seed=int(rng.integers(1000))))


def write_emodb(folder: Path, speakers: tuple[str, ...], letters: str = "WTN", texts: tuple[str, ...] = ("a01", "a02")) -> None:
    """A recording of every speaker, text and emotion, with names as EMO-DB has them."""
    for name in (f"{speaker}{text}{letter}a" for speaker in speakers for text in texts for letter in letters):
        write_wav(folder / f"{name}.wav", spoken(name))


def dataset_of(counts: dict[str, list[int]], classes: int | None = None) -> Dataset:
    """A dataset without files: `counts` recordings of each class for each speaker."""
    names = tuple(EMODB_CLASS_OF_LETTER.values())[: classes or len(next(iter(counts.values())))]
    recordings = []
    for speaker, of_class in counts.items():
        for label, count in enumerate(of_class):
            for number in range(count):
                utterance = f"{speaker}-{names[label]}-{number:03}"
                recordings.append(Recording(Path(f"{utterance}.wav"), utterance, speaker, text="", label=label))
    return Dataset("synthetic", names, tuple(sorted(recordings, key=lambda recording: recording.utterance)))


def with_files(dataset: Dataset, folder: Path) -> Dataset:
    """The same, with a file for each recording; no sound, but another one each."""
    folder.mkdir(parents=True, exist_ok=True)
    recordings = tuple(dataclasses.replace(recording, path=folder / recording.path.name) for recording in dataset.recordings)
    for recording in recordings:
        recording.path.write_text(recording.utterance)
    return dataclasses.replace(dataset, recordings=recordings)


def random_dataset(seed: int, speakers: int = 10, classes: int = 7, largest: int = 12) -> Dataset:
    """As uneven as EMO-DB is: 1 to `largest` recordings of each class for each speaker."""
    rng = np.random.default_rng(seed)
    return dataset_of({f"{3 + speaker:02}": rng.integers(1, largest, classes, endpoint=True).tolist() for speaker in range(speakers)})
