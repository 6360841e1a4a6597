"""What built modules answer, through the package's own interface, before and after they got to know the speaker."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ..data.dataset import REPOSITORY

MODULE_ANSWERS = REPOSITORY / "training" / "conversion" / "module_answers.mjs"


@dataclass(frozen=True)
class Sounds:
    """A file with the samples of many sounds, for several modules to read."""

    path: Path  # int16 at 16 kHz, one sound after the other
    lengths: tuple[int, ...]  # samples


@dataclass(frozen=True)
class Job:
    """One answer."""

    sound: int  # index of a sound
    model: int = 0  # index of the module
    others: tuple[int, ...] = ()  # sounds of the speaker that the module receives before, in this order; none: it starts from the training part's mean


@dataclass(frozen=True)
class Answers:
    """To n sounds."""

    logits: np.ndarray  # float32 [n, classes], in nats
    voices: np.ndarray  # float32 [n], 0 to 1: whether somebody speaks; 1 of a module without a voice head


@contextmanager
def written_sounds(sounds: Sequence[np.ndarray]) -> Iterator[Sounds]:
    """int16 [samples] at 16 kHz of each sound, in a file that exists within the block."""
    with TemporaryDirectory(prefix="light-sernet-") as work:
        path = Path(work, "sounds")
        with path.open("wb") as file:
            for sound in sounds:
                file.write(sound.astype("<i2").tobytes())
        yield Sounds(path, tuple(len(sound) for sound in sounds))


def module_answers(models: Sequence[Path], classes: Sequence[str], sounds: Sounds, jobs: Sequence[Job]) -> Answers:
    """One to each job, of the modules in the folders `models`. Raises ValueError when one fails, or has other classes."""
    given = {
        "models": [str(model) for model in models],
        "lengths": sounds.lengths,
        "jobs": [{"model": job.model, "file": job.sound, "others": job.others} for job in jobs],
    }
    result = subprocess.run(["node", str(MODULE_ANSWERS), str(sounds.path)], input=json.dumps(given), capture_output=True, text=True)
    if result.returncode != 0:
        raise ValueError(f"a module could not answer: {result.stderr.strip().removeprefix('light-sernet: ')}")
    found = json.loads(result.stdout)
    for model, its in zip(models, found["classes"]):
        if list(classes) != its:
            raise ValueError(f"{model}: its classes are {', '.join(its)}, not {', '.join(classes)}; build it again")
    scales = [json.loads((model / "model.json").read_text())["network"]["dense"]["logitScale"] for model in models]
    logits = np.array([answer["logits"] for answer in found["answers"]], np.float64).reshape(len(jobs), len(classes))
    voices = np.array([answer["voice"] for answer in found["answers"]], np.float32)
    return Answers((logits * np.array([scales[job.model] for job in jobs])[:, np.newaxis]).astype(np.float32), voices)
