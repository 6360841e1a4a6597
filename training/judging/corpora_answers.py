"""Judges a cross-validation on corpora: answers and scores of the float network and of the int8 module, in each way that a device may know the speaker; and what is accepted."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..data import protocols
from ..data.dataset import Dataset
from ..data.session_files import load_centers
from ..files import replace_file
from ..learning.settings import Settings, kind_name
from ..results.calibration import expected_calibration_error
from ..results.calibration_file import Calibration, write_calibration
from ..results.corpora_scores import scores_path
from ..results.metrics import bootstrap, score
from ..results.predictions import FLOAT32, INT8, Predictions, write_predictions
from .acceptance import ACCEPTED_ACCURACY, acceptance, acceptance_lines, calibrated, voice_lines, voices
from .backgrounds import background_windows
from .calibrating_runs import calibrating_splits
from .dimensions import dimension_lines, judged_dimensions, manifest_dimensions
from .float_answers import float_logits
from .fold_logits import FoldLogits, answerable, probabilities_of, with_mean_answers
from .int8_answers import Asked, int8_logits
from .others import draw_others, draw_skewed

FIVE = ("anger", "fear", "happiness", "neutral", "sadness")
GROUPS = ("speaker", "style", "language")  # what scores are also given by


def judge(settings: Settings, dataset: Dataset, folder: Path, results: Path, options: argparse.Namespace) -> str:
    """Writes KIND-PRECISION-WAY.csv for each precision and way, calibration-KIND.json and KIND-scores.json; returns a table of the scores. folder: of the runs of all folds."""
    names = protocols.fold_names(dataset, settings.protocol)
    splits = [protocols.split(dataset, settings.protocol, name, settings.validate) for name in names]
    kind, protocol = kind_name(settings), settings.protocol
    centers, others = load_centers(dataset, settings.input_duration), draw_others(dataset.speakers)
    windows, background_names = background_windows(dataset, options.data, settings.input_duration)
    asked = Asked(dataset, others, windows)
    answered = {
        FLOAT32: float_logits(folder, splits, centers, others, settings.recipe.horizon),
        INT8: int8_logits(folder, splits, centers, asked, options),
    }
    outside = []
    if options.calibration_runs is not None:
        outside = int8_logits(options.calibration_runs, calibrating_splits(settings, dataset, options.calibration_runs), centers, asked, options)
    answered = {precision: with_mean_answers(folds, others, draw_skewed(dataset)) for precision, folds in answered.items()}
    calibration = calibrated(dataset, answered[INT8], protocol, outside)
    calibration = replace(calibration, dimensions=manifest_dimensions(dataset, answered[INT8], protocol, calibration.temperature, outside))
    write_calibration(results, kind, calibration)
    answers, groups, lines = {}, {}, []
    for precision, folds in answered.items():
        for way in folds[0].logits:
            name = "-".join(filter(None, (precision, way)))
            predictions = judged_predictions(dataset, folds, way, calibration)
            write_predictions(results / f"{kind}-{name}.csv", predictions)
            answers[name] = scores_by_corpus(dataset, folds, predictions)
            groups[name] = {of: scores_by(dataset, folds, predictions, of) for of in GROUPS}
            lines += [f"{corpus} {name}".ljust(46) + found["text"] for corpus, found in answers[name].items()]
    accepted = acceptance(dataset, answered[INT8], protocol, calibration, background_names, outside)
    with_voice = voices(dataset, answered[INT8], background_names)
    dimensions = judged_dimensions(dataset, answered[INT8], protocol, calibration, outside)
    lines += voice_lines(with_voice) + acceptance_lines(accepted) + dimension_lines(dimensions)
    scores = {"kind": kind, "protocol": protocol, "width": settings.width, "licences": settings.licences, "inflated": splits[0].inflated, "classes": list(dataset.classes)}
    scores |= {"answers": answers, "groups": groups, "voices": with_voice, "acceptance": accepted, "dimensions": dimensions}
    replace_file(scores_path(results, kind), json.dumps(scores, indent=1) + "\n")
    if calibration.threshold == 1:
        lines.append(f"no threshold makes {ACCEPTED_ACCURACY:.0%} of the held-back answers above it right: every answer of a model with this calibration will be uncertain")
    if splits[0].inflated:
        lines.append("inflated: the epoch of each fold was chosen on the recordings that are reported, as the papers do")
    return "\n".join(lines)


def judged_recordings(folds: Sequence[FoldLogits]) -> np.ndarray:
    """int64 [judged], fold after fold."""
    return np.concatenate([fold.parts.judged for fold in folds])


def judged_predictions(dataset: Dataset, folds: Sequence[FoldLogits], way: str, calibration: Calibration) -> Predictions:
    """With the temperature of each fold."""
    judged = judged_recordings(folds)
    probabilities = [
        probabilities_of(fold.logits[way][fold.judged], answerable(dataset, fold.parts, fold.parts.judged), calibration.folds[fold.parts.fold][0]) for fold in folds
    ]
    return Predictions(
        utterances=[dataset.recordings[index].utterance for index in judged],
        folds=[fold.parts.fold for fold in folds for _ in fold.parts.judged],
        classes=dataset.classes,
        labels=dataset.labels[judged],
        probabilities=np.concatenate(probabilities),
    )


def scores_by_corpus(dataset: Dataset, folds: Sequence[FoldLogits], predictions: Predictions) -> dict[str, dict]:
    """Of each corpus: the scores over the classes that the network could answer, and intervals over speakers."""
    judged, found = judged_recordings(folds), {}
    for corpus in sorted(set(dataset.corpora[judged])):
        rows = scored(dataset, [fold.parts for fold in folds], corpus)
        labels, its = predictions.labels[rows], predictions.probabilities[rows]
        scores, interval = score(labels, its), bootstrap(labels, its, groups=dataset.speakers[judged[rows]])
        low, high = interval.ua
        text = f"{len(set(labels))} classes, {scores}; UA 95 % over speakers {low:.1%} to {high:.1%}"
        error = round(expected_calibration_error(labels, its), 4)
        found[corpus] = {"text": text} | scores.as_json() | {"interval": interval.as_json(), "calibration_error": error, "five_ua": ua_of_five(predictions, rows)}
    return found


def ua_of_five(predictions: Predictions, rows: np.ndarray) -> float:
    """UA among the FIVE, to compare with what others report on those."""
    five = [label for label, name in enumerate(predictions.classes) if name in FIVE]
    rows = rows[np.isin(predictions.labels[rows], five)]
    if len(rows) == 0:
        return 0.0
    return score(np.searchsorted(five, predictions.labels[rows]), predictions.probabilities[rows][:, five]).as_json()["ua"]


def scores_by(dataset: Dataset, folds: Sequence[FoldLogits], predictions: Predictions, of: str) -> dict[str, dict]:
    """The same in short, of all recordings that have the same value of `of`, a field of Recording."""
    judged = judged_recordings(folds)
    values = np.array([getattr(dataset.recordings[index], of) for index in judged])
    possible = scored(dataset, [fold.parts for fold in folds])
    found = {}
    for value in sorted(set(values[possible])):
        rows = possible[values[possible] == value]
        scores = score(predictions.labels[rows], predictions.probabilities[rows]).as_json()
        found[value] = {"classes": len(set(predictions.labels[rows]))} | {key: scores[key] for key in ("recordings", "ua", "wa")}
    return found


def scored(dataset: Dataset, splits: Sequence[protocols.Split], corpus: str | None = None) -> np.ndarray:
    """Rows of the judged recordings, int64, that are of the corpus, if one is given, and whose class the network could answer."""
    judged = np.concatenate([parts.judged for parts in splits])
    possible = np.concatenate([answerable(dataset, parts, parts.judged) for parts in splits])
    of_corpus = dataset.corpora[judged] == corpus if corpus is not None else True
    return np.flatnonzero(of_corpus & possible[np.arange(len(judged)), dataset.labels[judged]])
