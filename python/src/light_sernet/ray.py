"""Archives on Ray Data (the extra `ray`): `classify_audio()`, and the command `python -m light_sernet.ray SOURCE OUTPUT`.

Ray schedules, spreads and repeats the work. Through its object store go the names of parts alone: its workers read the sounds themselves, piece by piece, and write.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from .command import add_model_options, exit_code, run
from .errors import RecognizerError, bad_argument
from .parquet import locked
from .windows import Long
from .workers import error_sentence

MOST_TASKS = 10_000
"""That Ray keeps lists of."""
EPILOG = """SOURCE and OUTPUT are local paths, or any that fsspec knows (s3://bucket/calls). A run that was stopped or killed goes on when the same command runs again. RAY_ADDRESS names a
cluster; otherwise this machine is one. Exit code: 0, 1 if a file failed, 2 for a wrong command line."""


@dataclass(frozen=True)
class Summary:
    """What the output has now, from this run and earlier ones."""

    windows: int
    """Rows with an answer."""
    failed: int
    """Rows with an error."""


def classify_audio(
    source: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    column: str | None = None,
    name: str | None = None,
    model: str | os.PathLike[str] = "full",
    build: str = "auto",
    long: Long = "windows",
    partition: int = 1,
    workers: int | None = None,
) -> Summary:
    """Classifies the sounds of `source`, a file or a folder, and writes a row for each window, or for the error of each sound that failed, to the folder `output`, as Parquet files.

    Both are local paths or what fsspec knows. With `column`, the source is Parquet files that have the bytes of a sound file in each row of that column, and perhaps its name
    in the column `name`; a field is "column.field". `partition` is how many folders of a sound's path below the source make the column `folder`. `workers` are at most as many
    as the cluster has processors (default: all of them), each with a recognizer. The cluster is the one that Ray is connected to, or that RAY_ADDRESS names, or this machine.

    A run that was killed goes on where it was when it is called again, and takes up what is new in the source. Raises RecognizerError, OSError, or what Ray raises.
    """
    try:
        import ray
        import ray.data

        from .archive import Job, checked, filesystem, is_local
        from .part_writer import PartWriter
        from .parts import Answers
    except ImportError as error:
        raise RecognizerError("BAD_ARGUMENT", f'Ray Data is missing ({error}); install it: pip install "light-sernet[ray]"') from None
    if workers is not None and (isinstance(workers, bool) or not isinstance(workers, int) or workers < 1):
        raise bad_argument("workers", "a whole number of processes, 1 or more", workers)
    job = checked(Job(os.fspath(source), os.fspath(output), column, name, os.fspath(model), build, long, partition))
    for url in (job.source, job.output):
        if filesystem(url)[0].protocol == "memory":
            raise RecognizerError("BAD_ARGUMENT", f"{url} is in the memory of this process, which Ray's workers cannot read; use another path")
    answers = Answers(job)
    with folder_lock(Path(answers.root) if is_local(filesystem(job.output)[0]) else None):
        ray.init(ignore_reinit_error=True)
        processors = max(1, int(ray.cluster_resources().get("CPU", 1)))
        most = min(workers or processors, processors)
        parts = answers.begin(most)
        if parts:
            tasks = ray.data.from_items([asdict(part) for part in parts], override_num_blocks=min(len(parts), MOST_TASKS))
            pool = ray.data.ActorPoolStrategy(size=most, max_tasks_in_flight_per_actor=1)
            tasks.map_batches(PartWriter, fn_constructor_args=(job,), batch_size=1, compute=pool, num_cpus=1).materialize()
        return Summary(*answers.count())


@contextmanager
def folder_lock(folder: Path | None) -> Iterator[None]:
    """A second run at the same time is refused where the system has locks: it would plan other parts."""
    lock = None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        lock = locked(folder)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    options = parser().parse_args(arguments)

    def work() -> int:
        try:
            summary = classify_audio(**vars(options))
        except (RecognizerError, OSError):
            raise
        except Exception as error:  # Ray's own, with its workers' traces.
            raise RecognizerError("WORKER_FAILED", f"Ray gave up: {error_sentence(error)}") from None
        print(f"{summary.windows} windows, {summary.failed} errors")
        return 1 if summary.failed else 0

    return exit_code(work, "interrupted; run the same command again to go on")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser("python -m light_sernet.ray", description="Names the emotion in the sounds of an archive, on a Ray cluster.", epilog=EPILOG)
    made.add_argument("source", metavar="SOURCE", help="a folder of sound files, or Parquet files with --column")
    made.add_argument("output", metavar="OUTPUT", help="the folder of Parquet files with the answers")
    made.add_argument("--column", help="the column of SOURCE's Parquet files that has the bytes of a sound file in each row")
    made.add_argument("--name", help="the column that has their names")
    made.add_argument("--partition", type=int, default=1, metavar="N", help="folders of a sound's path that make the column folder (default: 1)")
    made.add_argument("--workers", type=int, metavar="N", help="processes (default: all processors of the cluster)")
    add_model_options(made)
    return made


if __name__ == "__main__":
    run(main)
