"""Sounds that only measure: noises and rooms of the robustness table, and backgrounds that training did not use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .corpora import inspected, is_labels, rows_of
from .dataset import Dataset
from .sounds import BACKGROUND, MEASURING, ROOM, for_measuring


@dataclass(frozen=True)
class MeasuringSound:
    path: Path
    name: str  # such as noise-table/factory1.flac
    part: str  # MEASURING, ROOM or BACKGROUND
    digest: str  # SHA-256 of the file


def measuring_noises(labels: Sequence[Path]) -> list[MeasuringSound]:
    """Of the robustness table, in the order of the files of labels. Folders of WAV files have none."""
    return [sound for sound in measuring_sounds(labels) if sound.part != ROOM]


def measuring_rooms(labels: Sequence[Path]) -> list[MeasuringSound]:
    """Impulse responses of the robustness table."""
    return [sound for sound in measuring_sounds(labels) if sound.part == ROOM]


def held_back_backgrounds(dataset: Dataset, labels: Sequence[Path]) -> list[MeasuringSound]:
    """Sounds in which nobody speaks to the device, and that no network trained on the dataset has used: the noises of the robustness table; backgrounds that the
    dataset has left out for their licence; and those that are held back from every training."""
    trained = {sound.digest for sound in dataset.sounds}
    found = [sound for sound in found_in(labels, lambda part, name: part == BACKGROUND) if sound.digest not in trained]
    return [*found, *measuring_noises(labels)]


def measuring_sounds(labels: Sequence[Path]) -> Iterator[MeasuringSound]:
    return found_in(labels, for_measuring)


def found_in(labels: Sequence[Path], chosen) -> Iterator[MeasuringSound]:
    """The rows of which `chosen`(part, name) is true. Raises ValueError in one sentence when a file is missing."""
    for path in labels:
        for row in rows_of(path) if is_labels(path) else ():
            part, name = row["part"] or "", row["file"] or ""
            if chosen(part, name):
                file = (path if path.is_dir() else path.parent) / name
                yield MeasuringSound(file, name, MEASURING if part.startswith(MEASURING) else part, inspected(file)[1])
