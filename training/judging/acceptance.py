"""Temperature and threshold of every fold, fitted on answers of the int8 modules to recordings that were kept from training; and what is accepted with them.

They are fitted unadapted, since a device begins so, and hold for all ways. Whether an answer is accepted is decided over all classes that the network learned, as the
module does, which does not know the corpus; whether it is right, among those of the corpus. An answer to what the voice head does not take for a voice is never accepted, so the
threshold is fitted without these.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from ..data.dataset import Dataset
from ..data.protocols import LOCO
from ..results.acceptance import PROBABILITY, RULES, SHIPPED, mean_accuracy, threshold_at
from ..results.calibration import fit_temperature
from ..results.calibration_file import Calibration
from .backgrounds import MADE_UP
from .fold_logits import UNADAPTED, FoldLogits, answerable

ACCEPTED_ACCURACY = 0.92  # of the held-back answers that are accepted, with the threshold that ships
LOWER_ACCURACY = 0.8  # reported beside it
UNSEEN_ACCURACY = 0.65  # of answers to corpora that the network has not learned from
UNLIKELY = -1e9  # logit of a class that cannot be answered; finite, so that 0 times it is 0


@dataclass(frozen=True)
class HeldBack:
    """Answers of several folds to recordings that they have not learned from, and that the fold in question does not report."""

    labels: np.ndarray  # int64 [n]
    corpora: np.ndarray  # str [n]
    learned: np.ndarray  # float64 [n, classes]: logits, UNLIKELY for classes that the network has not learned
    answers: np.ndarray  # float64 [n, classes]: UNLIKELY also for those that the corpus does not have
    has_voice: np.ndarray  # bool [n]

    @property
    def right(self) -> np.ndarray:
        """bool [n]."""
        return self.answers.argmax(axis=1) == self.labels

    @property
    def with_voice(self) -> "HeldBack":
        """Those that have one."""
        return self.of(self.has_voice)

    def of(self, rows: np.ndarray) -> "HeldBack":
        """The answers in these rows, bool [n]."""
        return HeldBack(*(getattr(self, field.name)[rows] for field in fields(self)))

    def among(self, classes: np.ndarray) -> "HeldBack":
        """As networks that have learned no other classes, bool [classes], would answer; without recordings of others."""
        learned, answers = (np.where(classes, logits, UNLIKELY) for logits in (self.learned, self.answers))
        return replace(self, learned=learned, answers=answers).of(classes[self.labels])


def held_back(dataset: Dataset, folds: Sequence[FoldLogits], rows: Sequence[np.ndarray], way: str = UNADAPTED) -> HeldBack:
    """rows: of `asked`, int64, for each fold. Left out are recordings whose class the network could not answer."""
    labels, corpora, learned, answers, has_voice = [], [], [], [], []
    for fold, chosen in zip(folds, rows, strict=True):
        indices, logits = fold.asked[chosen], fold.logits[way][chosen].astype(np.float64)
        possible = answerable(dataset, fold.parts, indices)
        known = possible[np.arange(len(indices)), dataset.labels[indices]]
        labels.append(dataset.labels[indices][known])
        corpora.append(dataset.corpora[indices][known])
        learned.append(np.where(dataset.classes_of(fold.parts.train), logits, UNLIKELY)[known])
        answers.append(np.where(possible, logits, UNLIKELY)[known])
        has_voice.append(fold.has_voice(way)[chosen][known])
    return HeldBack(*(np.concatenate(parts) for parts in (labels, corpora, learned, answers, has_voice)))


def held_back_of(dataset: Dataset, folds: Sequence[FoldLogits], number: int | None, protocol: str, outside: Sequence[FoldLogits] = ()) -> HeldBack:
    """For the fold of that number: with `outside`, the folds of another cross-validation, what those networks answered to what they test; else what its network answered to its own validation part, where a corpus is left out; what all networks answered to their validation parts, without
    the recordings that the fold tests; or, without any validation part, what the other networks answered to theirs. Among the classes that its network has learned. None stands for a model that is trained on everything."""
    tested = [] if number is None else folds[number].parts.judged
    if outside:
        own, rows = outside, [np.arange(len(fold.asked)) for fold in outside]
    elif any(len(fold.asked) > len(fold.parts.judged) for fold in folds):
        own = [fold for at, fold in enumerate(folds) if protocol != LOCO or number in (None, at)]
        rows = [np.arange(len(fold.asked))[fold.held_back] for fold in own]
    else:
        own = [fold for at, fold in enumerate(folds) if at != number]
        rows = [np.arange(len(fold.asked)) for fold in own]
    found = held_back(dataset, own, [its[~np.isin(fold.asked[its], tested)] for fold, its in zip(own, rows)])
    return found if number is None else found.among(dataset.classes_of(folds[number].parts.train))


def unseen_of_others(dataset: Dataset, folds: Sequence[FoldLogits], number: int) -> HeldBack:
    """What the networks of the other folds answered to the corpora that they have not learned from, among the classes that this one's has learned."""
    own = [fold for at, fold in enumerate(folds) if at != number]
    found = held_back(dataset, own, [np.arange(len(fold.asked))[fold.judged] for fold in own])
    return found.among(dataset.classes_of(folds[number].parts.train))


def calibrated(dataset: Dataset, folds: Sequence[FoldLogits], protocol: str, outside: Sequence[FoldLogits] = ()) -> Calibration:
    """With the threshold of the module's rule: a probability, 0 where no answer is uncertain and 1 where all are."""
    fitted = [(fold.parts.fold, fit(held_back_of(dataset, folds, number, protocol, outside))) for number, fold in enumerate(folds)]
    every = held_back_of(dataset, folds, None, protocol, outside)
    temperature, threshold = fit(every)
    return Calibration(temperature, threshold, len(every.labels), dict(fitted))


def fit(given: HeldBack) -> tuple[float, float]:
    """Temperature, of all answers, and threshold, of those that have a voice."""
    temperature, voiced = fit_temperature(given.answers, given.labels), given.with_voice
    threshold = threshold_at(RULES[PROBABILITY](voiced.learned, temperature), voiced.right, voiced.corpora, ACCEPTED_ACCURACY)
    return temperature, float(np.clip(threshold, 0, 1))


def acceptance(
    dataset: Dataset, folds: Sequence[FoldLogits], protocol: str, calibration: Calibration, background_names: np.ndarray, outside: Sequence[FoldLogits] = ()
) -> dict:
    """As JSON, of each rule: `order`, its mean accuracy over all coverages on held-back answers that have a voice, by which a rule may be chosen; and for each way of fitting a threshold what
    is accepted of each corpus and way, and of each kind of background. background_names: str [windows]."""
    held = [held_back_of(dataset, folds, number, protocol, outside).with_voice for number in range(len(folds))]
    fits = {SHIPPED: (held, ACCEPTED_ACCURACY), f"held back, {LOWER_ACCURACY:.0%}": (held, LOWER_ACCURACY)}
    if protocol == LOCO:
        fits[f"other unseen corpora, {UNSEEN_ACCURACY:.0%}"] = [unseen_of_others(dataset, folds, number).with_voice for number in range(len(folds))], UNSEEN_ACCURACY
    temperatures = [calibration.folds[fold.parts.fold][0] for fold in folds]
    found = {}
    for name, rule in RULES.items():
        orders = [mean_accuracy(rule(its.learned, at), its.right, its.corpora) for its, at in zip(held, temperatures)]
        found[name] = {"order": round(float(np.mean(orders)), 4), "fits": {}}
        for how, (answers, accuracy) in fits.items():
            thresholds = [threshold_at(rule(its.learned, at), its.right, its.corpora, accuracy) for its, at in zip(answers, temperatures)]
            found[name]["fits"][how] = accepted_with(dataset, folds, rule, temperatures, thresholds, background_names)
    return found


def accepted_with(dataset: Dataset, folds: Sequence[FoldLogits], rule, temperatures: list[float], thresholds: list[float], background_names: np.ndarray) -> dict:
    """Coverage, and the share of right answers among the accepted (None: there are none), by corpus and way; and the accepted share of backgrounds."""
    corpora: dict[str, dict] = {}
    for way in folds[0].logits:
        its = [held_back(dataset, [fold], [np.arange(len(fold.asked))[fold.judged]], way) for fold in folds]
        accepted = np.concatenate([one.has_voice & (rule(one.learned, at) >= least) for one, at, least in zip(its, temperatures, thresholds)])
        right, of = np.concatenate([one.right for one in its]), np.concatenate([one.corpora for one in its])
        for corpus in sorted(set(of)):
            chosen = accepted & (of == corpus)
            corpora.setdefault(corpus, {})[way] = {"coverage": share(accepted[of == corpus]), "right": share(right[chosen])}
    found = {"thresholds": [round(least, 4) if np.isfinite(least) else None for least in thresholds], "corpora": corpora}
    if folds[0].backgrounds is not None:
        learned = [np.where(dataset.classes_of(fold.parts.train), fold.backgrounds, UNLIKELY).astype(np.float64) for fold in folds]
        accepted = [fold.background_has_voice & (rule(its, at) >= least) for fold, its, at, least in zip(folds, learned, temperatures, thresholds)]
        found["backgrounds"] = by_kind(np.stack(accepted).mean(axis=0), background_names)
    return found


def by_kind(shares: np.ndarray, background_names: np.ndarray) -> dict[str, float]:
    """The means of shares, float [windows]: of `all` recorded backgrounds, of all `made-up` ones, and of each kind."""
    is_made_up = np.char.startswith(background_names, MADE_UP)
    groups = {"all": ~is_made_up, MADE_UP.strip(): is_made_up} | {name: background_names == name for name in sorted(set(background_names))}
    return {name: share(shares[rows]) for name, rows in groups.items() if rows.any()}


def voices(dataset: Dataset, folds: Sequence[FoldLogits], background_names: np.ndarray) -> dict:
    """As JSON: the share that the voice heads take for a voice, of everything that is judged of each corpus, by way, and of each kind of background."""
    of = np.concatenate([dataset.corpora[fold.parts.judged] for fold in folds])
    has_voice = {way: np.concatenate([fold.has_voice(way)[fold.judged] for fold in folds]) for way in folds[0].logits}
    corpora = {corpus: {way: share(its[of == corpus]) for way, its in has_voice.items()} for corpus in sorted(set(of))}
    if folds[0].backgrounds is None:
        return {"corpora": corpora}
    return {"corpora": corpora, "backgrounds": by_kind(np.stack([fold.background_has_voice for fold in folds]).mean(axis=0), background_names)}


def share(values: np.ndarray) -> float | None:
    return round(float(values.mean()), 4) if len(values) > 0 else None


def acceptance_lines(found: dict) -> list[str]:
    """Of the module's own rule and the threshold that ships, for a person."""
    its, lines = found[PROBABILITY]["fits"][SHIPPED], []
    for corpus, ways in its["corpora"].items():
        for way, row in ways.items():
            right = "" if row["right"] is None else f", {row['right']:.1%} of these right"
            lines.append(f"{corpus} {way}".ljust(46) + f"{row['coverage']:.1%} accepted{right}")
    if "backgrounds" in its:
        lines.append("backgrounds".ljust(46) + ", ".join(f"{name} {part:.1%}" for name, part in its["backgrounds"].items()) + " accepted")
    return lines


def voice_lines(found: dict) -> list[str]:
    """For a person."""
    rows = {f"{corpus} {way}": part for corpus, ways in found["corpora"].items() for way, part in ways.items()}
    lines = [name.ljust(46) + f"{part:.1%} with a voice" for name, part in rows.items()]
    if "backgrounds" in found:
        lines.append("backgrounds".ljust(46) + ", ".join(f"{name} {part:.1%}" for name, part in found["backgrounds"].items()) + " taken for a voice")
    return lines
