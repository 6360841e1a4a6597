"""Trains every fold of a protocol, and writes what each fold's network answers to its own test part: as float32, as float16, and as the int8
module that `light-sernet build` makes of it.

The temperature and the threshold of a fold are fitted on answers to speakers or files that were kept from training: those of all folds'
validation parts, or, with --no-validation, those of the development folds (`python -m training.ablation` trains them). Recordings that
the fold tests are left out; with --no-validation the network that answered may have heard the fold's speaker say something else. Whatever
is finished already is not done again.
"""

import argparse
import os
import subprocess
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

from .data.dataset import EMO_DB, read_dataset
from .data.front_end import MFCC, RUNS
from .data.variants import load_clean
from .files import sentence
from .judging.fold_answers import write_answers
from .judging.fold_calibration import calibrated_folds, development_runs
from .judging.folds import check_folds, train_folds
from .learning.settings import add_options, at_least_one, is_shipped, kind_name, settings_of
from .results.predictions import REPORTED, RESULTS


def main() -> None:
    options = parse_options()
    try:
        settings = settings_of(options)
        if settings.protocol not in REPORTED:
            raise ValueError(f"--protocol {settings.protocol} is not one to report; give {' or '.join(REPORTED)}")
        if settings.input_type != MFCC:
            raise ValueError(f"--input_type {settings.input_type} cannot be built, and int8 is what is reported; `python -m training.train` trains it")
        if settings.recipe.cepstral_mean != 1:
            raise ValueError("cepstral_mean below 1 is for `python -m training.ablation` alone; the module takes nothing off")
        if settings.teachers:
            raise ValueError("each fold has teachers of its own; name their kind with --teacher-kinds")
        if not settings.validate and settings.dataset_name != EMO_DB:
            raise ValueError("--no-validation takes temperature and threshold from EMO-DB's development folds; leave it out for other recordings")
        dataset = read_dataset(settings.dataset_name, options.data, settings.audio_type)
        folder = options.runs / kind_name(settings)
        if options.results is None:
            options.results = RESULTS if is_shipped(settings, options.teacher_kinds, dataset) else folder / "results"
        if options.verbose > 0:
            print(f"{dataset}; answers go to {options.results}", flush=True)
        check_folds(settings, dataset)
        clean = load_clean(dataset, settings.input_type, settings.input_duration)
        if not settings.validate:
            development_runs(settings, dataset, clean.shape[1:], options.runs)  # before anything is trained
        train_folds(settings, dataset, options)
        folds = calibrated_folds(settings, dataset, clean, options)
        write_answers(settings, dataset, folds, clean, folder, options)
    except (ValueError, OSError, BrokenExecutor, subprocess.CalledProcessError) as error:
        sys.exit(f"cross_validate: {sentence(error)}")
    except KeyboardInterrupt:
        sys.exit("cross_validate: stopped; the same command goes on where it was")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.cross_validate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--jobs", type=at_least_one, default=os.cpu_count(), metavar="N", help="folds side by side (default: all cores)")
    parser.add_argument("--runs", type=Path, default=RUNS, metavar="DIR", help="for the folds' states and weights (default: training/runs)")
    parser.add_argument("--results", type=Path, metavar="DIR", help="for the predictions (default: weights/results for the shipped recipe, else among the runs)")
    parser.add_argument("--teacher-kinds", nargs="+", default=[], metavar="KIND", help="such as loso-full-ce: each fold learns from those runs of the same fold")
    return parser.parse_args()


if __name__ == "__main__":
    main()
