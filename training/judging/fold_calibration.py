"""Temperature and threshold of every fold."""

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np

from ..data import protocols
from ..data.dataset import Dataset
from ..data.variants import content_hash
from ..files import replace_file
from ..learning.settings import Settings, described, difference, kind_name
from ..network.loss import CROSS_ENTROPY
from ..network.trained import is_finished, logits_of_model, softmax, trained_model
from ..results.calibration import LEAST_ACCEPTED, fit_temperature, threshold_for
from .folds import Fold
from .trials import settings_of_trial, trial_base, trial_of


ACCEPTED_ACCURACY = 0.9  # the threshold is the smallest that gives this on validation answers


def calibrated_folds(settings: Settings, dataset: Dataset, clean: np.ndarray, options: argparse.Namespace) -> list[Fold]:
    """The trained folds, each with its temperature and threshold. Writes calibration-KIND.json: those of every fold, and those of all answers, for
    a model that is trained on everything."""
    recordings, logits = held_back_answers(settings, dataset, clean, options.runs)
    if len(recordings) < LEAST_ACCEPTED and options.verbose > 0:
        print(f"{len(recordings)} validation answers are too few for a threshold ({LEAST_ACCEPTED}): no answer will be uncertain", flush=True)
    folder = options.runs / kind_name(settings)
    folds = []
    for name in protocols.fold_names(dataset, settings.protocol):
        parts = protocols.split(dataset, settings.protocol, name, settings.validate)
        others = ~np.isin(recordings, parts.test)
        folds.append(Fold(folder / name, parts, *calibrate(dataset.labels[recordings[others]], logits[others])))
    temperature, threshold = calibrate(dataset.labels[recordings], logits)
    if threshold == 1 and options.verbose > 0:
        print(f"no threshold makes {ACCEPTED_ACCURACY:.0%} of the validation answers above it right: every answer will be uncertain", flush=True)
    by_fold = {fold.parts.fold: {"temperature": fold.temperature, "threshold": fold.threshold} for fold in folds}
    calibration = {"temperature": temperature, "threshold": threshold, "answers": len(recordings), "folds": by_fold}
    replace_file(options.results / f"calibration-{folder.name}.json", json.dumps(calibration, indent=2) + "\n")
    return folds


def calibrate(labels: np.ndarray, logits: np.ndarray) -> tuple[float, float]:
    """Temperature, and the threshold above which ACCEPTED_ACCURACY of the answers are right: 1 where none reaches that, 0 where too few answers
    are there to say."""
    temperature = fit_temperature(logits, labels)
    if len(labels) < LEAST_ACCEPTED:
        return temperature, 0.0
    threshold = threshold_for(labels, softmax((logits / temperature).astype(np.float32)), ACCEPTED_ACCURACY)
    return temperature, 1.0 if threshold is None else threshold


def held_back_answers(settings: Settings, dataset: Dataset, clean: np.ndarray, runs: Path) -> tuple[np.ndarray, np.ndarray]:
    """Indices of recordings, int64 [answers], and logits, float32 [answers, classes], of networks that were trained without them."""
    recordings, logits = [], []
    for run, judges in held_back_runs(settings, dataset, clean.shape[1:], runs):
        recordings.append(judges)
        logits.append(logits_of_model(trained_model(run), None, clean[judges]))
    return np.concatenate(recordings), np.concatenate(logits)


def held_back_runs(settings: Settings, dataset: Dataset, shape: tuple[int, int], runs: Path) -> list[tuple[Path, np.ndarray]]:
    """Finished runs, and for each the recordings that were kept from its training: of all folds, or, when nothing validates there, of the
    development folds. shape: [frames, bins]. Raises ValueError when one is not there."""
    if not settings.validate:
        return development_runs(settings, dataset, shape, runs)
    found = []
    for name in protocols.fold_names(dataset, settings.protocol):
        run = runs / kind_name(settings) / name
        if not is_finished(run):
            raise ValueError(f"{run}: there is no finished run to fit the temperature on; give the same command again")
        found.append((run, protocols.split(dataset, settings.protocol, name, validate=True).validation))
    return found


def development_runs(settings: Settings, dataset: Dataset, shape: tuple[int, int], runs: Path) -> list[tuple[Path, np.ndarray]]:
    """Those of the trial that trains with these settings. Raises ValueError when one is not there, or was trained with others."""
    trial, folder = trial_of(settings.width, settings.loss_name), runs / "ablation"
    # A trial says by itself what its width and loss are.
    base = trial_base(dataclasses.replace(settings, width="full", loss_name=CROSS_ENTROPY, gamma=0.0))
    data = content_hash(dataset, settings.input_type, settings.input_duration)
    advice = f"run `python -m training.ablation --trials '{trial}'` with the same options"
    found = []
    for name in protocols.fold_names(dataset, protocols.DEVELOPMENT):
        run, of_trial = folder / trial / name, settings_of_trial(trial, name, base, folder)
        if settings.gamma != of_trial.gamma:
            raise ValueError(f"gamma {settings.gamma} has no development folds; leave --no-validation out")
        if not is_finished(run):
            raise ValueError(f"{run}: there is no finished run to fit the temperature on; {advice}")
        given = json.loads((run / "settings.json").read_text())
        if (what := difference(given, described(of_trial, dataset, shape, data))) is not None:
            raise ValueError(f"{run}: {what}; remove it, and {advice}")
        found.append((run, protocols.split(dataset, protocols.DEVELOPMENT, name, validate=True).validation))
    return found
