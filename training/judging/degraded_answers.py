"""What the int8 modules of a cross-validation answer to their test parts in one condition."""

import subprocess
from pathlib import Path

import numpy as np

from ..conversion.int8 import LIGHT_SERNET, write_wav
from ..data.dataset import Dataset
from ..results.predictions import read_predictions
from ..results.robustness_file import Row
from .degradations import Condition, as_int16


def answers(folds: Path, condition: Condition, dataset: Dataset, samples: list[np.ndarray], work: Path) -> list[Row]:
    """The answer to every recording, each by the module of the fold that tests it."""
    folder = work / condition.name
    folder.mkdir()
    for recording, own in zip(dataset.recordings, samples):
        others = [other for other, of in zip(samples, dataset.recordings) if of.speaker != recording.speaker]
        rng = np.random.default_rng(list(f"{condition.name} {recording.utterance}".encode()))
        write_wav(folder / f"{recording.utterance}.wav", as_int16(condition.degrade(own, others, rng)))
    table = work / "answers.csv"
    command = [*LIGHT_SERNET, "evaluate", str(folds), "--data", str(folder), "--long", "center", "--csv", str(table)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    found = read_predictions(table)
    predicted = found.probabilities.argmax(axis=1)
    return [
        Row(condition.name, utterance, found.classes[label], found.classes[answer])
        for utterance, label, answer in zip(found.utterances, found.labels, predicted)
    ]
