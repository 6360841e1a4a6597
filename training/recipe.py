"""The constants of training. training/README.md says which were tried on the development folds; the others were set once."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Recipe:
    epochs: int = 200
    batch: int = 16
    peak_rate: float = 2e-3  # of AdamW; 3 epochs of rising, then a cosine to 0
    weight_decay: float = 0.05  # decoupled; of the kernels only
    label_smoothing: float = 0.1
    mixup: float = 0.3  # both parameters of the beta distribution; 0 is off
    offset: float = 0.6  # of a recording's mean coefficients, in standard deviations over recordings
    time_masks: int = 2
    longest_mask: int = 20  # frames
    averaging: float = 0.998  # the weights that are kept are this decaying average over steps (EMA); 0 is off
    plain: float = 0.1  # shares of the three kinds of variants
    voice: float = 0.3
    real: float = 0.6
    balance: float = 0.0  # 0 draws recordings evenly, 1 draws classes evenly
    distillation: float = 0.7  # share of the teachers' answers in the targets, where there are teachers


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
            raise ValueError(f"{change}: {number!r} is no number; give NAME=NUMBER") from None
    return replace(recipe, **values)
