"""What noise, rooms, telephone lines and levels do to the answers of the int8 modules of a cross-validation.

The module of each fold answers its own test part in each condition (judging/degradations.py), so it has learned neither the speaker nor the noise.
Writes weights/results/robustness-KIND.csv: condition, utterance, true, predicted.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tqdm import tqdm

from .data.dataset import DEFAULT_RECORDINGS, EMO_DB, is_whole_emo_db
from .data.front_end import RUNS, load_front_end
from .data.reading import read_dataset
from .files import sentence
from .judging.degradations import conditions
from .judging.degraded_answers import answers
from .results.predictions import RESULTS
from .results.robustness_file import robustness_path, write_rows


def main() -> None:
    options = parse_options()
    try:
        dataset = read_dataset(EMO_DB, options.data)
        front_end = load_front_end()
        samples = [front_end.read_wav(recording.path) / 32768 for recording in dataset.recordings]
        rows = []
        with tempfile.TemporaryDirectory() as work:
            for condition in tqdm(conditions(), options.kind, disable=None):
                rows += answers(options.runs / options.kind, condition, dataset, samples, Path(work))
        # cross_validate wrote the answers to the clean recordings there, unless they are the model card's.
        beside = options.runs / options.kind / "results"
        results = options.results or (beside if beside.exists() or not is_whole_emo_db(dataset) else RESULTS)
        write_rows(robustness_path(results, options.kind), rows)
    except (ValueError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"robustness: {sentence(error)}")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.robustness", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", help="folder of a finished cross-validation in training/runs, such as loso-full-ce")
    parser.add_argument("--data", type=Path, default=DEFAULT_RECORDINGS, metavar="DIR", help="EMO-DB's recordings (default: ../shared/emodb/wav)")
    parser.add_argument("--runs", type=Path, default=RUNS, metavar="DIR", help="default: training/runs")
    parser.add_argument("--results", type=Path, metavar="DIR", help="default: where cross_validate wrote the answers of this kind")
    return parser.parse_args()


if __name__ == "__main__":
    main()
