"""Files that are there whole, or not at all: written beside and renamed. Folders are made."""

import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np


def sentence(error: Exception) -> str:
    """What went wrong in one line: of the system's errors, which file and why; of a process that is gone, what to do."""
    if isinstance(error, BrokenExecutor):
        return "one of the processes was killed, perhaps for want of memory; the same command goes on where it was, and fewer --jobs need less"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def replace_file(path: Path, text: str) -> None:
    """UTF-8, with the line ends that the text has."""
    write_beside(path, lambda file: file.write(text.encode()))


def save(path: Path, array: np.ndarray) -> None:
    write_beside(path, lambda file: np.save(file, array))


def save_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    write_beside(path, lambda file: np.savez(file, **arrays))


def write_beside(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """The old file stays until the new one is whole; nothing stays of one that could not be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("wb") as file:
            write(file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
