"""What a training part of corpora offers to learn from: variants that were made in sessions, with the mean that each may start from."""

from dataclasses import dataclass, replace

import numpy as np

from ..data import normalization
from ..data.dataset import Dataset
from ..data.normalization import Normalization, mean_of, speech_sums
from ..data.protocols import Split
from ..data.session_files import Variants, load_sessions
from ..data.voiceless import load_voiceless
from ..network.loss import smooth
from .recipe import Recipe
from .settings import Settings


@dataclass(frozen=True)
class SessionSet:
    """The variants of the training part, sorted by recording; v in all."""

    speakers: list[np.ndarray]  # float16 [variants, frames, 40] of each speaker, mapped from files
    place: np.ndarray  # int64 [v, 2]: index in speakers, and row
    first: np.ndarray  # int64 [recordings + 1]: where the variants of a recording begin; those of all but the training part are none
    carried: np.ndarray  # float32 [v, 40]: the mean of the other utterances of the session
    has_carried: np.ndarray  # bool [v]
    chance: np.ndarray  # float64 [recordings], sums to 1
    targets: np.ndarray  # float32 [recordings, classes], smoothed over the classes that the corpus has
    present: np.ndarray  # bool [recordings, classes]
    voiceless: np.ndarray  # float16 [windows, frames, 40]: raw, nobody speaks
    learned: np.ndarray  # bool [classes]: those of the training part
    normalization: Normalization
    spread: np.ndarray  # float32 [40]: standard deviation of the recordings' means within a corpus


def load_session_set(settings: Settings, dataset: Dataset, parts: Split, centers: np.ndarray, jobs: int) -> SessionSet:
    """centers: float32 [recordings, frames, 40], raw; only those of the training part are read. Variants with sounds of a corpus that is unseen are left out."""
    train = np.zeros(len(dataset.recordings), bool)
    train[parts.train] = True
    unseen = set(dataset.corpora) - set(dataset.corpora[parts.train])
    files, pieces = [], []
    for number, (indices, variants) in enumerate(load_sessions(dataset, settings.input_duration, jobs)):
        files.append(variants.raw)
        pieces.append(usable(number, indices[variants.recording], variants, train, unseen))
    recording, place, carried, has_carried, sums, counts = (np.concatenate(values) for values in zip(*pieces))
    order = np.argsort(recording, kind="stable")
    first = np.searchsorted(recording[order], np.arange(len(train) + 1))
    if missing := [dataset.recordings[index].utterance for index in parts.train if first[index] == first[index + 1]]:
        raise ValueError(f"{missing[0]} and {len(missing) - 1} more have no variant without sounds of {', '.join(unseen)}")
    present = dataset.present
    return SessionSet(
        speakers=files,
        place=place[order],
        first=first,
        carried=carried[order],
        has_carried=has_carried[order],
        chance=chances(dataset, train, settings.recipe),
        targets=smooth(np.eye(len(dataset.classes), dtype=np.float32)[dataset.labels], settings.recipe.label_smoothing, present).astype(np.float32),
        present=present,
        voiceless=load_voiceless(dataset, settings.input_duration).without(unseen),
        learned=dataset.classes_of(train),
        normalization=replace(normalization_of(settings), mean=mean_of(sums, counts)),
        spread=spread_within(centers[parts.train], dataset.corpora[parts.train]),
    )


def normalization_of(settings: Settings) -> Normalization:
    """Without its mean."""
    recipe = settings.recipe
    if settings.normalization == normalization.NONE:
        return Normalization()
    return Normalization(recipe.horizon, recipe.start_weight, recipe.carried_weight, recipe.energy_scale, recipe.mean_share)


def usable(number: int, recording: np.ndarray, variants: Variants, train: np.ndarray, unseen: set[str]) -> tuple[np.ndarray, ...]:
    """Of one speaker's variants those that may train: recording, place, carried, has_carried, sums, counts. recording: indices in the dataset. The other
    utterances of a session count only where they are in the training part themselves."""
    allowed = train[recording] & np.array([not any(f'"{corpus}"' in sources for corpus in unseen) for sources in variants.sources])
    rows = np.flatnonzero(allowed)
    session, its = variants.session[rows], recording[rows]
    other = (session[:, np.newaxis] == session) & (its[:, np.newaxis] != its)  # [rows, rows]
    frames = other @ variants.counts[rows]
    means = (other @ variants.sums[rows]) / np.maximum(frames, 1)[:, np.newaxis]
    place = np.stack([np.full(len(rows), number), rows], axis=1)
    return its, place, means.astype(np.float32), frames > 0, variants.sums[rows], variants.counts[rows]


def chances(dataset: Dataset, train: np.ndarray, recipe: Recipe) -> np.ndarray:
    """float64 [recordings]: how often each is drawn. Corpora, and classes within a corpus, come by their sizes to the power of 1 - balance."""
    labels, corpora = dataset.labels, dataset.corpora
    chance = np.zeros(len(labels))
    for corpus in np.unique(corpora[train]):
        its = train & (corpora == corpus)
        within = np.bincount(labels[its])[labels[its]].astype(float) ** -recipe.balance
        chance[its] = within / within.sum() * its.sum() ** (1 - recipe.corpus_balance)
    return chance / chance.sum()


def spread_within(raw: np.ndarray, corpora: np.ndarray) -> np.ndarray:
    """float32 [40]: the standard deviation of the recordings' means over frames with speech, around that of their corpus. 0 for the energy, which the level
    sets."""
    sums, counts = speech_sums(raw)
    means = sums / np.maximum(counts, 1)[:, np.newaxis]
    for corpus in np.unique(corpora):
        means[corpora == corpus] -= means[corpora == corpus].mean(axis=0)
    spread = means.std(axis=0)
    spread[0] = 0
    return spread
