"""Which recordings train, which validate, which test. A recording that tests is in no other part."""

from dataclasses import dataclass

import numpy as np

from .dataset import EMO_DB, Dataset

RANDOM = "random"  # ten stratified folds, speakers mixed
LOSO = "loso"  # leave one speaker out: a fold for each speaker
ALL = "all"  # no test part: the models that ship
DEVELOPMENT = "development"  # what the recipe was chosen on: three folds with two validation speakers each
LOCO = "loco"  # leave one corpus out: a fold for each corpus
SPEAKERS = "speakers"  # five folds of speakers, of every corpus a fifth
REFERENCE = "reference"  # the random folds as the papers judge them: the best epoch is chosen on the part that is reported, so the figures are inflated
PROTOCOLS = (RANDOM, LOSO, ALL, DEVELOPMENT, LOCO, SPEAKERS, REFERENCE)
REPORTED_OF_CORPORA = (LOCO, SPEAKERS, REFERENCE, RANDOM, LOSO)
REPORTED = (RANDOM, LOSO)  # those whose test parts are reported of EMO-DB alone

# EMO-DB: the speaker that tests in the loso fold of that name, and the two speakers that validate.
DEVELOPMENT_FOLDS = {"03": ("11", "13"), "08": ("10", "14"), "12": ("15", "16")}
UNSEEN_IN_DEVELOPMENT = ("03", "08", "09", "12")  # speakers that never validate there, so that no choice of the recipe depends on them

# EMO-DB's folds of SPEAKERS; the first three have the speakers who may judge choices. In LOCO the first one judges the epochs.
EMO_DB_SPEAKER_FOLDS = (("11", "13"), ("10", "14"), ("15", "16"), ("03", "08"), ("09", "12"))
SPEAKER_FOLDS = len(EMO_DB_SPEAKER_FOLDS)

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
    inflated: bool = False  # the validation part is what is reported, and test is empty

    @property
    def judged(self) -> np.ndarray:
        """The recordings whose answers are reported."""
        return self.validation if self.inflated else self.test

    def __post_init__(self):
        parts = np.concatenate([self.train, self.validation, self.test])
        if len(np.unique(parts)) != len(parts):
            raise ValueError(f"fold {self.fold}: a recording is in two parts")


def fold_names(dataset: Dataset, protocol: str) -> list[str]:
    """The names of the folds in order: speakers, corpora, numbers, or "all". Raises ValueError when the dataset cannot be split in this way."""
    if protocol in (RANDOM, REFERENCE):
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
    if protocol == LOCO:
        corpora = sorted(set(dataset.corpora))
        if len(corpora) < 2:
            raise ValueError(f"{dataset.name}: leaving one corpus out needs at least two; give more files of labels with --data")
        return corpora
    if protocol == SPEAKERS:
        alone = [corpus for corpus in sorted(set(dataset.corpora)) if len(set(dataset.speakers[dataset.corpora == corpus]) - {""}) < SPEAKER_FOLDS]
        if alone or "" in dataset.speakers:
            raise ValueError(f"{dataset.name}: --protocol speakers needs at least {SPEAKER_FOLDS} named speakers in every corpus; {', '.join(alone) or 'some recordings'} has fewer")
        return [str(fold) for fold in range(SPEAKER_FOLDS)]
    return [ALL]


def split(dataset: Dataset, protocol: str, fold: str, validate: bool) -> Split:
    """The parts of one fold.

    loso: the fold's speaker tests; with `validate` the next speaker of the sorted list validates. random: stratified by class, and with
    `validate` a tenth of each class of the training part. development: the fold's pair of speakers validates.
    loco: the fold's corpus tests; with `validate` a fifth of the speakers of each other corpus validates. speakers: a fifth of the speakers of each corpus
    tests, the next fifth validates. reference: as random, but the fold's part validates, and nothing tests. all: nothing tests. Without `validate` everything that
    does not test trains.
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
    elif protocol == LOCO:
        test = dataset.corpora == fold
        validation = ~test & (speaker_folds(dataset) == 0)
    elif protocol == SPEAKERS:
        test = speaker_folds(dataset) == int(fold)
        validation = speaker_folds(dataset) == (int(fold) + 1) % SPEAKER_FOLDS
    elif protocol == REFERENCE:
        validation = stratified_folds(dataset.labels, RANDOM_FOLDS, np.random.default_rng(FOLD_SEED)) == int(fold)
        return Split(fold, everything[~validation], everything[validation], everything[:0], inflated=True)
    else:
        test = stratified_folds(dataset.labels, RANDOM_FOLDS, np.random.default_rng(FOLD_SEED)) == (int(fold) if protocol == RANDOM else -1)
        validation = np.zeros(len(everything), bool)
        validation[~test] = stratified_folds(dataset.labels[~test], round(1 / VALIDATION_SHARE), np.random.default_rng(FOLD_SEED + 1)) == 0
    if not validate:
        validation = np.zeros_like(test)
    return Split(fold, everything[~test & ~validation], everything[validation], everything[test])


def speaker_folds(dataset: Dataset) -> np.ndarray:
    """int64 [recordings]: a fold of SPEAKERS for each. In every corpus a speaker goes, the largest first, to the fold that has the fewest recordings of it so far."""
    fold_of = np.zeros(len(dataset.recordings), np.int64)
    for corpus in sorted(set(dataset.corpora)):
        its = dataset.corpora == corpus
        names, counts = np.unique(dataset.speakers[its], return_counts=True)
        known = {f"{EMO_DB} {speaker}": fold for fold, pair in enumerate(EMO_DB_SPEAKER_FOLDS) for speaker in pair} if corpus == EMO_DB else {}
        sizes = np.zeros(SPEAKER_FOLDS, np.int64)
        for name, count in sorted(zip(names, counts), key=lambda pair: (-pair[1], pair[0])):
            fold = known.get(name, int(sizes.argmin()))
            sizes[fold] += count
            fold_of[its & (dataset.speakers == name)] = fold
    return fold_of


def check_classes(dataset: Dataset, parts: Split) -> None:
    """Raises ValueError when a class has no recording in the training part: the network could not learn it. A class that only an unseen corpus has is another
    matter: nobody expects it to be answered."""
    seen = np.isin(dataset.corpora, dataset.corpora[parts.train])
    untrained = np.setdiff1d(dataset.labels[seen], dataset.labels[parts.train])
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
