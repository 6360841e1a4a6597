"""The int8 module of a fold, by `light-sernet build`."""

import subprocess
from pathlib import Path

from ..data.dataset import REPOSITORY, Dataset
from ..judging.folds import Fold


LIGHT_SERNET = ["node", str(REPOSITORY / "dist" / "ts-tools" / "cli" / "main.js")]
CALIBRATION_RECORDINGS = 100  # that `light-sernet build` looks at


def build_int8(dataset: Dataset, fold: Fold) -> None:
    """With scales from recordings of the training part alone."""
    chosen = fold.parts.train[:: -(-len(fold.parts.train) // CALIBRATION_RECORDINGS)]
    recordings = fold.run / "calibration"
    recordings.mkdir(exist_ok=True)
    for old in recordings.iterdir():
        old.unlink()
    for index in chosen:
        path = dataset.recordings[index].path.resolve()
        (recordings / f"{index}.wav").symlink_to(path)
    command = [*LIGHT_SERNET, "build", str(fold.run / "graph"), "--out", str(fold.run / "int8"), "--profile", "embedded", "--calibrate", str(recordings)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise ValueError(result.stderr.strip())
