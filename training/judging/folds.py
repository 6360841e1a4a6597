"""Trains the folds of a protocol side by side."""

import argparse
import dataclasses
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from ..data import protocols
from ..data.dataset import Dataset
from ..data.protocols import Split
from ..data.session_files import load_sessions
from ..data.variants import load_variants
from ..data.voiceless import load_voiceless
from ..learning.run import train_run
from ..learning.settings import Settings, kind_name
from ..learning.training_set import kinds_of


@dataclass(frozen=True)
class Fold:
    """A trained fold, with the temperature and threshold of its module."""

    run: Path
    parts: Split
    temperature: float
    threshold: float

    @property
    def sidecar(self) -> dict:
        return {"id": "-".join(self.run.parts[-2:]), "acceptThreshold": self.threshold}


def check_folds(settings: Settings, dataset: Dataset) -> None:
    """Raises ValueError when a fold would lack a class in training, or have nothing to test."""
    for name in protocols.fold_names(dataset, settings.protocol):
        parts = protocols.split(dataset, settings.protocol, name, settings.validate)
        if len(parts.judged) == 0:
            raise ValueError(f"fold {name} has nothing to test; {len(dataset.recordings)} recordings are too few for --protocol {settings.protocol}")
        protocols.check_classes(dataset, parts)


def bar(folds: Iterable, name: str, total: int, options: argparse.Namespace, unit: str = "fold") -> tqdm:
    """A progress bar, on a terminal, unless -v is 0."""
    return tqdm(folds, name, total=total, unit=unit, disable=True if options.verbose == 0 else None)


def train_folds(settings: Settings, dataset: Dataset, options: argparse.Namespace) -> None:
    """Each fold in its own process."""
    if settings.many_corpora:
        load_sessions(dataset, settings.input_duration, options.jobs)
        load_voiceless(dataset, settings.input_duration)
    for kind in () if settings.many_corpora else kinds_of(settings.recipe):
        load_variants(dataset, kind, settings.input_type, settings.input_duration, options.jobs)
    names = protocols.fold_names(dataset, settings.protocol)
    with ProcessPoolExecutor(options.jobs, get_context("spawn"), max_tasks_per_child=1) as pool:
        tasks = []
        for name in names:
            teachers = tuple(str(options.runs / kind / name) for kind in options.teacher_kinds)
            fold = dataclasses.replace(settings, fold=name, teachers=teachers)
            tasks.append(pool.submit(train_run, fold, dataset, options.runs / kind_name(settings) / name, 1, 0))
        for task in bar(as_completed(tasks), f"train {kind_name(settings)}", len(tasks), options):
            task.result()
