"""Runs commands of training as `python -m` does, one after the other, with the tests' caches and two variants of each kind.

    python -m training.tests.elsewhere 'training.train --epochs 2 ...' 'training.train ...'

A test needs it where a process of its own is part of what it shows. When a command refuses its input, its sentence goes to standard
error after REFUSED, the exit code is 1, and the next command still runs. KILL_AT_STEP=5 ends the process by SIGKILL in the fifth step.
"""

import importlib
import os
import shlex
import signal
import subprocess
import sys

from training.data import variants
from training.data.dataset import REPOSITORY

REFUSED = "refused: "

# At the top, so that processes that make variants have it, too.
variants.COUNTS = dict.fromkeys(variants.COUNTS, 2)


def start(*commands: str, **environment: str) -> subprocess.Popen:
    """Starts such a process; its output is text."""
    return subprocess.Popen(
        [sys.executable, "-m", "training.tests.elsewhere", *commands],
        cwd=REPOSITORY,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_at_step(number: int) -> None:
    from training.learning.steps_tensorflow import Steps

    moved = Steps.moved

    def moved_or_died(self: Steps, ema: dict) -> dict:
        if int(self.optimizer.iterations) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return moved(self, ema)

    Steps.moved = moved_or_died


def main() -> None:
    if "KILL_AT_STEP" in os.environ:
        kill_at_step(int(os.environ["KILL_AT_STEP"]))
    refused = False
    for command in sys.argv[1:]:
        sys.argv = shlex.split(command)
        try:
            importlib.import_module(sys.argv[0]).main()
        except SystemExit as end:
            if end.code:
                print(f"{REFUSED}{end.code}", file=sys.stderr)
                refused = True
    sys.exit(refused)


if __name__ == "__main__":
    main()
