"""What each part of the recipe is worth: trains the recipe without it, or with another value, on the development folds.

The two validation speakers of each fold judge; the folds' test speakers are not looked at. The weights are those of the last epoch, so that
nothing is selected on the answers that judge. Writes weights/results/ablation.csv: trial, fold, utterance, input, true, predicted. Input is
`clean`, or `real`: in rooms and noises. Rows of trials that have not run on this machine stay.
"""

import argparse
import csv
import dataclasses
import io
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from tqdm import tqdm

from . import augmentation, protocols
from .dataset import Dataset, Recording, read_dataset
from .features import RUNS, FrontEnd, front_end
from .files import replace_file
from .loss import CROSS_ENTROPY, FOCAL
from .predictions import RESULTS
from .recipe import Recipe, changed
from .settings import LAST, Settings, add_options, default_settings, settings_of
from .train import train_run
from .trained import logits_of_model, softmax, trained_model
from .variants import load_clean, load_variants

COLUMNS = ("trial", "fold", "utterance", "input", "true", "predicted")
NOISY_VARIANTS = 4  # of each validation recording, beside the clean one
RECIPE = "the recipe"
CROPS = "the recipe, asked three times"  # begin, centre and end of what is longer than a window; the mean of the probabilities answers

# name: (changes of the recipe, other settings)
TRIALS: dict[str, tuple[tuple[str, ...], dict]] = {
    RECIPE: ((), {}),
    "no variants but shifts": (("voice=0", "real=0", "plain=1"), {}),
    "other voices, no rooms and noises": (("real=0",), {}),
    "no mixup": (("mixup=0",), {}),
    "no offsets": (("offset=0",), {}),
    "no time masks": (("time_masks=0",), {}),
    "no averaging of weights": (("averaging=0",), {}),
    "classes drawn evenly": (("balance=1",), {}),
    "windows of 4 s": ((), {"input_duration": 4.0}),
    "half the epochs": ((f"epochs={Recipe().epochs // 2}",), {}),
    "twice the epochs": ((f"epochs={Recipe().epochs * 2}",), {}),
    "focal loss": ((), {"loss_name": FOCAL, "gamma": 2.0}),
    "micro": ((), {"width": "micro"}),
    "micro, learning from full": ((), {"width": "micro", "teachers": (RECIPE, "focal loss")}),
}


def trial_of(width: str, loss_name: str) -> str:
    """The trial that trains what ships with this width and loss."""
    trials = {("full", CROSS_ENTROPY): RECIPE, ("full", FOCAL): "focal loss", ("micro", CROSS_ENTROPY): "micro, learning from full"}
    if (width, loss_name) not in trials:
        raise ValueError(f"{width} with {loss_name} loss ships nowhere and has no development folds; leave --no-validation out")
    return trials[width, loss_name]


def main() -> None:
    options = parse_options()
    try:
        base = trial_base(settings_of(options))
        dataset = read_dataset(base.dataset_name, options.data)
        folder = options.runs / "ablation"
        chosen = options.trials or list(TRIALS)
        for duration in {duration_of(name, base) for name in chosen}:
            for kind in augmentation.KINDS:
                load_variants(dataset, kind, base.input_type, duration, options.jobs)
        # Teachers come before those who learn from them.
        for learning in (False, True):
            train_trials([name for name in chosen if ("teachers" in TRIALS[name][1]) == learning], base, dataset, folder, options.jobs)
        results = options.results or (RESULTS if base == trial_base(default_settings()) else folder)
        write_answers(results / "ablation.csv", base, dataset, folder)
    except (ValueError, OSError) as error:
        sys.exit(f"ablation: {error}")
    except KeyboardInterrupt:
        sys.exit("ablation: stopped; the same command goes on where it was")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.ablation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="runs side by side (default: all cores)")
    parser.add_argument("--runs", type=Path, default=RUNS, metavar="DIR", help="default: training/runs")
    parser.add_argument("--results", type=Path, metavar="DIR", help="default: weights/results for the shipped recipe, else among the runs")
    parser.add_argument("--trials", nargs="+", choices=TRIALS, metavar="NAME", help=f"which to train (default: all): {'; '.join(TRIALS)}")
    return parser.parse_args()


def trial_base(given: Settings) -> Settings:
    """What all trials have in common."""
    return dataclasses.replace(given, protocol=protocols.DEVELOPMENT, keep=LAST, validate=True)


def duration_of(name: str, base: Settings) -> float:
    """Seconds of the trial's segments."""
    return TRIALS[name][1].get("input_duration", base.input_duration)


def settings_of_trial(name: str, fold: str, base: Settings, folder: Path) -> Settings:
    changes, others = TRIALS[name]
    teachers = tuple(str(folder / teacher / fold) for teacher in others.get("teachers", ()))
    return dataclasses.replace(base, **(others | {"teachers": teachers}), fold=fold, recipe=changed(base.recipe, changes))


def train_trials(names: list[str], base: Settings, dataset: Dataset, folder: Path, jobs: int) -> None:
    with ProcessPoolExecutor(jobs, get_context("spawn"), max_tasks_per_child=1) as pool:
        tasks = [
            pool.submit(train_run, settings_of_trial(name, fold, base, folder), dataset, folder / name / fold, 1, 0)
            for name in names
            for fold in protocols.DEVELOPMENT_FOLDS
        ]
        for task in tqdm(as_completed(tasks), "ablation", total=len(tasks), unit="run", disable=None):
            task.result()


def write_answers(path: Path, base: Settings, dataset: Dataset, folder: Path) -> None:
    """Of the trials that are finished here; the rows of others stay as the file has them."""
    before: dict[str, list[list[str]]] = {}
    if path.exists():
        with path.open(newline="") as file:
            for row in list(csv.reader(file))[1:]:
                before.setdefault(row[0], []).append(row)
    rows = []
    for name in TRIALS:
        own = [name, CROPS] if name == RECIPE else [name]
        rows += answers(name, base, dataset, folder) or [row for trial in own for row in before.get(trial, [])]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    replace_file(path, text.getvalue())


def answers(name: str, base: Settings, dataset: Dataset, folder: Path) -> list[tuple[str, ...]]:
    """(trial, fold, utterance, input, true, predicted): validation recordings, clean and in the first NOISY_VARIANTS real variants. Of finished
    trials only."""
    if any(not (folder / name / fold / "result.json").exists() for fold in protocols.DEVELOPMENT_FOLDS):
        return []
    duration = duration_of(name, base)
    clean = load_clean(dataset, base.input_type, duration)
    real = load_variants(dataset, augmentation.REAL, base.input_type, duration, 1)
    rows = []

    def add(trial: str, fold: str, kind: str, judges: np.ndarray, probabilities: np.ndarray) -> None:
        for index, answer in zip(judges, probabilities.argmax(axis=1)):
            recording = dataset.recordings[index]
            rows.append((trial, fold, recording.utterance, kind, dataset.classes[recording.label], dataset.classes[answer]))

    for fold in protocols.DEVELOPMENT_FOLDS:
        model = trained_model(folder / name / fold)
        judges = protocols.split(dataset, protocols.DEVELOPMENT, fold, validate=True).validation
        add(name, fold, "clean", judges, logits_of_model(model, None, clean[judges]))
        for number in range(NOISY_VARIANTS):
            add(name, fold, "real", judges, logits_of_model(model, None, np.asarray(real[judges, number], np.float32)))
        if name == RECIPE:
            hearing = front_end(base.input_type, duration)
            features = np.stack([crops(dataset.recordings[index], hearing) for index in judges])
            probabilities = softmax(logits_of_model(model, None, features.reshape(-1, *features.shape[2:])))
            add(CROPS, fold, "clean", judges, probabilities.reshape(len(judges), len(features[0]), -1).mean(axis=1))
    return rows


def crops(recording: Recording, hearing: FrontEnd) -> np.ndarray:
    """float32 [3, frames, bins]: begin, centre and end of what is longer than the window; three times the same of what is not."""
    samples = hearing.read_wav(recording.path)
    return np.stack([hearing.features(part) for part in (samples[: hearing.window], samples, samples[-hearing.window :])])


if __name__ == "__main__":
    main()
