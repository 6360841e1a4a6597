"""What a model that ships answers to people of corpora that it has not learned from: scores as those of a cross-validation, of the module itself with its own threshold."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..conversion.module_answers import Job, module_answers, written_sounds
from ..data import licences
from ..data.dataset import Dataset
from ..data.front_end import REFERENCE_DURATION, load_front_end
from ..data.protocols import ALL, Split
from ..data.sound_file import read_sound
from ..results.acceptance import PROBABILITY, RULES, SHIPPED
from ..results.calibration_file import Calibration
from ..results.corpora_scores import STRANGERS
from ..results.dimensions import Dimension
from ..results.predictions import INT8
from .acceptance import accepted_with, voices
from .backgrounds import background_windows
from .corpora_answers import GROUPS, judged_predictions, scores_by, scores_by_corpus
from .dimensions import judged_with
from .fold_logits import ADAPTED, UNADAPTED, FoldLogits, with_mean_answers
from .others import Others, draw_others, draw_skewed


def strangers(dataset: Dataset) -> Split:
    """Recordings without a free licence test: the models for which this is done have learned from those with one."""
    is_free = np.array([licences.is_free(recording.licence) for recording in dataset.recordings])
    if is_free.all() or not is_free.any():
        raise ValueError("the recordings must be some with a free licence, from which the model has learned, and others, which it answers; name both with --data")
    return Split(ALL, np.flatnonzero(is_free), np.array([], np.int64), np.flatnonzero(~is_free))


def judge_strangers(model: Path, dataset: Dataset, data: Sequence[Path], kind: str, width: str) -> dict:
    """KIND-scores.json. model: such as weights/full, with its light-sernet.json and int8/. data: files of labels, for the backgrounds."""
    sidecar, parts = json.loads((model / "light-sernet.json").read_text(encoding="utf-8-sig")), strangers(dataset)
    windows, background_names = background_windows(dataset, data, REFERENCE_DURATION)
    others, skewed = draw_others(dataset.speakers), draw_skewed(dataset)
    fold = answered(model / "int8", dataset, parts, windows, others if "normalization" in sidecar else None)
    folds = with_mean_answers([fold], others, skewed) if ADAPTED in fold.logits else [fold]
    threshold = sidecar["acceptThreshold"]
    calibration = Calibration(1.0, threshold, 0, {ALL: (1.0, threshold)})  # the module has its temperature in its weights
    fitted = {name: Dimension(np.array(its["weights"]), its["bias"]) for name, its in sidecar.get("dimensions", {}).items()}
    answers, groups = {}, {}
    for way in folds[0].logits:
        predictions = judged_predictions(dataset, folds, way, calibration)
        name = "-".join(filter(None, (INT8, way)))
        answers[name] = scores_by_corpus(dataset, folds, predictions)
        groups[name] = {of: scores_by(dataset, folds, predictions, of) for of in GROUPS}
    accepted = accepted_with(dataset, folds, RULES[PROBABILITY], [1.0], [threshold], background_names)
    return {
        "kind": kind,
        "protocol": STRANGERS,
        "width": width,
        "licences": licences.FREE,
        "inflated": False,
        "classes": list(dataset.classes),
        "answers": answers,
        "groups": groups,
        "voices": voices(dataset, folds, background_names),
        "acceptance": {PROBABILITY: {"order": None, "fits": {SHIPPED: accepted}}},
        "dimensions": judged_with(dataset, folds, [fitted], [1.0]),
    }


def answered(module: Path, dataset: Dataset, parts: Split, windows: Sequence[np.ndarray], others: Others | None) -> FoldLogits:
    """others: None for a module that does not adapt."""
    front_end, asked = load_front_end(), parts.judged.tolist()
    samples = [read_sound(dataset.recordings[index].path, front_end) for index in asked]
    place = {index: number for number, index in enumerate(asked)}
    jobs = {UNADAPTED: [Job(place[index]) for index in asked]}
    if others is not None:
        jobs[ADAPTED] = [Job(place[index], others=tuple(place[other] for other in others[index].tolist())) for index in asked]
    jobs["backgrounds"] = [Job(len(asked) + window) for window in range(len(windows))]
    with written_sounds([*samples, *windows]) as sounds:
        every = module_answers([module], dataset.classes, sounds, [job for its in jobs.values() for job in its])
    ends = np.cumsum([len(its) for its in jobs.values()])[:-1]
    logits, has_voice = (dict(zip(jobs, np.split(values, ends), strict=True)) for values in (every.logits, every.voices))
    backgrounds, background_voices = logits.pop("backgrounds"), has_voice.pop("backgrounds")
    return FoldLogits(parts, parts.judged, logits, backgrounds, has_voice, background_voices)
