"""Files that are either complete or not there: each is written under another name, then renamed. Missing folders are made."""

import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np


def sentence(error: Exception) -> str:
    """What went wrong, in one line: for an error of the system, which file and why; for a process that was killed, what to do."""
    if isinstance(error, BrokenExecutor):
        return "one of the processes was killed, perhaps because memory ran out; run the same command again to continue; fewer --jobs need less memory"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def replace_file(path: Path, text: str) -> None:
    """UTF-8; line ends stay as they are in the text."""
    write_beside(path, lambda file: file.write(text.encode()))


def save(path: Path, array: np.ndarray) -> None:
    write_beside(path, lambda file: np.save(file, array))


def save_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    write_beside(path, lambda file: np.savez(file, **arrays))


def write_beside(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Replaces the file once the new one is complete. Leaves nothing of one that could not be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("wb") as file:
            write(file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
