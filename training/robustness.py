"""What noise, rooms, telephone lines and levels do to the answers of the int8 modules of a cross-validation.

The module of each fold answers its own test part in each condition (judging/degradations.py), so it has learned neither the speaker nor the noise.
Writes robustness-KIND.csv: condition, utterance, true, predicted.

With a kind of corpora, only recordings of EMO-DB are degraded, also by the noises and rooms that the files of labels in --data name for measuring (noise-table). Modules that
normalize answer as well adapted to the speaker in the same condition, in those that matter most: robustness-KIND-adapted.csv.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tqdm import tqdm

from .data import protocols
from .data.dataset import CORPORA, DEFAULT_RECORDINGS, EMO_DB, is_whole_emo_db
from .data.front_end import RUNS, load_front_end
from .data.normalization import NONE
from .data.reading import read_dataset
from .files import sentence
from .judging import degraded_corpora
from .judging.degradations import Condition, conditions
from .judging.degraded_answers import answers
from .judging.others import draw_others
from .learning.settings import at_least_one
from .results.predictions import V2_RESULTS
from .results.robustness_file import robustness_path, write_rows


def main() -> None:
    options = parse_options()
    try:
        settings = settings_of_runs(options.runs / options.kind)
        if settings.get("dataset_name") == CORPORA:
            degrade_corpora(settings, options)
        else:
            degrade_emo_db(options)
    except (ValueError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"robustness: {sentence(error)}")


def settings_of_runs(folder: Path) -> dict:
    """The settings of the folds' runs; none where they are not there."""
    paths = sorted(folder.glob("*/settings.json"))
    return json.loads(paths[0].read_text()) if paths else {}


def degrade_emo_db(options: argparse.Namespace) -> None:
    dataset = read_dataset(EMO_DB, options.data)
    front_end = load_front_end()
    samples = [front_end.read_wav(recording.path) / 32768 for recording in dataset.recordings]
    rows = []
    with tempfile.TemporaryDirectory() as work:
        for condition in bar(conditions(), options):
            rows += answers(options.runs / options.kind, condition, dataset, samples, Path(work))
    # cross_validate wrote the answers to the clean recordings there, unless they are those of the second version.
    beside = options.runs / options.kind / "results"
    results = options.results or (beside if beside.exists() or not is_whole_emo_db(dataset) else V2_RESULTS)
    write_rows(robustness_path(results, options.kind), rows)


def degrade_corpora(settings: dict, options: argparse.Namespace) -> None:
    folder = options.runs / options.kind
    dataset = read_dataset(CORPORA, options.data, admitted=settings["licences"])
    names = protocols.fold_names(dataset, settings["protocol"])
    if missing := [name for name in names if not (folder / name / "int8" / "model.json").exists()]:
        raise ValueError(f"{folder}: there is no int8 module of fold {missing[0]}; run `python -m training.cross_validate` with the same --data first")
    splits = [protocols.split(dataset, settings["protocol"], name, settings["validate"]) for name in names]
    front_end, others = load_front_end(), None if settings["normalization"] == NONE else draw_others(dataset.speakers)
    samples = degraded_corpora.of_emo_db(dataset, front_end)
    every = degraded_corpora.all_conditions(options.data, front_end)
    with ThreadPoolExecutor(options.jobs) as pool:  # the modules answer in processes of their own
        found = list(bar(pool.map(lambda condition: degraded_corpora.answers(folder, condition, dataset, splits, samples, others), every), options, len(every)))
    for way in sorted({way for its in found for way in its}):
        rows = [row for its in found for row in its.get(way, [])]
        write_rows(robustness_path(options.results or folder / "results", "-".join(filter(None, (options.kind, way)))), rows)


def bar(what: Iterable[Condition], options: argparse.Namespace, total: int | None = None) -> tqdm:
    return tqdm(what, options.kind, total=total, disable=None)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.robustness", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", help="folder of a finished cross-validation in training/runs, such as loso-full-ce")
    parser.add_argument("--data", type=Path, nargs="+", default=[DEFAULT_RECORDINGS], metavar="DIR", help="EMO-DB's recordings (default: ../shared/emodb/wav); with corpora what cross_validate read")
    parser.add_argument("--runs", type=Path, default=RUNS, metavar="DIR", help="default: training/runs")
    parser.add_argument("--results", type=Path, metavar="DIR", help="default: where cross_validate wrote the answers of this kind")
    parser.add_argument("--jobs", type=at_least_one, default=os.cpu_count(), metavar="N", help="with corpora: conditions side by side (default: all cores)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
