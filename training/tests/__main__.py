"""Runs all tests in three processes side by side: python -m training.tests

Each process loads TensorFlow once, and all share the modules with the front end.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed

from training.data.dataset import REPOSITORY

# Whole trainings, in processes of their own; what builds networks; and, without a name, all the rest.
GROUPS = (
    ("test_train",),
    ("network", "learning", "conversion", "test_export", "test_cross_validate", "test_ablation"),
    (),
)


def modules() -> list[list[str]]:
    """Of each group."""
    found = [[] for _ in GROUPS]
    for path in sorted((REPOSITORY / "training" / "tests").rglob("test_*.py")):
        names = path.relative_to(REPOSITORY).with_suffix("").parts
        number = next(number for number, group in enumerate(GROUPS) if names[2] in group or not group)
        found[number].append(".".join(names))
    return found


def run(names: list[str]) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "unittest", *names]
    return subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def main() -> None:
    failed = False
    with ThreadPoolExecutor(len(GROUPS)) as pool:
        for future in as_completed([pool.submit(run, names) for names in modules()]):
            print(future.result().stdout, flush=True)
            failed |= future.result().returncode != 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
