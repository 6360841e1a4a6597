"""Asks a model that ships, and that has learned from recordings with a free licence alone, about all recordings in --data that have another one: people of other corpora, languages and
microphones than it has learned from. Writes strangers-MODEL-scores.json, which `report` reads as those of cross_validate.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from .data.dataset import CORPORA, REPOSITORY
from .data.reading import read_dataset
from .files import replace_file, sentence
from .judging.strangers import judge_strangers
from .network.widths import FULL, MICRO
from .results.corpora_scores import STRANGERS, scores_path
from .results.predictions import RESULTS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.strangers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=(FULL, MICRO), help="weights/MODEL/int8 answers")
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="DIR", help="as for cross_validate with corpora")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="DIR", help="default: weights/results")
    options = parser.parse_args()
    try:
        dataset = read_dataset(CORPORA, options.data)
        kind = f"{STRANGERS}-{options.model}"
        scores = judge_strangers(REPOSITORY / "weights" / options.model, dataset, options.data, kind, options.model)
        replace_file(scores_path(options.results, kind), json.dumps(scores, indent=1) + "\n")
        for name, corpora in scores["answers"].items():
            for corpus, found in corpora.items():
                print(f"{corpus} {name}".ljust(46) + found["text"])
    except (ValueError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"strangers: {sentence(error)}")


if __name__ == "__main__":
    main()
