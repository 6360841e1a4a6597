"""Trains one Light-SERNet: one fold of a protocol, or all recordings.

Keeps an exponential moving average (EMA) of the weights over the steps, from the epoch that was best on the validation part, or from the last epoch
when there is no validation part. The test part of a fold is never read.
"""

import argparse
import os
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

from .data import protocols
from .data.front_end import RUNS
from .data.reading import read_dataset
from .files import sentence
from .learning.settings import add_options, at_least_one, kind_name, settings_of


def main() -> None:
    options = parse_options()
    try:
        settings = settings_of(options)
        dataset = read_dataset(settings.dataset_name, options.data, settings.audio_type, settings.licences)
        if options.verbose > 0:
            print(dataset, flush=True)
        # TensorFlow takes seconds to load, and --help and wrong options do not need it.
        from .learning.run import train_run

        folder = options.run or RUNS / kind_name(settings) / settings.fold
        train_run(settings, dataset, folder, options.jobs, options.verbose)
    except (ValueError, OSError, BrokenExecutor) as error:
        sys.exit(f"train: {sentence(error)}")
    except KeyboardInterrupt:
        sys.exit("train: stopped; run the same command again to continue after the last complete epoch")


def parse_options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m training.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="A run that was killed continues after its last complete epoch when the same command runs again.\n\n"
        "examples:\n"
        "  python -m training.train                                        all recordings of EMO-DB, cross entropy\n"
        "  python -m training.train -ln focal --protocol loso --fold 03    without speaker 03, the test speaker\n"
        "  python -m training.train -dn folders --data my_recordings -id 2 your own recordings, CLASS/SPEAKER/*.wav, 2 s",
    )
    add_options(parser)
    parser.add_argument("--fold", default=None, help="speaker (loso, development), corpus (loco) or number (random, reference, speakers); with --protocol all it has only one")
    parser.add_argument("--run", type=Path, metavar="DIR", help="folder for its state and results (default: in training/runs, named after the settings)")
    parser.add_argument("--jobs", type=at_least_one, default=os.cpu_count(), metavar="N", help="processes that make variants (default: all cores)")
    options = parser.parse_args(arguments)
    if options.fold is None and options.protocol != protocols.ALL:
        parser.error(f"--protocol {options.protocol} needs --fold; `python -m training.cross_validate` trains all folds")
    return options


if __name__ == "__main__":
    main()
