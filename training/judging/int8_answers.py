"""What the int8 modules of all folds answer on corpora. Each is built from its run, and keeps its logits beside it, so that nothing is asked twice."""

import argparse
import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from ..conversion.graph_model import inference_model, write_graph_model
from ..conversion.int8 import HOST, build_int8
from ..conversion.module_answers import Job, Sounds, module_answers, written_sounds
from ..data.dataset import Dataset
from ..data.front_end import load_front_end, sources_hash
from ..data.normalization import NORMALIZATION_FILE, read_normalization
from ..data.protocols import Split
from ..data.sound_file import read_sound
from ..files import save_arrays
from ..learning.voice_head import VOICE_FILE, read_voice_head
from .fold_logits import ADAPTED, UNADAPTED, FoldLogits, asked_of, run_of
from .folds import bar
from .others import Others

LOGITS, BACKGROUNDS = "int8-logits.npz", "backgrounds"  # in the folder of a run; the name of an array in it
VOICES = " voices"  # after the name of an array: the same jobs' voices
CHECKED = 2  # recordings on which the exported graph must answer as the network does


@dataclass(frozen=True)
class Asked:
    """What all folds have in common."""

    dataset: Dataset
    others: Others
    windows: tuple[np.ndarray, ...]  # int16 [samples] at 16 kHz each: nobody speaks there


def int8_logits(folder: Path, splits: Sequence[Split], centers: np.ndarray, asked: Asked, options: argparse.Namespace) -> list[FoldLogits]:
    """folder: of the runs of all folds. centers: float32 [recordings, frames, 40], raw."""
    dataset, others = asked.dataset, asked.others
    missing = [parts for parts in splits if read_logits(folder, parts, asked) is None]
    if missing:
        needed = np.unique(np.concatenate([np.concatenate([asked_of(parts), *(others[index] for index in asked_of(parts))]) for parts in missing]))
        front_end = load_front_end()
        samples = [read_sound(dataset.recordings[index].path, front_end) for index in bar(needed, "sounds", len(needed), options, unit="sound")]
        place = {int(index): number for number, index in enumerate(needed)}
        with written_sounds([*samples, *asked.windows]) as sounds, ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
            del samples
            tasks = []
            for parts in missing:
                features = read_normalization(run_of(folder, parts))(centers[asked_of(parts)[:CHECKED]])
                its_print = print_of(run_of(folder, parts), parts, asked)
                tasks.append(pool.submit(write_logits, dataset, folder, parts, features, others, sounds, place, its_print))
            for task in bar(tasks, "int8", len(tasks), options):
                task.result()
    return [read_logits(folder, parts, asked) for parts in splits]


def write_logits(
    dataset: Dataset, folder: Path, parts: Split, features: np.ndarray, others: Others, sounds: Sounds, place: dict[int, int], its_print: str
) -> None:
    """Exports, builds and asks the module of one fold. features: float32 [a few, frames, 40]. place: of each recording's index among the sounds; the windows come after them."""
    run, indices = run_of(folder, parts), asked_of(parts).tolist()
    build_module(dataset, run, parts, features)
    jobs = {
        "unadapted": [Job(place[index]) for index in indices],
        ADAPTED: [Job(place[index], others=tuple(place[other] for other in others[index].tolist())) for index in indices],
        BACKGROUNDS: [Job(window) for window in range(len(place), len(sounds.lengths))],
    }
    every = module_answers([run / "int8"], dataset.classes, sounds, [job for its in jobs.values() for job in its])
    ends = np.cumsum([len(its) for its in jobs.values()])
    arrays = dict(zip(jobs, np.split(every.logits, ends[:-1]), strict=True))
    arrays |= dict(zip((name + VOICES for name in jobs), np.split(every.voices, ends[:-1]), strict=True))
    save_arrays(run / LOGITS, arrays | {"print": np.array(its_print)})


def build_module(dataset: Dataset, run: Path, parts: Split, features: np.ndarray) -> None:
    """run/graph and run/int8, without a temperature: it would change the unit of the logits and nothing else. features: float32 [a few, frames, 40]."""
    sidecar = {"id": "-".join(run.parts[-2:]), "classes": list(dataset.classes), "acceptThreshold": 0}
    if (run / NORMALIZATION_FILE).exists():
        sidecar["normalization"] = read_normalization(run).as_manifest()
    if (voice := read_voice_head(run)) is not None:
        sidecar["voice"] = voice.as_manifest()
    write_graph_model(inference_model(run), run / "graph", sidecar, features)
    build_int8(dataset, run, parts.train, HOST)


def read_logits(folder: Path, parts: Split, asked: Asked) -> FoldLogits | None:
    """None when there are none, or those of another network, module or other sounds."""
    run = run_of(folder, parts)
    if not (run / LOGITS).exists():
        return None
    with np.load(run / LOGITS) as kept:
        if str(kept["print"]) != print_of(run, parts, asked):
            return None
        names = {UNADAPTED: "unadapted", ADAPTED: ADAPTED}
        logits, voices = ({way: kept[name + of] for way, name in names.items()} for of in ("", VOICES))
        found = FoldLogits(parts, asked_of(parts), logits, voices=voices)
        return replace(found, backgrounds=kept[BACKGROUNDS], background_voices=kept[BACKGROUNDS + VOICES]) if asked.windows else found


def print_of(run: Path, parts: Split, asked: Asked) -> str:
    """16 hexadecimal digits that change with the network, the tools, and the recordings that calibrate and are asked."""
    whole = hashlib.sha256(sources_hash().encode())
    for path in (run / "weights.npz", run / NORMALIZATION_FILE, run / VOICE_FILE):
        whole.update(path.read_bytes() if path.exists() else b"none")
    for indices in (parts.train, *([index, *asked.others[index]] for index in asked_of(parts))):
        whole.update(" ".join(asked.dataset.recordings[index].digest for index in indices).encode())
    for window in asked.windows:
        whole.update(window.tobytes())
    return whole.hexdigest()[:16]
