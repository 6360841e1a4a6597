"""int8 modules, by `light-sernet build`."""

import subprocess
from pathlib import Path

import numpy as np

from ..data.dataset import REPOSITORY, Dataset

LIGHT_SERNET = ["node", str(REPOSITORY / "dist" / "ts-tools" / "cli" / "main.js")]
CALIBRATION_RECORDINGS = 100  # `light-sernet build` reads at most this many


def build_int8(dataset: Dataset, run: Path, train: np.ndarray) -> None:
    """Builds run/int8 from run/graph. The activation scales come from recordings of the training part, `train`, only."""
    chosen = train[:: -(-len(train) // CALIBRATION_RECORDINGS)]
    recordings = run / "calibration"
    recordings.mkdir(exist_ok=True)
    for old in recordings.iterdir():
        old.unlink()
    for index in chosen:
        path = dataset.recordings[index].path.resolve()
        (recordings / f"{index}.wav").symlink_to(path)
    command = [*LIGHT_SERNET, "build", str(run / "graph"), "--out", str(run / "int8"), "--profile", "embedded", "--calibrate", str(recordings)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise ValueError(result.stderr.strip())
