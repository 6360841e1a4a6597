"""Which recordings train, which validate, which test. A recording that tests is in no other part."""

from dataclasses import dataclass

import numpy as np

from .dataset import Dataset

RANDOM = "random"  # ten stratified folds, speakers mixed
LOSO = "loso"  # leave one speaker out: a fold for each speaker
ALL = "all"  # no test part: the models that ship
DEVELOPMENT = "development"  # what the recipe was chosen on: three folds with two validation speakers each
PROTOCOLS = (RANDOM, LOSO, ALL, DEVELOPMENT)
REPORTED = (RANDOM, LOSO)  # those whose test parts are reported in weights/results

# EMO-DB: the speaker that tests in the loso fold of that name, and the two speakers that validate.
DEVELOPMENT_FOLDS = {"03": ("11", "13"), "08": ("10", "14"), "12": ("15", "16")}
UNSEEN_IN_DEVELOPMENT = ("03", "08", "09", "12")  # speakers that never validate there, so that no choice of the recipe depends on them

RANDOM_FOLDS = 10
FOLD_SEED = 2021  # every model, loss and seed has the same recordings in the same folds
VALIDATION_SHARE = 0.1  # of the files of the training part, in protocols that mix the speakers


@dataclass(frozen=True)
class Split:
    """Indices in the dataset's recordings; the three parts share nothing."""

    fold: str
    train: np.ndarray  # int64, rising
    validation: np.ndarray
    test: np.ndarray

    def __post_init__(self):
        parts = np.concatenate([self.train, self.validation, self.test])
        if len(np.unique(parts)) != len(parts):
            raise ValueError(f"fold {self.fold}: a recording is in two parts")


def fold_names(dataset: Dataset, protocol: str) -> list[str]:
    """The names of the folds in order: speakers, or 0 to 9, or "all". Raises ValueError when the dataset cannot be split in this way."""
    if protocol == RANDOM:
        return [str(fold) for fold in range(RANDOM_FOLDS)]
    if protocol == LOSO:
        speakers = sorted(set(dataset.speakers))
        if "" in speakers or len(speakers) < 3:
            raise ValueError(
                f"{dataset.name}: leaving one speaker out needs at least three named speakers, as in CLASS/SPEAKER/*.wav; use --protocol random"
            )
        return speakers
    if protocol == DEVELOPMENT:
        used = {speaker for fold, pair in DEVELOPMENT_FOLDS.items() for speaker in (fold, *pair)}
        if not used <= set(dataset.speakers):
            raise ValueError(f"{dataset.name}: --protocol development is for EMO-DB's speakers {', '.join(sorted(used))}")
        return list(DEVELOPMENT_FOLDS)
    return [ALL]


def split(dataset: Dataset, protocol: str, fold: str, validate: bool) -> Split:
    """The parts of one fold.

    loso: the fold's speaker tests; with `validate` the next speaker of the sorted list validates. random: stratified by class, and with
    `validate` a tenth of each class of the training part. development: the fold's pair of speakers validates.
    all: nothing tests. Without `validate` everything that does not test trains.
    """
    names = fold_names(dataset, protocol)
    if fold not in names:
        raise ValueError(f"there is no fold {fold}; the folds are {', '.join(names)}")
    everything = np.arange(len(dataset.recordings))
    if protocol == LOSO:
        test = dataset.speakers == fold
        validation = dataset.speakers == names[(names.index(fold) + 1) % len(names)]
    elif protocol == DEVELOPMENT:
        test = dataset.speakers == fold
        validation = np.isin(dataset.speakers, DEVELOPMENT_FOLDS[fold])
    else:
        test = stratified_folds(dataset.labels, RANDOM_FOLDS, np.random.default_rng(FOLD_SEED)) == (int(fold) if protocol == RANDOM else -1)
        validation = np.zeros(len(everything), bool)
        validation[~test] = stratified_folds(dataset.labels[~test], round(1 / VALIDATION_SHARE), np.random.default_rng(FOLD_SEED + 1)) == 0
    if not validate:
        validation = np.zeros_like(test)
    return Split(fold, everything[~test & ~validation], everything[validation], everything[test])


def check_classes(dataset: Dataset, parts: Split) -> None:
    """Raises ValueError when a class of the dataset has no recording in the training part: the network could not learn it."""
    untrained = np.setdiff1d(dataset.labels, dataset.labels[parts.train])
    if missing := [dataset.classes[label] for label in untrained]:
        raise ValueError(
            f"fold {parts.fold}: no recording of {', '.join(missing)} is left to train on; add recordings (of other speakers), or leave the class out"
        )


def stratified_folds(labels: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """int64 [recordings]: a fold for each. The recordings of each class, and of all classes, are spread over the folds as evenly as possible."""
    fold_of = np.empty(len(labels), np.int64)
    start = 0
    for label in np.unique(labels):
        chosen = rng.permutation(np.flatnonzero(labels == label))
        fold_of[chosen] = (start + np.arange(len(chosen))) % folds
        start += len(chosen)
    return fold_of
