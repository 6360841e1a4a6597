"""The command: `python -m light_sernet FILE|DIR... [--jobs N] [--parquet OUT | --csv | --json]`."""

import argparse
import contextlib
import os
import sys
from collections.abc import Generator, Sequence
from pathlib import Path

from .command import add_model_options, complain, exit_code, run
from .lines import Line, csv_writer, json_line, text_line
from .model import ModelInfo, load
from .parquet import ParquetFolder
from .progress import Progress
from .result import Recognition
from .rows import table_name
from .sound_files import find_sounds
from .workers import Settings, answers, error_sentence

EPILOG = """--parquet writes a folder of Parquet files with a row for each window, and one with the error of each file that failed. An interrupted run goes on where it was when the
same command runs again. Exit code: 0, 1 if a file failed, 2 for a wrong command line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    options = parser().parse_args(arguments)
    settings = Settings(options.model, options.build, options.long)

    def work() -> int:
        model = load(options.model, options.build)[1]
        found = list(find_sounds(options.sounds))
        if options.parquet is not None:
            return to_parquet(options.parquet, found, model, settings, options.jobs)
        return to_lines(found, model, settings, options)

    return exit_code(work, "interrupted; run the same command again to go on" if options.parquet else "interrupted")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser("python -m light_sernet", description="Names the emotion in sounds.", epilog=EPILOG)
    made.add_argument("sounds", nargs="+", metavar="FILE|DIR", help="sound files, or folders that are searched for them")
    add_model_options(made)
    made.add_argument("--jobs", default=1, type=job_count, metavar="N", help="processes; 0: one for each processor (default: 1)")
    output = made.add_mutually_exclusive_group()
    output.add_argument("--parquet", type=Path, metavar="OUT", help="write a folder of Parquet files")
    output.add_argument("--csv", action="store_true", help="print CSV: a header, and a row for each file")
    output.add_argument("--json", action="store_true", help="print a line of JSON for each file")
    return made


def job_count(text: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of processes")
    return int(text) or processors()


def processors() -> int:
    """That this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def to_lines(found: Sequence[tuple[str, Exception | None]], model: ModelInfo, settings: Settings, options: argparse.Namespace) -> int:
    line: Line = json_line if options.json else text_line
    if options.csv:
        header, line = csv_writer(model)
        print(header)
    failed = 0
    progress = Progress(len(found), results_elsewhere=False)
    for file, answer in all_answers(found, settings, options.jobs, progress):
        failed += isinstance(answer, str)
        text = line(file, answer)
        if text is not None:
            print(text, flush=sys.stdout.isatty())
    return 1 if failed else 0


def to_parquet(out: Path, found: Sequence[tuple[str, Exception | None]], model: ModelInfo, settings: Settings, jobs: int) -> int:
    # A file that is named twice is one row.
    once: dict[str, tuple[str, Exception | None]] = {}
    for file, error in found:
        once.setdefault(table_name(file), (file, error))
    found = list(once.values())
    with ParquetFolder(out, model, {"long": settings.long}) as folder:
        missing = [(file, error) for file, error in found if table_name(file) not in folder.done]
        if len(missing) < len(found):
            complain(None, f"note: {len(found) - len(missing)} of {len(found)} files are done already, {folder.failed} of them with an error")
        failed = folder.failed
        progress = Progress(len(missing), results_elsewhere=True)
        for file, answer in all_answers(missing, settings, jobs, progress):
            failed += isinstance(answer, str)
            folder.add(file, answer)
    return 1 if failed else 0


def all_answers(found: Sequence[tuple[str, Exception | None]], settings: Settings, jobs: int, progress: Progress) -> Generator[tuple[str, Recognition | str], None, None]:
    """Reports warnings and errors on the way."""
    files = answers([file for file, error in found if error is None], settings, jobs)
    with contextlib.closing(files):
        for file, error in found:
            answer = next(files)[1] if error is None else error_sentence(error)
            progress.clear()
            if isinstance(answer, str):
                complain(file, answer)
            else:
                for warning in answer.warnings:
                    complain(file, f"warning: {warning}")
            yield file, answer
            progress.step(file)
    progress.clear()


if __name__ == "__main__":
    run(main)
