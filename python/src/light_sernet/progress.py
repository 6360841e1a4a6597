"""A line on the terminal that is overwritten."""

import sys
import time

from .errors import visible


class Progress:
    """Shows nothing where standard error is not a terminal, or results go to the same one."""

    def __init__(self, everything: int, results_elsewhere: bool):
        self._all = everything
        self._done = 0
        self._begun = time.monotonic()
        self._shown = sys.stderr.isatty() and (results_elsewhere or not sys.stdout.isatty()) and everything > 1

    def step(self, file: str) -> None:
        """One more is done."""
        self._done += 1
        if not self._shown:
            return
        left = time_left(self._done, self._all, time.monotonic() - self._begun)
        sys.stderr.write(f"\r\x1b[K{self._done}/{self._all}, {left} left  {visible(file)[-50:]}")
        sys.stderr.flush()

    def clear(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def time_left(done: int, everything: int, elapsed: float) -> str:
    """For the rest at the speed so far: "0:05" or "1:02:30"."""
    minutes, seconds = divmod(round(elapsed / done * (everything - done)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
