"""Which licences of recordings and sounds allow weights under MIT, and which licence the weights must carry."""

import re
from collections.abc import Iterable

ANY, FREE = CHOICES = ("any", "free")

FOUND = re.compile(r"CC[ -]?BY(?:-(?:NC|SA|ND))*(?: \d\.\d)?|CC[ -]?0|Apache-2\.0|\bMIT\b", re.IGNORECASE)
FREE_LICENCE = re.compile(r"CC[ -]?BY(?: \d\.\d)?|CC[ -]?0|Apache-2\.0|MIT", re.IGNORECASE)
WEIGHTS_OF_FREE = "MIT"


def is_free(text: str) -> bool:
    """Whether a licence, as a labels file words it, is CC0, CC BY, Apache-2.0 or MIT. Words that name no licence are not free."""
    found = FOUND.findall(text)
    return bool(found) and all(FREE_LICENCE.fullmatch(licence) for licence in found)


def of_weights(licences: Iterable[str]) -> str:
    """The licence of weights that learned from recordings and sounds under these: MIT if all are free, else those that are not."""
    restricted = sorted({"; ".join(FOUND.findall(text)) or "no licence stated" for text in licences if not is_free(text)})
    return " and ".join(restricted) or WEIGHTS_OF_FREE
