"""Trains every fold of a protocol, and writes the answers of each fold's network to its own test part: as float32, as float16, and as the int8
module that `light-sernet build` makes from it. What is finished already is not done again.

The temperature and the threshold of a fold are fitted on answers to recordings that were kept from training: the validation parts of all folds, or,
with --no-validation, those of the runs that --calibration-runs names. Recordings that the fold tests are left out, but with
--no-validation the network that answered may have learned other sentences of the fold's speaker.

With corpora the float network and the int8 module answer, among the classes that a corpus has and that were learned: once from the mean of the training part, and
once adapted, from that of other utterances of the speaker.
"""

import argparse
import os
import subprocess
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

from .data.front_end import MFCC, RUNS
from .data.protocols import DEVELOPMENT, REPORTED, REPORTED_OF_CORPORA
from .data.reading import read_dataset
from .data.variants import load_clean
from .files import sentence
from .judging.calibrating_runs import calibrating_splits
from .judging.corpora_answers import judge
from .judging.fold_answers import write_answers
from .judging.fold_calibration import calibrated_folds, calibration_runs, protocol_of
from .judging.folds import check_folds, train_folds
from .learning.settings import add_options, at_least_one, is_shipped, kind_name, settings_of
from .results.predictions import V2_RESULTS


def main() -> None:
    options = parse_options()
    try:
        settings = settings_of(options)
        reported = REPORTED_OF_CORPORA if settings.many_corpora else REPORTED
        if settings.protocol not in reported:
            raise ValueError(f"--protocol {settings.protocol} is not reported; give {' or '.join(reported)}")
        if settings.input_type != MFCC:
            raise ValueError(f"--input_type {settings.input_type} cannot be built as int8, which is reported; train it with `python -m training.train`")
        if settings.recipe.cepstral_mean_subtraction != 0:
            raise ValueError("cepstral_mean_subtraction is for `python -m training.ablation` only; the module subtracts no mean")
        if settings.teachers:
            raise ValueError("each fold has its own teachers; name their kind with --teacher-kinds")
        if not settings.many_corpora and not settings.validate and options.calibration_runs is None:
            raise ValueError(
                "with --no-validation there are no validation parts to fit temperature and threshold on; "
                "name finished runs that have them with --calibration-runs, such as 'training/runs/ablation/the recipe'"
            )
        dataset = read_dataset(settings.dataset_name, options.data, settings.audio_type, settings.licences)
        folder = options.runs / kind_name(settings)
        if options.results is None:
            shipped = not settings.many_corpora and is_shipped(settings, options.teacher_kinds, dataset) and protocol_of(options.calibration_runs) == DEVELOPMENT
            options.results = V2_RESULTS if shipped else folder / "results"
        if options.verbose > 0:
            print(f"{dataset}; answers go to {options.results}", flush=True)
        check_folds(settings, dataset)
        if settings.many_corpora:
            if options.calibration_runs is not None:
                calibrating_splits(settings, dataset, options.calibration_runs)  # refuses before anything is trained
            train_folds(settings, dataset, options)
            table = judge(settings, dataset, folder, options.results, options)
            if options.verbose > 0:
                print(table, flush=True)
            return
        clean = load_clean(dataset, settings.input_type, settings.input_duration)
        if options.calibration_runs is not None:
            calibration_runs(settings, dataset, clean.shape[1:], options)  # refuses before anything is trained
        train_folds(settings, dataset, options)
        folds = calibrated_folds(settings, dataset, clean, options)
        write_answers(settings, dataset, folds, clean, folder, options)
    except (ValueError, OSError, BrokenExecutor, subprocess.CalledProcessError) as error:
        sys.exit(f"cross_validate: {sentence(error)}")
    except KeyboardInterrupt:
        sys.exit("cross_validate: stopped; run the same command again to continue")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.cross_validate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--jobs", type=at_least_one, default=os.cpu_count(), metavar="N", help="folds side by side (default: all cores)")
    parser.add_argument("--runs", type=Path, default=RUNS, metavar="DIR", help="for states and weights of the folds (default: training/runs)")
    parser.add_argument("--results", type=Path, metavar="DIR", help="for the predictions (default: weights/v2/results for the recipe of the second version, else among the runs)")
    parser.add_argument("--teacher-kinds", nargs="+", default=[], metavar="KIND", help="kinds of teachers, such as loso-full-ce: each fold learns from their runs of the same fold")
    parser.add_argument(
        "--calibration-runs",
        type=Path,
        metavar="DIR",
        help="finished runs with the same settings, whose validation parts fit temperature and threshold (default: those of the folds themselves); with corpora those of --protocol speakers, "
        "whose answers to what they test do",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
