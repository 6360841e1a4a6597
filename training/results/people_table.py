"""One table for people who do not know the field: how many of 100 answers are right, in situations that they can picture."""

from collections.abc import Sequence
from typing import NamedTuple

from ..data import licences
from ..data.protocols import LOCO, LOSO, SPEAKERS
from ..network.widths import FULL
from .corpora_goals import EMO_DB, EMOSPEECH, NEMO, RAVDESS
from .corpora_scores import ANSWERS, NEUTRAL, STRANGERS, UNADAPTED, CorporaScores, chosen
from .markdown import table
from .robustness_file import in_noise

EXCITED_OR_CALM = 2  # sides


class Figure(NamedTuple):
    """Of one model in one situation."""

    share: float  # UA; or, without classes, the share that is taken for a voice
    classes: int | None


def people_table(every: Sequence[CorporaScores]) -> str:
    """Empty where nothing was measured; without situations that were not."""
    full = chosen(every, LOSO, FULL, licences.FREE)
    seen, unseen = chosen(every, SPEAKERS, FULL, licences.ANY), chosen(every, LOCO, FULL, licences.ANY)
    strangers = chosen(every, STRANGERS, FULL, licences.FREE)
    rows = [cells(name, figures) for name, figures in situations(full, strangers, seen, unseen).items() if any(figures)]
    return table(["who speaks, and how", "possible answers", "guessing: right of 100", "`full`: right of 100", "`world`: right of 100"], rows) if rows else ""


def situations(
    full: CorporaScores | None, strangers: CorporaScores | None, seen: CorporaScores | None, unseen: CorporaScores | None
) -> dict[str, tuple[Figure | None, Figure | None]]:
    """The figures of full and world. On speakers that they have not learned from: `full` and `seen`; on corpora: `strangers` and `unseen`."""

    def actor(measure, *arguments) -> tuple[Figure | None, Figure | None]:
        return measure(full, *arguments), measure(seen, *arguments)

    def stranger(measure, *arguments) -> tuple[Figure | None, Figure | None]:
        return measure(strangers, *arguments), measure(unseen, *arguments)

    return {
        "An actor from Berlin whom it has never heard, in a studio": actor(answered, EMO_DB, UNADAPTED),
        "The same, after it heard him or her for half a minute, in all moods": actor(answered, EMO_DB, ANSWERS),
        "The same, after half a minute in which he or she was always calm and neutral": actor(answered, EMO_DB, NEUTRAL),
        "The actor from Berlin; six people talk nearby, half as loud (10 dB)": actor(degraded, in_noise("babble", 10)),
        "The actor from Berlin, over a telephone": actor(degraded, "telephone"),
        "The actor from Berlin, 3 m away in an echoing room": actor(degraded, "room 3.0 m"),
        f"Polish actors ({NEMO}); it has never learned from Polish": stranger(answered, NEMO, UNADAPTED),
        f"English-speaking actors ({RAVDESS}); it has never learned from them": stranger(answered, RAVDESS, UNADAPTED),
        f"People who are not actors, single words, their own microphones ({EMOSPEECH}); it has never learned from them": stranger(answered, EMOSPEECH, UNADAPTED),
        "Excited or calm: the actor from Berlin": actor(excited, EMO_DB),
        f"Excited or calm: Polish actors ({NEMO})": stranger(excited, NEMO),
        f"Excited or calm: English-speaking actors ({RAVDESS})": stranger(excited, RAVDESS),
        f"Excited or calm: single words ({EMOSPEECH})": stranger(excited, EMOSPEECH),
        "Recorded noises: taken for a voice, of 100 (fewer is better)": (taken_for_voice(full, "all"), taken_for_voice(unseen, "all")),
        "Hum, tones, music, silence: taken for a voice, of 100 (fewer is better)": (taken_for_voice(full, "made-up"), taken_for_voice(unseen, "made-up")),
    }


def answered(scores: CorporaScores | None, corpus: str, way: str) -> Figure | None:
    ua = scores and scores.ua(corpus, way)
    return None if ua is None else Figure(ua, scores.classes(corpus))


def degraded(scores: CorporaScores | None, condition: str) -> Figure | None:
    ua = scores and scores.robustness(UNADAPTED).get(condition)
    return None if ua is None else Figure(ua, scores.classes(EMO_DB))


def excited(scores: CorporaScores | None, corpus: str) -> Figure | None:
    """At the threshold of one half."""
    its = scores and scores.whole["dimensions"].get("activation", {}).get(corpus, {}).get("")
    return Figure(its["ua"], EXCITED_OR_CALM) if its else None


def taken_for_voice(scores: CorporaScores | None, kind: str) -> Figure | None:
    share = scores and scores.whole.get("voices", {}).get("backgrounds", {}).get(kind)
    return None if share is None else Figure(share, None)


def cells(name: str, figures: Sequence[Figure | None]) -> list[str]:
    """A row. Models that can answer different classes have both numbers."""
    numbers = list(dict.fromkeys(its.classes for its in figures if its and its.classes))
    guesses = [f"{100 / number:.0f}" for number in numbers]
    return [name, " and ".join(map(str, numbers)), " and ".join(guesses), *("" if its is None else f"{100 * its.share:.0f}" for its in figures)]
