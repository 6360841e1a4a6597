"""The constants of training. A table in weights/v2/README.md says what some of them are worth on the development folds; the others were set once."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from math import inf, isfinite

from ..data.augmentation import KINDS


@dataclass(frozen=True)
class Recipe:
    epochs: int = 200
    batch: int = 16
    peak_rate: float = 2e-3  # of AdamW; rises for 3 epochs, then falls to 0 along a cosine
    weight_decay: float = 0.05  # decoupled; of the kernels only
    label_smoothing: float = 0.1
    mixup: float = 0.3  # both parameters of the beta distribution; 0 is off
    offset: float = 0.6  # of a recording's mean coefficients, in standard deviations over recordings
    time_masks: int = 2
    longest_mask: int = 20  # frames
    ema_decay: float = 0.998  # of the exponential moving average over steps, whose weights are kept; 0 is off
    plain: float = 0.1  # shares of the kinds of variants (augmentation.py)
    voice: float = 0.3
    real: float = 0.6
    tract: float = 0.0
    crowd: float = 0.0
    cepstral_mean_subtraction: float = 0.0  # share of a recording's mean coefficients; above 0 is for trials, the module subtracts nothing
    balance: float = 0.0  # 0 draws recordings evenly, 1 draws classes evenly
    distillation: float = 0.7  # share of the teachers' answers in the targets, where there are teachers
    # With corpora only:
    corpus_balance: float = 0.0  # 0 draws recordings evenly, 1 draws corpora evenly; `balance` is then within a corpus
    carried: float = 0.5  # share of the recordings whose running mean starts from the other utterances of the session
    voiceless: float = 0.06  # share of the examples in which nobody speaks, with all classes equally likely
    horizon: float = 512.0  # of the running mean (data/normalization.py), in frames with speech
    start_weight: float = 32.0
    carried_weight: float = 512.0
    energy_scale: float = 4.0
    mean_share: float = 1.0  # of the running mean that is subtracted


CORPORA_RECIPE = Recipe(batch=32, peak_rate=2.5e-3, balance=0.5, corpus_balance=0.5)  # what differs when many corpora are trained on


# Where the lowest value is not 0; where there is a highest value.
LOWEST = {"epochs": 1, "batch": 1, "horizon": 16, "start_weight": 1, "carried_weight": 1}
HIGHEST = {"label_smoothing": 1, "ema_decay": 1, "cepstral_mean_subtraction": 1, "balance": 1, "distillation": 1, "corpus_balance": 1, "carried": 1, "voiceless": 1, "mean_share": 1}


def changed(recipe: Recipe, changes: Sequence[str]) -> Recipe:
    """`changes` are NAME=NUMBER. Raises ValueError in one sentence."""
    kinds = {field.name: type(field.default) for field in fields(recipe)}
    values = {}
    for change in changes:
        name, _, number = change.partition("=")
        if name not in kinds:
            raise ValueError(f"the recipe has no {name!r}; it has {', '.join(kinds)}")
        try:
            values[name] = kinds[name](number)
        except ValueError:
            kind = "whole number" if kinds[name] is int else "number"
            raise ValueError(f"{change}: {number!r} is not a {kind}; give NAME=NUMBER") from None
    return checked(replace(recipe, **values))


def checked(recipe: Recipe) -> Recipe:
    """Raises ValueError in one sentence."""
    for field in fields(recipe):
        value, lowest, highest = getattr(recipe, field.name), LOWEST.get(field.name, 0), HIGHEST.get(field.name, inf)
        if not (lowest <= value <= highest and isfinite(value)):
            most = f" and at most {highest}" if field.name in HIGHEST else ""
            raise ValueError(f"{field.name} is {value}; it must be at least {lowest}{most}")
    if not any(getattr(recipe, kind) for kind in KINDS):
        raise ValueError(f"one of the shares {', '.join(KINDS)} must be above 0")
    return recipe
