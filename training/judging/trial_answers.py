"""What the networks of the trials answer to the validation speakers of the development folds."""

import csv
import functools
import io
from pathlib import Path

import numpy as np

from ..data import augmentation, protocols
from ..data.dataset import Dataset, Recording
from ..data.front_end import FrontEnd, front_end
from ..data.variants import load_clean, load_variants
from ..files import replace_file
from ..learning.settings import Settings
from ..learning.training_set import with_mean
from ..network.trained import is_finished, logits_of_model, softmax, trained_model
from .degradations import as_int16, noisy
from .trials import CROPS, RECIPE, TRIALS, duration_of, recipe_of


COLUMNS = ("trial", "fold", "utterance", "input", "true", "predicted")
NOISY_VARIANTS = 4  # of each validation recording, beside the clean one
BABBLE_RATIO = 10  # dB, power of the speech over that of the voices


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
