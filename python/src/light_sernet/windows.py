"""Cuts samples at 16 kHz into windows (docs/arithmetic.md, sections 3 and 7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from . import tables
from .converter import Samples16
from .errors import bad_argument

Long = Literal["windows", "center"]


@dataclass(frozen=True)
class Window:
    start: int
    """Its first sample in the sound."""
    samples: Samples16
    """A whole window, or all of a shorter sound."""
    zeros_before: int | None = None
    """Of a shorter sound, the others come after it. None: it is in the center."""


class Splitter(Protocol):
    def push(self, samples: Samples16) -> Iterator[Window]: ...

    def finish(self) -> Iterator[Window]:
        """The windows that are still missing."""
        ...


def splitter(size: int, long: Long, crops: int | None) -> Splitter:
    if long not in ("windows", "center"):
        raise bad_argument("long", '"windows" or "center"', long)
    most = tables.LIMITS["crops"]
    if crops is not None and not (isinstance(crops, (int, np.integer)) and not isinstance(crops, bool) and 1 <= crops <= most):
        raise bad_argument("crops", f"a whole number from 1 to {most}", crops)
    if long == "windows" and crops is None:
        return Sliding(size)
    return Held(size, 1 if crops is None else int(crops))


class Sliding:
    """Windows begin at 0, hop, 2 hop, ..., and the last one ends with the sound; a shorter sound is one window of its own length. Keeps one and a half windows."""

    def __init__(self, size: int):
        self._size = size
        self._kept = np.empty(0, np.int16)
        self._begin = 0  # of what is kept
        self._next = 0  # where the next window begins
        self._end = 0  # of the last window

    def push(self, samples: Samples16) -> Iterator[Window]:
        self._kept = np.concatenate((self._kept, samples))
        while self._begin + len(self._kept) >= self._next + self._size:
            self._kept = self._kept[self._next - self._begin :]
            self._begin = self._next
            self._next += max(1, self._size // 2)
            self._end = self._begin + self._size
            yield Window(self._begin, self._kept[: self._size])

    def finish(self) -> Iterator[Window]:
        total = self._begin + len(self._kept)
        if total > self._end:
            last = self._kept[-self._size :]
            yield Window(total - len(last), last)


class Held:
    """That many windows at even distances from start to end, one of them in the center; of a shorter sound, that many places in a window. Keeps all of the sound."""

    def __init__(self, size: int, crops: int):
        self._size, self._crops = size, crops
        self._parts: list[Samples16] = []

    def push(self, samples: Samples16) -> Iterator[Window]:
        self._parts.append(samples)
        return iter(())

    def finish(self) -> Iterator[Window]:
        samples = np.concatenate((np.empty(0, np.int16), *self._parts))
        room = len(samples) - self._size
        starts = crop_starts(self._crops, abs(room))
        if room >= 0:
            yield from (Window(start, samples[start : start + self._size]) for start in starts)
        elif len(samples) > 0:
            yield from (Window(0, samples, start if len(starts) > 1 else None) for start in starts)


def crop_starts(crops: int, room: int) -> list[int]:
    """Evenly from 0 to `room`, each place once; a single one is in the middle."""
    count = min(crops, room + 1)
    return [room // 2] if count == 1 else [index * room // (count - 1) for index in range(count)]
