"""What each part of the recipe is worth: trains the recipe without it, or with another value, on the development folds.

The two validation speakers of each fold judge; the folds' test speakers are not looked at. The weights are those of the last epoch, so that
nothing is selected on the answers that judge. Writes weights/results/ablation.csv: trial, fold, utterance, input, true, predicted. Input is
`clean`; `real`: in rooms and noises of the kinds that training knows; or `babble`: among voices of the training part, 10 dB softer. Rows of
trials that have not run on this machine stay.
"""

import argparse
import csv
import dataclasses
import functools
import io
import os
import sys
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .data import augmentation, protocols
from .data.dataset import Dataset, Recording, is_whole_emo_db, read_dataset
from .data.front_end import RUNS, FrontEnd, front_end
from .data.variants import load_clean, load_variants
from .files import replace_file, sentence
from .judging.degradations import as_int16, noisy
from .learning.recipe import Recipe, changed
from .learning.settings import LAST, Settings, add_options, at_least_one, default_settings, settings_of
from .learning.training_set import kinds_of, with_mean
from .network.loss import CROSS_ENTROPY, FOCAL
from .network.trained import is_finished, logits_of_model, softmax, trained_model
from .results.predictions import RESULTS
from .train import train_run

COLUMNS = ("trial", "fold", "utterance", "input", "true", "predicted")
NOISY_VARIANTS = 4  # of each validation recording, beside the clean one
RECIPE = "the recipe"
BABBLE_RATIO = 10  # dB, power of the speech over that of the voices
CROPS = "the recipe, asked three times"  # begin, centre and end of what is longer than a window; the mean of the probabilities answers

# name: (changes of the recipe, other settings)
TRIALS: dict[str, tuple[tuple[str, ...], dict]] = {
    RECIPE: ((), {}),
    "no variants but shifts": (("voice=0", "real=0", "plain=1"), {}),
    "another length of the vocal tract, nothing else": (("voice=0", "real=0", "plain=0.25", "tract=0.75"), {}),
    "other voices, no rooms and noises": (("real=0",), {}),
    "people who talk among the noises": (("real=0.4", "crowd=0.2"), {}),
    "no mixup": (("mixup=0",), {}),
    "no offsets": (("offset=0",), {}),
    "cepstral mean taken off": (("offset=0", "cepstral_mean=0"), {}),
    "no time masks": (("time_masks=0",), {}),
    "no averaging of weights": (("averaging=0",), {}),
    "classes drawn evenly": (("balance=1",), {}),
    "windows of 4 s": ((), {"input_duration": 4.0}),
    "half the epochs": ((f"epochs={Recipe().epochs // 2}",), {}),
    "twice the epochs": ((f"epochs={Recipe().epochs * 2}",), {}),
    "twice the epochs, cepstral mean taken off": ((f"epochs={Recipe().epochs * 2}", "offset=0", "cepstral_mean=0"), {}),
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
        # REAL judges, too.
        needed = {(duration_of(name, base), kind) for name in chosen for kind in {*kinds_of(recipe_of(name, base)), augmentation.REAL}}
        for duration, kind in sorted(needed):
            load_variants(dataset, kind, base.input_type, duration, options.jobs)
        # Teachers come before those who learn from them.
        for learning in (False, True):
            train_trials([name for name in chosen if ("teachers" in TRIALS[name][1]) == learning], base, dataset, folder, options.jobs)
        shipped = base == trial_base(default_settings()) and is_whole_emo_db(dataset)
        results = options.results or (RESULTS if shipped else folder)
        write_answers(results / "ablation.csv", base, dataset, folder)
    except (ValueError, OSError, BrokenExecutor) as error:
        sys.exit(f"ablation: {sentence(error)}")
    except KeyboardInterrupt:
        sys.exit("ablation: stopped; the same command goes on where it was")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.ablation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--jobs", type=at_least_one, default=os.cpu_count(), metavar="N", help="runs side by side (default: all cores)")
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


def recipe_of(name: str, base: Settings) -> Recipe:
    return changed(base.recipe, TRIALS[name][0])


def settings_of_trial(name: str, fold: str, base: Settings, folder: Path) -> Settings:
    others = TRIALS[name][1]
    teachers = tuple(str(folder / teacher / fold) for teacher in others.get("teachers", ()))
    return dataclasses.replace(base, **(others | {"teachers": teachers}), fold=fold, recipe=recipe_of(name, base))


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
    """(trial, fold, utterance, input, true, predicted): validation recordings, clean, in the first NOISY_VARIANTS real variants, and among
    voices. Of finished trials only."""
    if not all(is_finished(folder / name / fold) for fold in protocols.DEVELOPMENT_FOLDS):
        return []
    duration, kept = duration_of(name, base), recipe_of(name, base).cepstral_mean
    hearing = front_end(base.input_type, duration)
    silence = hearing.silent_frame()
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
        heard = [("clean", clean[judges])]
        heard += [("real", np.asarray(real[judges, number], np.float32)) for number in range(NOISY_VARIANTS)]
        heard += [("babble", in_babble(dataset, fold, base.input_type, duration))]
        for kind, features in heard:
            add(name, fold, kind, judges, logits_of_model(model, None, with_mean(features, silence, kept)))
        if name == RECIPE:
            features = np.stack([crops(dataset.recordings[index], hearing) for index in judges])
            probabilities = softmax(logits_of_model(model, None, features.reshape(-1, *features.shape[2:])))
            add(CROPS, fold, "clean", judges, probabilities.reshape(len(judges), len(features[0]), -1).mean(axis=1))
    return rows


@functools.cache
def in_babble(dataset: Dataset, fold: str, input_type: str, duration: float) -> np.ndarray:
    """float32 [validation, frames, bins]: each validation recording of a development fold among voices of its training part."""
    hearing, parts = front_end(input_type, duration), protocols.split(dataset, protocols.DEVELOPMENT, fold, validate=True)
    samples = {index: hearing.read_wav(dataset.recordings[index].path) / 32768 for index in (*parts.train, *parts.validation)}
    voices, degrade = [samples[index] for index in parts.train], noisy("babble", BABBLE_RATIO)
    rows = []
    for index in parts.validation:
        rng = np.random.default_rng(list(f"babble {dataset.recordings[index].utterance}".encode()))
        rows.append(hearing.features(as_int16(degrade(samples[index], voices, rng))))
    return np.stack(rows)


def crops(recording: Recording, hearing: FrontEnd) -> np.ndarray:
    """float32 [3, frames, bins]: begin, centre and end of what is longer than the window; three times the same of what is not."""
    samples = hearing.read_wav(recording.path)
    return np.stack([hearing.features(part) for part in (samples[: hearing.window], samples, samples[-hearing.window :])])


if __name__ == "__main__":
    main()
