"""Many files, one after the other or on several processors."""

import signal
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context

from .errors import RecognizerError, shown_line
from .recognizer import Recognizer
from .result import Recognition
from .windows import Long

WAITING = 4
"""Files for each process that are begun before their turn: one that takes long does not stop the others."""


@dataclass(frozen=True)
class Settings:
    model: str
    build: str
    long: Long


def answers(files: Sequence[str], settings: Settings, jobs: int) -> Generator[tuple[str, Recognition | str], None, None]:
    """Each file with its answer or the sentence of its error, in their order."""
    if jobs == 1:
        begin(settings)
        yield from ((file, answer(file)) for file in files)
        return
    # Forked processes would inherit threads' locks without the threads.
    with ProcessPoolExecutor(min(jobs, max(1, len(files))), get_context("spawn"), begin, (settings, True)) as pool:
        waiting: deque[tuple[str, Future[Recognition | str]]] = deque()
        try:
            for file in files:
                waiting.append((file, pool.submit(answer, file)))
                if len(waiting) >= jobs * WAITING:
                    yield ready(waiting)
            while waiting:
                yield ready(waiting)
        except BrokenProcessPool:
            raise RecognizerError("WORKER_FAILED", "a process of --jobs was killed, perhaps for lack of memory; run the command again") from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def ready(waiting: "deque[tuple[str, Future[Recognition | str]]]") -> tuple[str, Recognition | str]:
    file, future = waiting.popleft()
    return file, future.result()


_recognizer: Recognizer
_long: Long


def begin(settings: Settings, is_worker: bool = False) -> None:
    """The recognizer of this process."""
    global _recognizer, _long
    if is_worker:
        # The terminal sends it to all processes; the first one ends the others.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    _recognizer, _long = Recognizer(settings.model, build=settings.build), settings.long


def answer(file: str) -> Recognition | str:
    try:
        return _recognizer.classify_file(file, long=_long)
    except Exception as error:  # One bad file, whatever is wrong with it, must not end a run of a million.
        return error_sentence(error)


def error_sentence(error: Exception) -> str:
    """Without the file's name."""
    if isinstance(error, RecognizerError):
        return error.sentence
    if isinstance(error, OSError) and error.strerror:
        return SENTENCES.get(type(error), f"{error.strerror}; check the path and its permissions")
    return shown_line(f"it could not be classified ({type(error).__name__}: {error})")


SENTENCES: dict[type[Exception], str] = {
    FileNotFoundError: "there is no such file or folder; check the path",
    IsADirectoryError: "this is a folder, not a file; name a file",
    NotADirectoryError: "a part of this path is not a folder; check the path",
    PermissionError: "it cannot be opened (permission denied); check its permissions",
}
