"""What the int8 modules of all folds answer on corpora. Each is built from its run, and keeps its logits beside it, so that nothing is asked twice."""

import argparse
import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from ..conversion.graph_model import inference_model, write_graph_model
from ..conversion.int8 import HOST, build_int8
from ..conversion.module_logits import Job, Sounds, module_logits, written_sounds
from ..data.dataset import Dataset
from ..data.front_end import load_front_end, sources_hash
from ..data.normalization import NORMALIZATION_FILE, read_normalization
from ..data.protocols import Split
from ..data.sound_file import read_sound
from ..files import save_arrays
from .fold_logits import ADAPTED, UNADAPTED, FoldLogits, asked_of, run_of
from .folds import bar
from .others import Others

LOGITS = "int8-logits.npz"  # in the folder of a run
CHECKED = 2  # recordings on which the exported graph must answer as the network does


def int8_logits(dataset: Dataset, folder: Path, splits: Sequence[Split], centers: np.ndarray, others: Others, options: argparse.Namespace) -> list[FoldLogits]:
    """folder: of the runs of all folds. centers: float32 [recordings, frames, 40], raw."""
    missing = [parts for parts in splits if read_logits(folder, parts, dataset, others) is None]
    if missing:
        needed = np.unique(np.concatenate([np.concatenate([asked_of(parts), *(others[index] for index in asked_of(parts))]) for parts in missing]))
        front_end = load_front_end()
        samples = [read_sound(dataset.recordings[index].path, front_end) for index in bar(needed, "sounds", len(needed), options, unit="sound")]
        place = {int(index): number for number, index in enumerate(needed)}
        with written_sounds(samples) as sounds, ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
            del samples
            tasks = []
            for parts in missing:
                features = read_normalization(run_of(folder, parts))(centers[asked_of(parts)[:CHECKED]])
                tasks.append(pool.submit(write_logits, dataset, folder, parts, features, others, sounds, place))
            for task in bar(tasks, "int8", len(tasks), options):
                task.result()
    return [read_logits(folder, parts, dataset, others) for parts in splits]


def write_logits(dataset: Dataset, folder: Path, parts: Split, features: np.ndarray, others: Others, sounds: Sounds, place: dict[int, int]) -> None:
    """Exports, builds and asks the module of one fold. features: float32 [a few, frames, 40]. place: of each recording's index among the sounds."""
    run, asked = run_of(folder, parts), asked_of(parts)
    build_module(dataset, run, parts, features)
    jobs = {
        UNADAPTED: [Job(place[index]) for index in asked.tolist()],
        ADAPTED: [Job(place[index], tuple(place[other] for other in others[index].tolist())) for index in asked.tolist()],
    }
    every = module_logits(run / "int8", dataset.classes, sounds, [*jobs[UNADAPTED], *jobs[ADAPTED]])
    arrays = {"unadapted": every[: len(asked)], ADAPTED: every[len(asked) :]}
    save_arrays(run / LOGITS, arrays | {"print": np.array(print_of(run, parts, dataset, others))})


def build_module(dataset: Dataset, run: Path, parts: Split, features: np.ndarray) -> None:
    """run/graph and run/int8, without a temperature: it would change the unit of the logits and nothing else. features: float32 [a few, frames, 40]."""
    sidecar = {"id": "-".join(run.parts[-2:]), "classes": list(dataset.classes), "acceptThreshold": 0}
    if (run / NORMALIZATION_FILE).exists():
        sidecar["normalization"] = read_normalization(run).as_manifest()
    write_graph_model(inference_model(run), run / "graph", sidecar, features)
    build_int8(dataset, run, parts.train, HOST)


def read_logits(folder: Path, parts: Split, dataset: Dataset, others: Others) -> FoldLogits | None:
    """None when there are none, or those of another network, module or other recordings."""
    run = run_of(folder, parts)
    if not (run / LOGITS).exists():
        return None
    with np.load(run / LOGITS) as kept:
        if str(kept["print"]) != print_of(run, parts, dataset, others):
            return None
        return FoldLogits(parts, asked_of(parts), {UNADAPTED: kept["unadapted"], ADAPTED: kept[ADAPTED]})


def print_of(run: Path, parts: Split, dataset: Dataset, others: Others) -> str:
    """16 hexadecimal digits that change with the network, the tools, and the recordings that calibrate and are asked."""
    whole = hashlib.sha256(sources_hash().encode())
    for path in (run / "weights.npz", run / NORMALIZATION_FILE):
        whole.update(path.read_bytes() if path.exists() else b"none")
    for indices in (parts.train, *([index, *others[index]] for index in asked_of(parts))):
        whole.update(" ".join(dataset.recordings[index].digest for index in indices).encode())
    return whole.hexdigest()[:16]
