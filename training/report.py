"""Computes every table and picture of the model card from the KIND-scores.json in weights/results, and writes them into weights/README.md, weights/confusions.md
and weights/tables.md.

Each table is between <!-- NAME --> and <!-- end --> in the card; the pictures are in weights/results/pictures; the other two files are written whole.

--results weights/v2/results --card weights/v2/README.md does the same from the files of predictions of the second version, which learned from EMO-DB alone.
With --scores it prints the goals, and the tables of each of these cross-validations, and writes nothing.
"""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .data.dataset import REPOSITORY
from .data.protocols import RANDOM
from .files import replace_file, sentence
from .results import corpora_pictures
from .results.ablation_file import ablation_path
from .results.answers import Sets, read_sets
from .results.card_pictures import draw
from .results.confusions import page
from .results.corpora_card import blocks
from .results.corpora_goals import goals_table as goals_table_of_corpora
from .results.corpora_scores import CorporaScores, read_all_scores, read_scores, scores_in
from .results.corpora_tables import tables
from .results.goals import goals_table, published_table
from .results.predictions import RESULTS
from .results.robustness_file import robustness_files
from .results.tables import ablation_table, accuracy_table, agreement_table, calibration_table, robustness_table, speakers_table


CARD = REPOSITORY / "weights" / "README.md"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.report", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="DIR", help="default: weights/results")
    parser.add_argument("--card", type=Path, metavar="FILE", help="default: weights/README.md; with --results name a copy of it")
    parser.add_argument("--scores", type=Path, nargs="+", metavar="FILE", help="KIND-scores.json of cross-validations on corpora: prints their tables instead")
    options = parser.parse_args()
    if options.scores is not None and (options.card is not None or options.results != RESULTS):
        parser.error("--scores prints; leave --card and --results out")
    if options.card is None and options.results != RESULTS:
        parser.error("with --results name the card to write with --card, a copy of weights/README.md")
    try:
        if options.scores is not None:
            print(corpora_report([read_scores(path) for path in options.scores]))
        elif "<!-- people -->" in (options.card or CARD).read_text():
            write_corpora_report(read_all_scores(options.results), options.results, options.card or CARD)
        else:
            write_report(options.results, options.card)
    except (ValueError, OSError) as error:
        sys.exit(f"report: {sentence(error)}")


def corpora_report(every: Sequence[CorporaScores]) -> str:
    """Markdown."""
    parts = ["## Goals", goals_table_of_corpora(every)]
    for scores in every:
        parts.append(f"## {scores.kind}")
        parts += [f"### {title}\n\n{text}" for title, text in tables(scores).items()]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def write_corpora_report(every: Sequence[CorporaScores], results: Path, card: Path) -> None:
    """The card, and beside it confusions.md and tables.md."""
    write_blocks(blocks(every), card)
    replace_file(card.parent / "confusions.md", page(every))
    replace_file(card.parent / "tables.md", f"# Every table\n\n`python -m training.report` writes this page: all that `weights/results` has of each cross-validation.\n\n{corpora_report(every)}")
    corpora_pictures.draw(every, results / "pictures")
    print(f"{card}: {len(every)} cross-validations; pictures in {results / 'pictures'}")


def write_report(results: Path, card: Path) -> None:
    """Of the second version."""
    sets = read_sets(results)
    write_tables(sets, results, card)
    draw(sets, results)
    print(f"{card}: {len(sets)} sets of predictions; pictures in {results / 'pictures'}")


def write_tables(sets: Sets, results: Path, card: Path) -> None:
    """Of the second version."""
    tables = {
        "goals": goals_table(sets, results),
        "accuracy": accuracy_table(sets),
        "agreement": agreement_table(sets),
        "speakers": speakers_table(sets),
        "calibration": calibration_table(sets, results),
    }
    # The card of other results may lack measurements, and then lacks the places for their tables.
    if any(model.protocol == RANDOM for model in sets):
        tables["published"] = published_table(sets)
    if robustness_files(results):
        tables["robustness"] = robustness_table(results)
    if ablation_path(results).exists():
        tables["ablation"] = ablation_table(results)
    write_blocks(tables, card)


def write_blocks(blocks: Mapping[str, str], card: Path) -> None:
    """blocks: Markdown by the name of its place."""
    text = card.read_text()
    for name, block in blocks.items():
        text = replaced(text, name, block, card)
    replace_file(card, text)


def replaced(text: str, name: str, table: str, card: Path) -> str:
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{card}: there is no place for the table <!-- {name} --> ... <!-- end -->")
    return pattern.sub(lambda found: f"{found[1]}\n{table.rstrip()}\n\n{found[2]}", text)


if __name__ == "__main__":
    main()
