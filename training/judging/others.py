"""Which other utterances of the speaker an adapted device has received before each recording. Labels play no part, but where it says so."""

import numpy as np

from ..data.dataset import Dataset

MOST_OTHERS = 10
ADAPTED_SEED, SKEWED_SEED = 7, 8
SKEWED_TO = "neutral"  # what somebody says most of the time

Others = list[np.ndarray]  # int64 [up to MOST_OTHERS] for each recording of the dataset: indices of recordings, in the order in which they are received


def draw_others(speakers: np.ndarray, seed: int = ADAPTED_SEED) -> Others:
    """Up to MOST_OTHERS of the speaker, in random order; none where the speaker is not known. speakers: str [recordings]."""
    rng = np.random.default_rng(seed)
    found = []
    for index, speaker in enumerate(speakers):
        others = np.setdiff1d(np.flatnonzero(speakers == speaker), [index])
        found.append(rng.permutation(others)[: MOST_OTHERS if speaker else 0])
    return found


def draw_skewed(dataset: Dataset, seed: int = SKEWED_SEED) -> Others:
    """The same, but only utterances whose label is SKEWED_TO: how much a rule leans on corpora in which everybody has as many of each emotion."""
    rng = np.random.default_rng(seed)
    of_label = dataset.labels == (dataset.classes.index(SKEWED_TO) if SKEWED_TO in dataset.classes else -1)
    speakers = dataset.speakers
    found = []
    for index, speaker in enumerate(speakers):
        others = np.setdiff1d(np.flatnonzero((speakers == speaker) & of_label), [index])
        found.append(rng.permutation(others)[: MOST_OTHERS if speaker else 0])
    return found
