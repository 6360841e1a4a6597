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
    chosen = train[:: -(-len(train) // CALIBRATION_RECORDINGS)]
    recordings = run / "calibration"
    recordings.mkdir(exist_ok=True)
    for old in recordings.iterdir():
        old.unlink()
    for index in chosen:
        path, beside = dataset.recordings[index].path.resolve(), recordings / f"{index}.wav"
        if path.suffix.lower() == WAV:
            beside.symlink_to(path)
        else:
            write_wav(beside, read_sound(path, load_front_end()))
    command = [*LIGHT_SERNET, "build", str(run / "graph"), "--out", str(run / "int8"), "--profile", profile, "--calibrate", str(recordings)]
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
