"""What the float networks of all folds answer on corpora: as a device that knows nothing of the speaker, and as one that has the speaker's statistics."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import softmax

from ..data import protocols
from ..data.dataset import Dataset
from ..data.normalization import has_speech, read_normalization
from ..data.session_files import load_centers
from ..files import replace_file
from ..learning.settings import Settings, kind_name
from ..network.trained import logits_of_model, trained_model
from ..results.metrics import bootstrap, score
from ..results.predictions import Predictions, write_predictions

MOST_OTHERS = 10  # utterances of the speaker that an adapted device has received
ADAPTED_SEED = 7
UNADAPTED, ADAPTED = "", "adapted"


@dataclass(frozen=True)
class Carried:
    """The mean of the speaker that a device has before each recording."""

    mean: np.ndarray  # float32 [recordings, 40]: running mean of the frames with speech of up to MOST_OTHERS other utterances
    known: np.ndarray  # bool [recordings]: whether there was one


def judge_float(settings: Settings, dataset: Dataset, folder: Path, results: Path) -> str:
    """Writes KIND-float32.csv, KIND-float32-adapted.csv and KIND-float32-scores.json; returns a table of the scores. folder: of the runs of all folds."""
    centers = load_centers(dataset, settings.input_duration)
    carried = carried_means(centers, dataset.speakers, settings.recipe.horizon)
    names = protocols.fold_names(dataset, settings.protocol)
    splits = [protocols.split(dataset, settings.protocol, name, settings.validate) for name in names]
    kind, scores, lines = kind_name(settings), {"inflated": splits[0].inflated}, []
    for way in (UNADAPTED, ADAPTED):
        answers = [answers_of(folder / parts.fold, dataset, parts, centers, carried if way == ADAPTED else None) for parts in splits]
        judged = np.concatenate([parts.judged for parts in splits])
        probabilities = np.concatenate(answers)
        folds = [parts.fold for parts in splits for _ in parts.judged]
        utterances = [dataset.recordings[index].utterance for index in judged]
        predictions = Predictions(utterances, folds, dataset.classes, dataset.labels[judged], probabilities)
        write_predictions(results / ("-".join(filter(None, (kind, "float32", way))) + ".csv"), predictions)
        for corpus in sorted(set(dataset.corpora[judged])):
            rows = scored(dataset, judged, splits, corpus)
            labels, its = dataset.labels[judged[rows]], probabilities[rows]
            found, interval = score(labels, its), bootstrap(labels, its, groups=dataset.speakers[judged[rows]])
            scores[" ".join(filter(None, (corpus, way)))] = found.as_json() | {"interval": interval.as_json()}
            low, high = interval.ua
            lines.append(f"{corpus} {way}".ljust(24) + f"{len(set(labels))} classes, {found}; UA 95 % over speakers {low:.1%} to {high:.1%}")
    replace_file(results / f"{kind}-float32-scores.json", json.dumps(scores, indent=1) + "\n")
    if splits[0].inflated:
        lines.append("inflated: the epoch of each fold was chosen on the recordings that are reported, as the papers do")
    return "\n".join(lines)


def answers_of(run: Path, dataset: Dataset, parts: protocols.Split, centers: np.ndarray, carried: Carried | None) -> np.ndarray:
    """float32 [judged, classes]: probabilities among the classes that the corpus of each recording has and that the network learned."""
    normalization = read_normalization(run)
    raw = centers[parts.judged]
    features = normalization(raw) if carried is None else normalization(raw, carried.mean[parts.judged], carried.known[parts.judged])
    logits = logits_of_model(trained_model(run), None, features)
    return softmax(np.where(answerable(dataset, parts), logits, -np.inf), axis=1).astype(np.float32)


def answerable(dataset: Dataset, parts: protocols.Split) -> np.ndarray:
    """bool [judged, classes]."""
    return dataset.present[parts.judged] & np.isin(np.arange(len(dataset.classes)), dataset.labels[parts.train])


def scored(dataset: Dataset, judged: np.ndarray, splits: list[protocols.Split], corpus: str) -> np.ndarray:
    """Rows of `judged`, int64, that are of the corpus and whose class the network could answer: EMO-DB without the others has no boredom to learn from."""
    possible = np.concatenate([answerable(dataset, parts) for parts in splits])
    return np.flatnonzero((dataset.corpora[judged] == corpus) & possible[np.arange(len(judged)), dataset.labels[judged]])


def carried_means(centers: np.ndarray, speakers: np.ndarray, horizon: float, seed: int = ADAPTED_SEED) -> Carried:
    """Of each recording, up to MOST_OTHERS other utterances of its speaker, in random order, as the module gathers a speaker's statistics: a frame with speech counts
    1 - 1 / horizon of the next one. centers: float32 [recordings, frames, 40], raw. Labels play no part."""
    speech = has_speech(centers)
    rng = np.random.default_rng(seed)
    mean, known = np.zeros((len(centers), centers.shape[2]), np.float32), np.zeros(len(centers), bool)
    for index, speaker in enumerate(speakers):
        others = np.setdiff1d(np.flatnonzero(speakers == speaker), [index])
        chosen = rng.permutation(others)[:MOST_OTHERS]
        frames = np.concatenate([centers[other][speech[other]] for other in chosen]) if speaker and len(chosen) > 0 else []
        if len(frames) > 0:
            weight = (1 - 1 / horizon) ** np.arange(len(frames))[::-1]
            mean[index], known[index] = weight @ frames / weight.sum(), True
    return Carried(mean, known)
