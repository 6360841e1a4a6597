"""What the models hear wrong: which emotions of a corpus they take for which others, with a sentence about the most frequent mistakes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..data import licences
from ..data.protocols import LOCO, LOSO, SPEAKERS
from ..network.widths import FULL
from .corpora_goals import EMO_DB, EMOSPEECH, SEEN
from .corpora_scores import UNADAPTED, CorporaScores, chosen

MOST_MISTAKES = 3  # in a sentence
ADJECTIVES = {"boredom": "bored", "sadness": "sad", "fear": "fearful", "anger": "angry", "disgust": "disgusted", "happiness": "happy"}  # and neutral


class Heard(NamedTuple):
    """A confusion matrix."""

    title: str
    file: str  # name of the picture
    classes: tuple[str, ...]  # that occur or were answered
    counts: np.ndarray  # int64 [classes, classes]: true, answered


def heard_wrong(every: Sequence[CorporaScores]) -> list[Heard]:
    """Of int8 modules, unadapted: every corpus as the one that `world` has not learned from; then speakers that the models have not learned from."""
    unseen, seen, full = chosen(every, LOCO, FULL, licences.ANY), chosen(every, SPEAKERS, FULL, licences.ANY), chosen(every, LOSO, FULL, licences.FREE)
    asked = [(unseen, corpus, f"{corpus}, which `world` has not learned from") for corpus in corpora_of(unseen)]
    asked += [(seen, EMOSPEECH, f"{EMOSPEECH}, speakers that `world` has not learned from")] if EMOSPEECH in corpora_of(seen) else []
    asked += [(full, EMO_DB, f"{EMO_DB}, speakers that `full` has not learned from")] if EMO_DB in corpora_of(full) else []
    return [heard(scores, corpus, title) for scores, corpus, title in asked]


def corpora_of(scores: CorporaScores | None) -> list[str]:
    return [] if scores is None else list(scores.whole["answers"][UNADAPTED])


def heard(scores: CorporaScores, corpus: str, title: str) -> Heard:
    counts = np.array(scores.whole["answers"][UNADAPTED][corpus]["confusion"])
    kept = np.flatnonzero(counts.sum(axis=0) + counts.sum(axis=1))
    classes = tuple(scores.whole["classes"][label] for label in kept)
    return Heard(title, f"confusion-{scores.whole['protocol']}-{scores.model}-{corpus}.svg", classes, counts[np.ix_(kept, kept)])


def page(every: Sequence[CorporaScores]) -> str:
    """Markdown of weights/confusions.md."""
    parts = ["# What the models hear wrong", "`python -m training.report` writes this page. Answers of int8 modules that know nothing of the speaker, among the emotions that the corpus has; rows are what was acted, columns what was answered."]
    for its in heard_wrong(every):
        parts += [f"## {its.title}", sentences(its), f"![{its.title.replace('`', '')}](results/pictures/{its.file})"]
    parts += [f"## What the labels of {EMOSPEECH} can teach", verdict] if (verdict := emospeech_verdict(every)) else []
    return "\n\n".join(parts) + "\n"


def sentences(its: Heard) -> str:
    """The most frequent mistakes, and the most frequent answer."""
    shares = its.counts / np.maximum(its.counts.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(shares, 0)
    worst = [np.unravel_index(place, shares.shape) for place in np.argsort(-shares, axis=None, kind="stable")[:MOST_MISTAKES]]
    names = [ADJECTIVES.get(name, name) for name in its.classes]
    mistakes = [f"{100 * shares[true, answer]:.0f} of 100 {names[true]} {'ones' if number else 'utterances'} for {names[answer]}" for number, (true, answer) in enumerate(worst) if shares[true, answer] > 0]
    answers, occurs = its.counts.sum(axis=0) / its.counts.sum(), its.counts.sum(axis=1) / its.counts.sum()
    often = int(answers.argmax())
    favorite = f"It answers {names[often]} to {100 * answers[often]:.0f} of 100 utterances; {100 * occurs[often]:.0f} of 100 are."
    return (f"It takes {listed(mistakes)}. " if mistakes else "It makes no mistake. ") + favorite


def listed(words: Sequence[str]) -> str:
    """ "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def emospeech_verdict(every: Sequence[CorporaScores]) -> str:
    """Whether its labels can be learned: what `world` answers to speakers that it has not learned from. Empty where that was not measured."""
    world = chosen(every, SPEAKERS, FULL, licences.ANY)
    ua = world and world.ua(EMOSPEECH, UNADAPTED)
    if ua is None:
        return ""
    classes, least = world.classes(EMOSPEECH), SEEN[EMOSPEECH]
    measured = f"Trained on other speakers of {EMOSPEECH}, `world` reaches {100 * ua:.1f} % UA of {classes} classes on speakers that it has not learned from; guessing gives {100 / classes:.0f} %."
    if 100 * ua < least:
        return f"{measured} That is less than {least} %: its labels teach next to nothing, and the corpus is good for microphones and the voice gate only."
    return f"{measured} That is more than the {least} % below which its labels would be given up: something can be learned from them."
