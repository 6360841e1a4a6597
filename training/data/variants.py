"""Features of many variants of every recording: made once and kept in training/runs, from where every run draws.

A variant depends only on its recording, its kind and its number, so the training part of a fold contains nothing of the other parts.
"""

import hashlib
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ..files import save
from . import augmentation
from .dataset import Dataset, Recording
from .front_end import RUNS, SAMPLE_RATE, FrontEnd, front_end_module, load_front_end
from .segment import anywhere

COUNTS = dict.fromkeys(augmentation.KINDS, 20) | {augmentation.PLAIN: 8}  # variants of each recording
SHORTEST = 1600  # samples, 0.1 s
SHORTENED = 0.3  # share of the variants that lose up to LARGEST_CUT of one end, of utterances nearly as long as the window
LARGEST_CUT = 0.2


def load_clean(dataset: Dataset, input_type: str, duration: float) -> np.ndarray:
    """float32 [recordings, frames, bins]: the center of each recording."""
    path = RUNS / f"clean-{content_hash(dataset, input_type, duration)}.npy"
    if not path.exists():
        front_end = load_front_end(input_type, duration)
        rows = [front_end.features(front_end.read_wav(recording.path)) for recording in tqdm(dataset.recordings, "features", leave=False, disable=None)]
        save(path, np.stack(rows))
    return np.load(path)


def load_variants(dataset: Dataset, kind: str, input_type: str, duration: float, jobs: int) -> np.ndarray:
    """float16 [recordings, variants, frames, bins], mapped from the file. Made in `jobs` processes; continues where it was killed."""
    name = f"{kind}-{content_hash(dataset, input_type, duration)}"
    path, parts = RUNS / f"{name}.npy", RUNS / f"{name}.parts"
    if not path.exists():
        parts.mkdir(parents=True, exist_ok=True)
        files = [(recording, parts / f"{index}.npy") for index, recording in enumerate(dataset.recordings)]
        missing = [(recording, kind, input_type, duration, file) for recording, file in files if not file.exists()]
        with tqdm(total=len(missing), desc=f"variants: {kind}", leave=False, disable=None) as bar:
            for _ in write_all(missing, jobs):
                bar.update()
        save(path, np.stack([np.load(parts / f"{index}.npy") for index in range(len(dataset.recordings))]))
        shutil.rmtree(parts)
    return np.load(path, mmap_mode="r")


def write_all(tasks: list[tuple], jobs: int) -> Iterator[None]:
    """Calls write_variants with each task, in this process if `jobs` is 1. Yields after each."""
    if jobs == 1 or not tasks:
        for task in tasks:
            yield write_variants(*task)
        return
    _, _, _, duration, _ = tasks[0]
    front_end_module(duration)  # built once, before several processes need it
    # Forked processes would inherit TensorFlow's locks without its threads.
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        for future in as_completed([pool.submit(write_variants, *task) for task in tasks]):
            yield future.result()


def write_variants(recording: Recording, kind: str, input_type: str, duration: float, path: Path) -> None:
    save(path, variants_of(recording, kind, load_front_end(input_type, duration)))


def variants_of(recording: Recording, kind: str, front_end: FrontEnd) -> np.ndarray:
    """float16 [variants, frames, bins]."""
    samples = front_end.read_wav(recording.path) / 32768
    if len(samples) < SHORTEST:
        raise ValueError(f"{recording.path}: {len(samples) / SAMPLE_RATE} s is too short to train on; remove the file")
    voice = augmentation.analyze(samples)
    rows = []
    for number in range(COUNTS[kind]):
        rng = np.random.default_rng([augmentation.KINDS.index(kind), number, *recording.utterance.encode()])
        samples = shortened(augmentation.vary(kind, voice, rng), front_end.window, rng)
        rows.append(front_end.features(augmentation.recorded(anywhere(samples, front_end.window, rng), rng)))
    return np.stack(rows).astype(np.float16)


def shortened(samples: np.ndarray, window: int, rng: np.random.Generator) -> np.ndarray:
    """Sometimes cuts off one end of an utterance that just fits, because a device does not know where a sentence begins."""
    if not 0.75 * window < len(samples) <= window or rng.random() >= SHORTENED:
        return samples
    cut = int(rng.uniform(0, LARGEST_CUT) * len(samples))
    return samples[cut:] if rng.random() < 0.5 else samples[: len(samples) - cut]


def content_hash(dataset: Dataset, input_type: str, duration: float) -> str:
    """16 hexadecimal digits that change with the recordings, the front end, and the code that makes variants."""
    here = Path(__file__).parent
    whole = hashlib.sha256(input_type.encode())
    for path in [front_end_module(duration), here / "augmentation.py", here / "variants.py", here / "segment.py", here / "front_end.py"]:
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    for recording in dataset.recordings:
        whole.update(recording.utterance.encode() + hashlib.sha256(recording.path.read_bytes()).digest())
    return whole.hexdigest()[:16]
