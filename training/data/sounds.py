"""Sounds that the augmentation adds to speech: other talkers, backgrounds, noises, rooms."""

from dataclasses import dataclass
from pathlib import Path, PurePath

TALKERS, BACKGROUND, NOISE, ROOM = PARTS = ("talkers", "background", "noise-train", "room")
HELD_BACK = "0123"  # a background whose SHA-256 begins with one of these, a quarter of them, only measures what the models accept
MEASURING = "noise-table"  # the part, and the folder, of the noises and rooms of the robustness table


@dataclass(frozen=True)
class Sound:
    """Raises ValueError for a sound that measures robustness: it must never join training."""

    path: Path
    name: str
    part: str  # one of PARTS
    corpus: str
    licence: str
    digest: str  # SHA-256 of the file
    seconds: float

    def __post_init__(self):
        if self.part not in PARTS or for_measuring(self.part, self.name) or is_held_back(self.part, self.digest):
            raise ValueError(f"{self.path}: a sound of the part {self.part} may not join training")


def for_measuring(part: str, name: str) -> bool:
    """Whether a file of this part and with this relative path only measures robustness: a room has no part of its own for that, but the folder."""
    return part.startswith(MEASURING) or MEASURING in PurePath(name).parts


def is_held_back(part: str, digest: str) -> bool:
    """Whether this background only measures. digest: SHA-256 of the file."""
    return part == BACKGROUND and digest[0] in HELD_BACK
