"""Activation and valence of a cross-validation on corpora: fitted on held-back answers of the int8 modules, unadapted, and judged on what the folds test."""

from collections.abc import Sequence

import numpy as np
from scipy.special import log_softmax, softmax

from ..data.dataset import Dataset
from ..results.calibration_file import Calibration
from ..results.dimensions import DIMENSIONS, Dimension, area_under_curve, balanced_accuracy, best_balanced_accuracy, fit_dimension, sides
from .acceptance import UNLIKELY, HeldBack, held_back, held_back_of
from .fold_logits import FoldLogits


def fitted_dimensions(classes: Sequence[str], given: HeldBack, temperature: float) -> dict[str, Dimension]:
    """By name; those of which the answers have both sides."""
    found = {}
    for name in DIMENSIONS:
        belongs, is_high = sides(classes, given.labels, name)
        if 0 < is_high.sum() < belongs.sum():
            found[name] = fit_dimension(log_probabilities(given, temperature)[belongs], is_high[belongs], given.corpora[belongs])
    return found


def log_probabilities(given: HeldBack, temperature: float) -> np.ndarray:
    """float64 [n, classes], over all classes that the network learned; 0 for the others."""
    return np.where(given.learned <= UNLIKELY, 0, log_softmax(given.learned / temperature, axis=1))


def manifest_dimensions(dataset: Dataset, folds: Sequence[FoldLogits], protocol: str, temperature: float, outside: Sequence[FoldLogits] = ()) -> dict:
    """What light-sernet.json has as "dimensions", fitted on all held-back answers: for a model that is trained on everything and divides its logits by the temperature."""
    fitted = fitted_dimensions(dataset.classes, held_back_of(dataset, folds, None, protocol, outside), temperature)
    return {name: dimension.as_manifest() for name, dimension in fitted.items()}


def judged_dimensions(dataset: Dataset, folds: Sequence[FoldLogits], protocol: str, calibration: Calibration, outside: Sequence[FoldLogits] = ()) -> dict:
    """With those that are fitted for each fold, as `judged_with` says."""
    temperatures = [calibration.folds[fold.parts.fold][0] for fold in folds]
    fitted = [fitted_dimensions(dataset.classes, held_back_of(dataset, folds, number, protocol, outside), at) for number, at in enumerate(temperatures)]
    return judged_with(dataset, folds, fitted, temperatures)


def judged_with(dataset: Dataset, folds: Sequence[FoldLogits], fitted: Sequence[dict[str, Dimension]], temperatures: Sequence[float]) -> dict:
    """As JSON, by dimension, corpus and way: area under the curve; UA at one half and at the best threshold; and the area of the plain sum of the probabilities of the high side. fitted: of
    each fold, by name."""
    found: dict[str, dict] = {}
    for name, (high_side, _) in DIMENSIONS.items():
        known = [(fold, its[name], at) for fold, its, at in zip(folds, fitted, temperatures) if name in its]
        columns = [dataset.classes.index(each) for each in high_side if each in dataset.classes]
        for way in folds[0].logits if known else ():
            answers = [held_back(dataset, [fold], [np.arange(len(fold.asked))[fold.judged]], way) for fold, _, _ in known]
            values = np.concatenate([dimension(log_probabilities(its, at)) for its, (_, dimension, at) in zip(answers, known)])
            sums = np.concatenate([softmax(its.learned / at, axis=1)[:, columns].sum(axis=1) for its, (_, _, at) in zip(answers, known)])
            labels, corpora = (np.concatenate([getattr(its, of) for its in answers]) for of in ("labels", "corpora"))
            belongs, is_high = sides(dataset.classes, labels, name)
            for corpus in sorted(set(corpora)):
                rows = belongs & (corpora == corpus)
                if 0 < is_high[rows].sum() < rows.sum():
                    its, high = values[rows], is_high[rows]
                    measured = {"auc": area_under_curve(its, high), "ua": balanced_accuracy(its, high), "best_ua": best_balanced_accuracy(its, high)}
                    measured["auc_of_sum"] = area_under_curve(sums[rows], high)
                    found.setdefault(name, {}).setdefault(corpus, {})[way] = {key: round(value, 4) for key, value in measured.items()} | {"answers": int(rows.sum())}
    return found


def dimension_lines(found: dict) -> list[str]:
    """For a person."""
    return [
        f"{corpus} {name} {way}".ljust(46) + f"{row['answers']} answers, area under the curve {row['auc']:.3f}, UA {row['ua']:.1%} at one half, {row['best_ua']:.1%} at best"
        for name, corpora in found.items()
        for corpus, ways in corpora.items()
        for way, row in ways.items()
    ]
