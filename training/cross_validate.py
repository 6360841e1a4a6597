"""Trains every fold of a protocol, and writes what each fold's network answers to its own test part: as float32, as float16, and as the int8
module that `light-sernet build` makes of it.

The temperature and the threshold of a fold are fitted on answers to speakers or files that were kept from training: those of all folds'
validation parts, or, with --no-validation, those of the development folds (`python -m training.ablation` trains them). Recordings that
the fold tests are left out; with --no-validation the network that answered may have heard the fold's speaker say something else. Whatever
is finished already is not done again.
"""

import argparse
import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .ablation import settings_of_trial, trial_base, trial_of
from .data import protocols
from .data.dataset import EMO_DB, REPOSITORY, Dataset, read_dataset, recordings_root
from .data.front_end import MFCC, RUNS
from .data.protocols import Split
from .data.variants import content_hash, load_clean, load_variants
from .export import TFLITE_FILES, inference_model, tflite_probabilities, write_graph_model, write_tflite
from .files import replace_file, sentence
from .learning.settings import SHORT_NAMES, Settings, add_options, at_least_one, described, difference, is_shipped, kind_name, settings_of
from .learning.training_set import kinds_of
from .network.loss import CROSS_ENTROPY
from .network.trained import is_finished, logits_of_model, softmax, trained_model
from .results.calibration import LEAST_ACCEPTED, fit_temperature, threshold_for
from .results.predictions import REPORTED, RESULTS, Predictions, file_name, write_predictions
from .train import train_run

LIGHT_SERNET = ["node", str(REPOSITORY / "dist" / "ts-tools" / "cli" / "main.js")]
ACCEPTED_ACCURACY = 0.9  # the threshold is the smallest that gives this on validation answers
CALIBRATION_RECORDINGS = 100  # that `light-sernet build` looks at


@dataclass(frozen=True)
class Fold:
    """A fold after its training."""

    run: Path
    parts: Split
    temperature: float
    threshold: float

    @property
    def sidecar(self) -> dict:
        return {"id": "-".join(self.run.parts[-2:]), "acceptThreshold": self.threshold}


def main() -> None:
    options = parse_options()
    try:
        settings = settings_of(options)
        if settings.protocol not in REPORTED:
            raise ValueError(f"--protocol {settings.protocol} is not one to report; give {' or '.join(REPORTED)}")
        if settings.input_type != MFCC:
            raise ValueError(f"--input_type {settings.input_type} cannot be built, and int8 is what is reported; `python -m training.train` trains it")
        if settings.recipe.cepstral_mean != 1:
            raise ValueError("cepstral_mean below 1 is for `python -m training.ablation` alone; the module takes nothing off")
        if settings.teachers:
            raise ValueError("each fold has teachers of its own; name their kind with --teacher-kinds")
        if not settings.validate and settings.dataset_name != EMO_DB:
            raise ValueError("--no-validation takes temperature and threshold from EMO-DB's development folds; leave it out for other recordings")
        dataset = read_dataset(settings.dataset_name, options.data, settings.audio_type)
        folder = options.runs / kind_name(settings)
        if options.results is None:
            options.results = RESULTS if is_shipped(settings, options.teacher_kinds, dataset) else folder / "results"
        if options.verbose > 0:
            print(f"{dataset}; answers go to {options.results}", flush=True)
        check_folds(settings, dataset)
        clean = load_clean(dataset, settings.input_type, settings.input_duration)
        if not settings.validate:
            development_runs(settings, dataset, clean.shape[1:], options.runs)  # before anything is trained
        train_folds(settings, dataset, options)
        folds = calibrated_folds(settings, dataset, clean, options)
        write_answers(settings, dataset, folds, clean, folder, options)
    except (ValueError, OSError, BrokenExecutor, subprocess.CalledProcessError) as error:
        sys.exit(f"cross_validate: {sentence(error)}")
    except KeyboardInterrupt:
        sys.exit("cross_validate: stopped; the same command goes on where it was")


def check_folds(settings: Settings, dataset: Dataset) -> None:
    """Raises ValueError when a fold would train without a class, or test nothing."""
    for name in protocols.fold_names(dataset, settings.protocol):
        parts = protocols.split(dataset, settings.protocol, name, settings.validate)
        if len(parts.test) == 0:
            raise ValueError(f"fold {name} has nothing to test; {len(dataset.recordings)} recordings are too few for --protocol {settings.protocol}")
        protocols.check_classes(dataset, parts)


def bar(folds: Iterable, name: str, total: int, options: argparse.Namespace) -> tqdm:
    """On a terminal, and not with -v 0."""
    return tqdm(folds, name, total=total, unit="fold", disable=True if options.verbose == 0 else None)


def train_folds(settings: Settings, dataset: Dataset, options: argparse.Namespace) -> None:
    """Side by side, each in a process of its own."""
    for kind in kinds_of(settings.recipe):
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


def calibrate(labels: np.ndarray, logits: np.ndarray) -> tuple[float, float]:
    """Temperature, and the threshold above which ACCEPTED_ACCURACY of the answers are right: 1 where none reaches that, 0 where too few answers
    are there to say."""
    temperature = fit_temperature(logits, labels)
    if len(labels) < LEAST_ACCEPTED:
        return temperature, 0.0
    threshold = threshold_for(labels, softmax((logits / temperature).astype(np.float32)), ACCEPTED_ACCURACY)
    return temperature, 1.0 if threshold is None else threshold


def write_answers(settings: Settings, dataset: Dataset, folds: list[Fold], clean: np.ndarray, folder: Path, options: argparse.Namespace) -> None:
    def file(precision: str) -> Path:
        return options.results / file_name(settings.protocol, precision, settings.width, SHORT_NAMES[settings.loss_name])

    models = [inference_model(fold.run, fold.temperature) for fold in folds]
    answers = [model.predict(clean[fold.parts.test][..., np.newaxis], verbose=0) for model, fold in zip(models, folds)]
    write_predictions(file("float32"), gathered(dataset, folds, answers))

    answers = []
    for model, fold in zip(bar(models, "export", len(models), options), folds):
        write_graph_model(model, fold.run / "graph", {"classes": list(dataset.classes)} | fold.sidecar, clean[fold.parts.test][:2])
        write_tflite(model, fold.run, clean[fold.parts.train], ("float16",))
        answers.append(tflite_probabilities(fold.run / TFLITE_FILES["float16"], clean[fold.parts.test]))
    write_predictions(file("float16"), gathered(dataset, folds, answers))

    with ThreadPoolExecutor(options.jobs) as pool:
        list(bar(pool.map(lambda fold: build_int8(dataset, fold), folds), "build", len(folds), options))
    tests = [[dataset.recordings[index].utterance for index in fold.parts.test] for fold in folds]
    entries = [{"name": fold.parts.fold, "model": f"{fold.parts.fold}/int8", "test": test} for fold, test in zip(folds, tests)]
    replace_file(folder / "folds.json", json.dumps({"protocol": settings.protocol, "folds": entries}, indent=1) + "\n")
    options.results.mkdir(parents=True, exist_ok=True)
    root = recordings_root(options.data, settings.audio_type)
    evaluate = ["evaluate", str(folder), "--data", str(root), "--protocol", settings.protocol, "--long", "center", "--csv", str(file("int8"))]
    subprocess.run([*LIGHT_SERNET, *evaluate], check=True, stdout=subprocess.DEVNULL if options.verbose == 0 else None)
    if options.verbose > 0:
        print(f"answers in {options.results}")


def gathered(dataset: Dataset, folds: list[Fold], answers: list[np.ndarray]) -> Predictions:
    tests = np.concatenate([fold.parts.test for fold in folds])
    return Predictions(
        utterances=[dataset.recordings[index].utterance for index in tests],
        folds=[fold.parts.fold for fold in folds for _ in fold.parts.test],
        classes=dataset.classes,
        labels=dataset.labels[tests],
        probabilities=np.concatenate(answers).astype(np.float32),
    )


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


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.cross_validate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--jobs", type=at_least_one, default=os.cpu_count(), metavar="N", help="folds side by side (default: all cores)")
    parser.add_argument("--runs", type=Path, default=RUNS, metavar="DIR", help="for the folds' states and weights (default: training/runs)")
    parser.add_argument("--results", type=Path, metavar="DIR", help="for the predictions (default: weights/results for the shipped recipe, else among the runs)")
    parser.add_argument("--teacher-kinds", nargs="+", default=[], metavar="KIND", help="such as loso-full-ce: each fold learns from those runs of the same fold")
    return parser.parse_args()


if __name__ == "__main__":
    main()
