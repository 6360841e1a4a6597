"""Temperature and threshold of every fold, fitted on recordings that were kept from training."""

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np
from scipy.special import softmax

from ..data import protocols
from ..data.dataset import Dataset
from ..data.variants import content_hash
from ..learning.settings import Settings, described, difference, kind_name
from ..network.trained import is_finished, logits_of_model, trained_model
from ..results.calibration import LEAST_ACCEPTED, fit_temperature, threshold_for
from ..results.calibration_file import Calibration, write_calibration
from .folds import Fold

ACCEPTED_ACCURACY = 0.9  # the threshold is the smallest that reaches this on validation answers


def calibrated_folds(settings: Settings, dataset: Dataset, clean: np.ndarray, options: argparse.Namespace) -> list[Fold]:
    """The trained folds, each with its temperature and threshold. Writes calibration-KIND.json, which has those of every fold, and those of all
    answers, for a model that is trained on everything."""
    recordings, logits = held_back_answers(settings, dataset, clean, options)
    if len(recordings) < LEAST_ACCEPTED and options.verbose > 0:
        print(f"{len(recordings)} validation answers are too few for a threshold ({LEAST_ACCEPTED}): no answer will be uncertain", flush=True)
    kind = kind_name(settings)
    folds = []
    for name in protocols.fold_names(dataset, settings.protocol):
        parts = protocols.split(dataset, settings.protocol, name, settings.validate)
        others = ~np.isin(recordings, parts.test)
        folds.append(Fold(options.runs / kind / name, parts, *calibrate(dataset.labels[recordings[others]], logits[others])))
    temperature, threshold = calibrate(dataset.labels[recordings], logits)
    if threshold == 1 and options.verbose > 0:
        print(f"no threshold makes {ACCEPTED_ACCURACY:.0%} of the validation answers above it right: every answer will be uncertain", flush=True)
    by_fold = {fold.parts.fold: (fold.temperature, fold.threshold) for fold in folds}
    write_calibration(options.results, kind, Calibration(temperature, threshold, len(recordings), by_fold))
    return folds


def calibrate(labels: np.ndarray, logits: np.ndarray) -> tuple[float, float]:
    """Temperature, and the threshold above which ACCEPTED_ACCURACY of the answers are right: 1 where none reaches that, 0 where there are too
    few answers to fit one."""
    temperature = fit_temperature(logits, labels)
    if len(labels) < LEAST_ACCEPTED:
        return temperature, 0.0
    threshold = threshold_for(labels, softmax((logits / temperature).astype(np.float32), axis=1), ACCEPTED_ACCURACY)
    return temperature, 1.0 if threshold is None else threshold


def held_back_answers(settings: Settings, dataset: Dataset, clean: np.ndarray, options: argparse.Namespace) -> tuple[np.ndarray, np.ndarray]:
    """Indices of recordings, int64 [answers], and logits, float32 [answers, classes], of networks that were trained without them: the runs
    in --calibration-runs, or else the folds themselves."""
    if options.calibration_runs is None:
        runs = own_runs(settings, dataset, options.runs)
    else:
        runs = calibration_runs(settings, dataset, clean.shape[1:], options)
    recordings = [validation for _, validation in runs]
    logits = [logits_of_model(trained_model(run), None, clean[validation]) for run, validation in runs]
    return np.concatenate(recordings), np.concatenate(logits)


def own_runs(settings: Settings, dataset: Dataset, runs: Path) -> list[tuple[Path, np.ndarray]]:
    """The runs of all folds, each with the indices of its validation part. Raises ValueError when one is missing."""
    found = []
    for name in protocols.fold_names(dataset, settings.protocol):
        run = runs / kind_name(settings) / name
        if not is_finished(run):
            raise ValueError(f"{run}: there is no finished run to fit the temperature on; run the same command again")
        found.append((run, protocols.split(dataset, settings.protocol, name, validate=True).validation))
    return found


def calibration_runs(settings: Settings, dataset: Dataset, shape: tuple[int, int], options: argparse.Namespace) -> list[tuple[Path, np.ndarray]]:
    """The runs in --calibration-runs, one for each fold of their protocol, each with the indices of its validation part. shape: [frames,
    bins]. Raises ValueError when one is missing, or was trained with other settings than these folds; protocol and fold may differ."""
    protocol = protocol_of(options.calibration_runs)
    data = content_hash(dataset, settings.input_type, settings.input_duration)
    found = []
    for name in protocols.fold_names(dataset, protocol):
        run = options.calibration_runs / name
        if not is_finished(run):
            raise ValueError(f"{run}: there is no finished run to fit the temperature on; train it, or name other runs with --calibration-runs")
        given = json.loads((run / "settings.json").read_text())
        expected = described(dataclasses.replace(settings, protocol=protocol, fold=name, validate=True), dataset, shape, data)
        # Teachers are runs of the same fold, so their names differ; their number must not.
        what = difference(given, expected | {"teachers": given["teachers"]})
        if len(given["teachers"]) != len(options.teacher_kinds):
            what = f"it has {len(given['teachers'])} teachers, not {len(options.teacher_kinds)}"
        if what is not None:
            raise ValueError(f"{run}: {what}; name runs with the same settings with --calibration-runs")
        found.append((run, protocols.split(dataset, protocol, name, validate=True).validation))
    return found


def protocol_of(folder: Path) -> str:
    """The protocol of the runs in a folder. Raises ValueError when it has none."""
    settings = sorted(folder.glob("*/settings.json"))
    if not settings:
        raise ValueError(f"{folder}: there are no runs; give a folder with a run for each fold, such as 'training/runs/ablation/the recipe'")
    return json.loads(settings[0].read_text())["protocol"]
