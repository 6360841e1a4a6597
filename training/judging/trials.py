"""The trials of the ablation: the recipe without one of its parts, or with another value."""

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
from ..network.loss import CROSS_ENTROPY, FOCAL


RECIPE = "the recipe"
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
