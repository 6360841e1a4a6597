"""Asks an archive's answers with DuckDB and draws what it says: `draw_answers.py ANSWERS PICTURE.svg`, with the output of `python -m light_sernet.ray` (docs/archives.md has the queries)."""

import argparse
import io
from pathlib import Path

import duckdb
import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "light-sernet", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9})
import matplotlib.pyplot as plt  # noqa: E402

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "archives.md"
COLORS = {
    "boredom": "#8d99ae",
    "neutral": "#b7b7a4",
    "sadness": "#457b9d",
    "fear": "#8e6bbf",
    "anger": "#d1495b",
    "disgust": "#6a994e",
    "happiness": "#edae49",
}


def queries() -> list[str]:
    """Those of the document, in their order: what it shows is what is drawn."""
    return [block.split("```")[0] for block in DOCUMENT.read_text("utf-8").split("```sql\n")[1:]]


def bars(axes, table, title: str, unit: str) -> None:
    """Rows (group, label, value): a bar for each group, stacked by label."""
    groups = list(dict.fromkeys(row[0] for row in table))
    bottom = dict.fromkeys(groups, 0.0)
    for label, color in COLORS.items():
        values = {group: value for group, name, value in table if name == label}
        axes.bar([str(group) for group in groups], [values.get(group, 0) for group in groups], 0.8, list(bottom.values()), color=color, label=label)
        for group in groups:
            bottom[group] += values.get(group, 0)
    axes.set_title(title, loc="left", fontsize=10)
    axes.set_ylabel(unit)
    axes.spines[["top", "right"]].set_visible(False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("answers", type=Path)
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    make_view, by_label, by_caller, over_time = queries()[:4]
    database = duckdb.connect()
    database.execute(make_view.replace("answers/", f"{options.answers}/"))
    labels, callers, minutes = (database.execute(query).fetchall() for query in (by_label, by_caller, over_time))
    figure, axes = plt.subplots(3, 1, figsize=(7, 7.5), layout="constrained")
    bars(axes[0], [(label, label, 60 * hours) for label, hours in labels], "by label", "minutes")
    bars(axes[1], [(caller.removeprefix("caller-"), label, 60 * hours) for caller, label, hours in callers], "by caller", "minutes")
    bars(axes[2], minutes, "over time: seconds since the call began", "windows")
    axes[1].legend(*axes[1].get_legend_handles_labels(), fontsize=8, frameon=False, ncols=1, bbox_to_anchor=(1, 1), loc="upper left")
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None, "Title": "What an archive says: minutes by label and by caller, windows over time"})
    # Without the XML declaration and its document type.
    text = drawn.getvalue()
    options.picture.write_text("".join(line.rstrip() + "\n" for line in text[text.index("<svg") :].splitlines()), "utf-8")


if __name__ == "__main__":
    main()
