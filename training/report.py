"""Computes every table and picture of the model card from the files in weights/results, and writes them into weights/README.md.

A table stands between <!-- NAME --> and <!-- end --> in the card; the pictures lie in weights/results/pictures.
"""

import argparse
import re
import sys
from pathlib import Path

from .data.dataset import REPOSITORY
from .files import replace_file, sentence
from .results.answers import read_sets
from .results.card_pictures import draw
from .results.predictions import RESULTS
from .results.tables import (
    ablation_table,
    accuracy_table,
    agreement_table,
    calibration_table,
    goals_table,
    published_table,
    robustness_table,
    speakers_table,
)


CARD = REPOSITORY / "weights" / "README.md"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.report", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="DIR", help="default: weights/results")
    parser.add_argument("--card", type=Path, metavar="FILE", help="default: weights/README.md; with --results name a copy of it")
    options = parser.parse_args()
    if options.card is None and options.results != RESULTS:
        parser.error("with --results name the card to write with --card, a copy of weights/README.md")
    try:
        write_report(options.results, options.card or CARD)
    except (ValueError, OSError) as error:
        sys.exit(f"report: {sentence(error)}")


def write_report(results: Path, card: Path) -> None:
    sets = read_sets(results)
    tables = {
        "goals": goals_table(sets, results),
        "accuracy": accuracy_table(sets),
        "agreement": agreement_table(sets),
        "speakers": speakers_table(sets),
        "calibration": calibration_table(sets, results),
    }
    # Of what there is: a card has no place for what has not been measured.
    if any(protocol == "random" for protocol, *_ in sets):
        tables["published"] = published_table(sets)
    if any(results.glob("robustness-*.csv")):
        tables["robustness"] = robustness_table(results)
    if (results / "ablation.csv").exists():
        tables["ablation"] = ablation_table(results)
    text = card.read_text()
    for name, table in tables.items():
        text = replaced(text, name, table, card)
    replace_file(card, text)
    draw(sets, results)
    print(f"{card}: {len(sets)} sets of predictions; pictures in {results / 'pictures'}")


def replaced(text: str, name: str, table: str, card: Path) -> str:
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{card}: there is no place for the table <!-- {name} --> ... <!-- end -->")
    return pattern.sub(lambda found: f"{found[1]}\n{table}\n{found[2]}", text)


if __name__ == "__main__":
    main()
