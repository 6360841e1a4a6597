"""Finds the sounds in files and folders that a person names."""

import os
from collections.abc import Collection, Iterator, Sequence

from . import tables
from .errors import RecognizerError


def find_sounds(inputs: Sequence[str]) -> Iterator[tuple[str, Exception | None]]:
    """Files as they are; of folders all files with a sound's extension, in the order of their paths, links followed. With each why it cannot be read, if that is known."""
    for path in inputs:
        if not os.path.isdir(path):
            yield path, None
            continue
        found = False
        for file in walk(path, tables.SOUND_EXTENSIONS, set()):
            found = True
            yield file
        if not found:
            yield path, RecognizerError("EMPTY", "this folder has no sound files (.wav, .flac, .mp3, ...); name one that does")


def walk(folder: str, extensions: Collection[str], seen: set[tuple[int, int]]) -> Iterator[tuple[str, Exception | None]]:
    """The files with one of these extensions. Reads each folder once, whatever links lead to it."""
    try:
        entry = os.stat(folder)
        if (entry.st_dev, entry.st_ino) in seen:
            return
        seen.add((entry.st_dev, entry.st_ino))
        names = sorted(os.listdir(folder))
    except OSError as error:
        yield folder, error
        return
    for name in names:
        path = os.path.join(folder, name)
        if is_of_macos(name):
            continue
        if os.path.isdir(path):
            yield from walk(path, extensions, seen)
        elif has_extension(name, extensions):
            yield path, None


def is_of_macos(name: str) -> bool:
    """A file or folder that macOS adds to other disks and archives."""
    return name == "__MACOSX" or name.startswith("._")


def has_extension(name: str, extensions: Collection[str]) -> bool:
    return os.path.splitext(name)[1][1:].lower() in extensions
