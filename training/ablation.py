"""What each part of the recipe is worth: trains the recipe without it, or with another value, on the development folds.

The score is that of the two validation speakers of each fold; nothing reads the test speakers. The weights are those of the last epoch, so that nothing
is selected on the answers that are scored. Writes weights/v2/results/ablation.csv: trial, fold, utterance, input, true, predicted. Input is `clean`;
`real`: in rooms and noises of the kinds that training uses; or `babble`: among voices of the training part, 10 dB softer. Rows of trials
that have not run on this machine are kept.
"""

import argparse
import os
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

from .data import augmentation
from .data.dataset import is_whole_emo_db
from .data.front_end import RUNS
from .data.reading import read_dataset
from .data.variants import load_variants
from .files import sentence
from .judging.trial_answers import write_answers
from .judging.trials import TRIALS, duration_of, recipe_of, train_trials, trial_base
from .learning.settings import add_options, at_least_one, default_settings, settings_of
from .learning.training_set import kinds_of
from .results.ablation_file import ablation_path
from .results.predictions import V2_RESULTS


def main() -> None:
    options = parse_options()
    try:
        base = trial_base(settings_of(options))
        dataset = read_dataset(base.dataset_name, options.data)
        folder = options.runs / "ablation"
        chosen = options.trials or list(TRIALS)
        # REAL for the validation recordings.
        needed = {(duration_of(name, base), kind) for name in chosen for kind in {*kinds_of(recipe_of(name, base)), augmentation.REAL}}
        for duration, kind in sorted(needed):
            load_variants(dataset, kind, base.input_type, duration, options.jobs)
        # Teachers come before their students.
        for students in (False, True):
            train_trials([name for name in chosen if ("teachers" in TRIALS[name][1]) == students], base, dataset, folder, options.jobs)
        shipped = base == trial_base(default_settings()) and is_whole_emo_db(dataset)
        results = options.results or (V2_RESULTS if shipped else folder)
        write_answers(ablation_path(results), base, dataset, folder)
    except (ValueError, OSError, BrokenExecutor) as error:
        sys.exit(f"ablation: {sentence(error)}")
    except KeyboardInterrupt:
        sys.exit("ablation: stopped; run the same command again to continue")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.ablation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--jobs", type=at_least_one, default=os.cpu_count(), metavar="N", help="runs side by side (default: all cores)")
    parser.add_argument("--runs", type=Path, default=RUNS, metavar="DIR", help="default: training/runs")
    parser.add_argument("--results", type=Path, metavar="DIR", help="default: weights/v2/results for the recipe of the second version, else among the runs")
    parser.add_argument("--trials", nargs="+", choices=TRIALS, metavar="NAME", help=f"which to train (default: all): {'; '.join(TRIALS)}")
    return parser.parse_args()


if __name__ == "__main__":
    main()
