"""What the networks of the trials answer to the validation speakers of the development folds."""

import functools
from pathlib import Path

import numpy as np
from scipy.special import softmax

from ..data import augmentation, protocols
from ..data.dataset import Dataset, Recording
from ..data.front_end import FrontEnd, load_front_end
from ..data.variants import load_clean, load_variants
from ..learning.cepstral_mean import subtract_mean
from ..learning.settings import Settings
from ..network.trained import is_finished, logits_of_model, trained_model
from ..results.ablation_file import BABBLE, CLEAN, REAL, Row, read_rows, write_rows
from .degradations import as_int16, noisy
from .trials import RECIPE, TRIALS, duration_of, recipe_of

TEST_TIME_AUGMENTATION = "the recipe, test-time augmentation"  # the mean probabilities of three crops, see `crops`
NOISY_VARIANTS = 4  # of each validation recording, besides the clean one
BABBLE_RATIO = 10  # dB, power of the speech over that of the voices


def write_answers(path: Path, base: Settings, dataset: Dataset, folder: Path) -> None:
    """Writes the answers of the trials that are finished in `folder`, and keeps the file's rows of all other trials."""
    before: dict[str, list[Row]] = {}
    if path.exists():
        for row in read_rows(path):
            before.setdefault(row.trial, []).append(row)
    rows = []
    for name in TRIALS:
        own = [name, TEST_TIME_AUGMENTATION] if name == RECIPE else [name]
        rows += answers(name, base, dataset, folder) or [row for trial in own for row in before.get(trial, [])]
    write_rows(path, rows)


def answers(name: str, base: Settings, dataset: Dataset, folder: Path) -> list[Row]:
    """The answers to the validation recordings: clean, in the first NOISY_VARIANTS `real` variants, and in babble; none while a fold of the trial is
    not finished."""
    if not all(is_finished(folder / name / fold) for fold in protocols.DEVELOPMENT_FOLDS):
        return []
    duration, share = duration_of(name, base), recipe_of(name, base).cepstral_mean_subtraction
    front_end = load_front_end(base.input_type, duration)
    silence = front_end.silent_frame()
    clean = load_clean(dataset, base.input_type, duration)
    real = load_variants(dataset, augmentation.REAL, base.input_type, duration, 1)
    rows = []

    def add(trial: str, fold: str, kind: str, recordings: np.ndarray, probabilities: np.ndarray) -> None:
        for index, answer in zip(recordings, probabilities.argmax(axis=1)):
            recording = dataset.recordings[index]
            rows.append(Row(trial, fold, recording.utterance, kind, dataset.classes[recording.label], dataset.classes[answer]))

    for fold in protocols.DEVELOPMENT_FOLDS:
        model = trained_model(folder / name / fold)
        validation = protocols.split(dataset, protocols.DEVELOPMENT, fold, validate=True).validation
        inputs = [(CLEAN, clean[validation])]
        inputs += [(REAL, np.asarray(real[validation, number], np.float32)) for number in range(NOISY_VARIANTS)]
        inputs += [(BABBLE, in_babble(dataset, fold, base.input_type, duration))]
        for kind, features in inputs:
            add(name, fold, kind, validation, logits_of_model(model, None, subtract_mean(features, silence, share)))
        if name == RECIPE:
            features = np.stack([crops(dataset.recordings[index], front_end) for index in validation])
            probabilities = softmax(logits_of_model(model, None, features.reshape(-1, *features.shape[2:])), axis=1)
            add(TEST_TIME_AUGMENTATION, fold, CLEAN, validation, probabilities.reshape(len(validation), len(features[0]), -1).mean(axis=1))
    return rows


@functools.cache
def in_babble(dataset: Dataset, fold: str, input_type: str, duration: float) -> np.ndarray:
    """float32 [validation, frames, bins]: each validation recording of a development fold among voices of its training part."""
    front_end, parts = load_front_end(input_type, duration), protocols.split(dataset, protocols.DEVELOPMENT, fold, validate=True)
    samples = {index: front_end.read_wav(dataset.recordings[index].path) / 32768 for index in (*parts.train, *parts.validation)}
    voices, degrade = [samples[index] for index in parts.train], noisy("babble", BABBLE_RATIO)
    rows = []
    for index in parts.validation:
        rng = np.random.default_rng(list(f"babble {dataset.recordings[index].utterance}".encode()))
        rows.append(front_end.features(as_int16(degrade(samples[index], voices, rng))))
    return np.stack(rows)


def crops(recording: Recording, front_end: FrontEnd) -> np.ndarray:
    """float32 [3, frames, bins]: begin, center and end of a recording that is longer than the window; else three times the same."""
    samples = front_end.read_wav(recording.path)
    return np.stack([front_end.features(part) for part in (samples[: front_end.window], samples, samples[-front_end.window :])])
