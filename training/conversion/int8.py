"""int8 modules, by `light-sernet build`."""

import subprocess
import wave
from pathlib import Path

import numpy as np

from ..data.dataset import REPOSITORY, Dataset
from ..data.front_end import SAMPLE_RATE, load_front_end
from ..data.sound_file import WAV, read_sound

LIGHT_SERNET = ["node", str(REPOSITORY / "dist" / "ts-tools" / "cli" / "main.js")]
CALIBRATION_RECORDINGS = 100  # `light-sernet build` reads at most this many
EMBEDDED, HOST = "embedded", "host"  # which modules: the one for every machine; or those with SIMD, too


def build_int8(dataset: Dataset, run: Path, train: np.ndarray, profile: str = EMBEDDED) -> None:
    """Builds run/int8 from run/graph. The activation scales come from recordings of the training part, `train`, only."""
    write_calibration_recordings(dataset, train, run / "calibration")
    build(run / "graph", run / "int8", run / "calibration", "--profile", profile)


def write_calibration_recordings(dataset: Dataset, train: np.ndarray, folder: Path) -> None:
    """WAV files of up to CALIBRATION_RECORDINGS, at even distances in the training part. What was in the folder is removed."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for index in train[:: -(-len(train) // CALIBRATION_RECORDINGS)]:
        path, beside = dataset.recordings[index].path.resolve(), folder / f"{index}.wav"
        if path.suffix.lower() == WAV:
            beside.symlink_to(path)
        else:
            write_wav(beside, read_sound(path, load_front_end()))


def build(graph: Path, out: Path, recordings: Path, *options: str) -> None:
    """`light-sernet build`. Raises ValueError with its sentence when it fails."""
    command = [*LIGHT_SERNET, "build", str(graph), "--out", str(out), "--calibrate", str(recordings), *options]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise ValueError(result.stderr.strip())


def write_wav(path: Path, samples: np.ndarray) -> None:
    """int16 [samples] at 16 kHz -> a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.astype("<i2").tobytes())
