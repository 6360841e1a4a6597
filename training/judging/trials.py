"""The trials of the ablation: the recipe without one of its parts, or with another value of one constant."""

import dataclasses
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from ..data import protocols
from ..data.dataset import Dataset
from ..learning.recipe import Recipe, changed
from ..learning.run import train_run
from ..learning.settings import LAST, Settings
from ..network.loss_names import FOCAL
from ..network.widths import MICRO

RECIPE = "the recipe"
FOCAL_LOSS = "focal loss"

# name: (changes of the recipe, other settings)
TRIALS: dict[str, tuple[tuple[str, ...], dict]] = {
    RECIPE: ((), {}),
    "no variants but shifts": (("voice=0", "real=0", "plain=1"), {}),
    "vocal tract length alone": (("voice=0", "real=0", "plain=0.25", "tract=0.75"), {}),
    "other voices, no rooms and noises": (("real=0",), {}),
    "talkers among the noises": (("real=0.4", "crowd=0.2"), {}),
    "no mixup": (("mixup=0",), {}),
    "no offsets": (("offset=0",), {}),
    "cepstral mean subtraction": (("offset=0", "cepstral_mean_subtraction=1"), {}),
    "no time masks": (("time_masks=0",), {}),
    "no EMA of the weights": (("ema_decay=0",), {}),
    "balanced classes": (("balance=1",), {}),
    "windows of 4 s": ((), {"input_duration": 4.0}),
    "half the epochs": ((f"epochs={Recipe().epochs // 2}",), {}),
    "twice the epochs": ((f"epochs={Recipe().epochs * 2}",), {}),
    "twice the epochs, cepstral mean subtraction": ((f"epochs={Recipe().epochs * 2}", "offset=0", "cepstral_mean_subtraction=1"), {}),
    FOCAL_LOSS: ((), {"loss_name": FOCAL, "gamma": 2.0}),
    "micro": ((), {"width": MICRO}),
    "micro, distilled from full": ((), {"width": MICRO, "teachers": (RECIPE, FOCAL_LOSS)}),
}


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
