"""EMO-DB, the Berlin Database of Emotional Speech: what the file names say, and the samples."""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent
DEFAULT_RECORDINGS = REPOSITORY.parent / "shared" / "emodb" / "wav"

# The order of the network's outputs.
CLASSES = ("boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness")

# The letters stand for the German words: Wut, Langeweile, Ekel, Angst, Freude, Trauer, neutral.
CLASS_OF_LETTER = {
    "W": "anger",
    "L": "boredom",
    "E": "disgust",
    "A": "fear",
    "F": "happiness",
    "T": "sadness",
    "N": "neutral",
}

SAMPLE_RATE = 16_000  # Hz


@dataclass(frozen=True)
class Recording:
    """One utterance. `03a01Fa.wav`: speaker 03, text a01, emotion F, version a."""

    path: Path
    speaker: str
    text: str
    label: int  # index in CLASSES


def parse_name(path: Path) -> Recording:
    name = path.stem
    if len(name) != 7 or not name[:2].isdigit() or name[5] not in CLASS_OF_LETTER:
        raise ValueError(f"{path}: the name is not one of EMO-DB, such as 03a01Fa.wav; remove the file from the folder")
    return Recording(path, speaker=name[:2], text=name[2:5], label=CLASSES.index(CLASS_OF_LETTER[name[5]]))


def read_recordings(folder: Path) -> list[Recording]:
    """Every recording of the folder, by name."""
    recordings = [parse_name(path) for path in sorted(folder.glob("*.wav"))]
    if not recordings:
        raise FileNotFoundError(f"{folder}: there are no .wav files; give the folder of EMO-DB's recordings with --data")
    return recordings


def labels_of(recordings: list[Recording]) -> np.ndarray:
    """int64 [recordings]: indices in CLASSES."""
    return np.array([recording.label for recording in recordings])


def read_wav(path: Path) -> np.ndarray:
    """int16 [samples] at 16 kHz."""
    with wave.open(str(path)) as file:
        found = (file.getframerate(), file.getnchannels(), 8 * file.getsampwidth())
        if found != (SAMPLE_RATE, 1, 16):
            raise ValueError(f"{path}: {found[0]} Hz, {found[1]} channels, {found[2]} bit; expected 16 kHz, mono, 16 bit")
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
