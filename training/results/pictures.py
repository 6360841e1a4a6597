"""Pictures of results, as small SVG files: text stays text, the background is white on every page, and equal input makes equal bytes.

Each function replaces the file at `path`. Shares (accuracy, recall, coverage, UA) are in [0, 1].
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ..files import replace_file
from .calibration import Bin

# The palette of Okabe and Ito, which color-blind readers can tell apart, without its yellow, which is faint on white.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DARK, MIDDLE, LIGHT = "#24292f", "#57606a", "#d0d7de"

SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "light-sernet",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "font.size": 10,
    "text.color": DARK,
    "axes.labelcolor": DARK,
    "axes.edgecolor": MIDDLE,
    "xtick.color": MIDDLE,
    "ytick.color": MIDDLE,
    "axes.titlesize": 11,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=COLORS, marker=MARKERS),
    "grid.color": LIGHT,
    "grid.linewidth": 0.6,
    "lines.markersize": 4,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
    "savefig.transparent": False,
}


def confusion_matrix(path: Path, confusion: Sequence[Sequence[int]], classes: Sequence[str], title: str) -> None:
    """confusion: counts [true class][answered class]. Each cell has its share of the row, which is its color, and its count."""
    counts = np.asarray(confusion)
    rows = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(rows, 1)
    with _picture(path, title, 6.4, 5.6) as figure:
        axes = figure.subplots()
        axes.grid(False)
        axes.pcolormesh(shares, cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=1)
        for true, answered in np.ndindex(counts.shape):
            share = f"{shares[true, answered]:.0%}" if rows[true] else "–"
            color = "white" if shares[true, answered] > 0.65 else DARK
            text = f"{share}\n{counts[true, answered]}"
            axes.text(answered + 0.5, true + 0.5, text, ha="center", va="center", color=color, fontsize=9)
        places = np.arange(len(classes)) + 0.5
        axes.set_xticks(places, classes, rotation=30, ha="right", rotation_mode="anchor")
        axes.set_yticks(places, classes)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.invert_yaxis()
        axes.set(xlabel="answered", ylabel="true", title=title)


def recall_bars(
    path: Path,
    classes: Sequence[str],
    recalls: Mapping[str, Sequence[float | None]],
    intervals: Mapping[str, Sequence[tuple[float, float] | None]],
    title: str,
) -> None:
    """Recall per class, the result sets side by side; intervals are (low, high). None: the class does not occur in that set."""
    width = 0.8 / len(recalls)
    with _picture(path, title, 8, 3.8) as figure:
        axes = figure.subplots()
        for number, (name, recall) in enumerate(recalls.items()):
            heights = np.array([np.nan if share is None else share for share in recall])
            low, high = np.array([(np.nan, np.nan) if ends is None else ends for ends in intervals[name]]).T
            places = np.arange(len(classes)) + (number - (len(recalls) - 1) / 2) * width
            axes.bar(places, np.nan_to_num(heights), 0.92 * width, label=name)
            axes.vlines(places, low, high, color=DARK, linewidth=1)
        axes.set_xticks(np.arange(len(classes)), classes)
        axes.tick_params(axis="x", length=0)
        axes.grid(False, axis="x")
        _percent(axes.yaxis)
        axes.set(ylim=(0, 1.02), ylabel="recall", title=title)
        _legend(figure)


def reliability_diagram(path: Path, bins: Sequence[Bin], title: str) -> None:
    """bins: from `calibration.reliability`. Above, accuracy against confidence; below, how many answers have that confidence."""
    filled = [row for row in bins if row.count]
    left, width = [row.low for row in bins], [row.high - row.low for row in bins]
    with _picture(path, title, 5, 5.6) as figure:
        above, below = figure.subplots(2, sharex=True, height_ratios=(3, 1))
        accuracy = [row.accuracy or 0 for row in bins]
        above.bar(left, accuracy, width, align="edge", color=COLORS[4], edgecolor="white", label="accuracy of the bin")
        above.plot((0, 1), (0, 1), color=MIDDLE, linestyle="--", linewidth=1, marker="", label="perfectly calibrated")
        confidence = [row.confidence for row in filled]
        above.plot(confidence, [row.accuracy for row in filled], color=COLORS[0], linestyle="", label="at its mean confidence")
        _percent(above.yaxis)
        above.set(ylim=(0, 1.02), ylabel="accuracy", title=title)
        above.legend(loc="upper left", fontsize=8)
        below.bar(left, [row.count for row in bins], width, align="edge", color=COLORS[0], edgecolor="white")
        below.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        _percent(below.xaxis)
        below.set(xlim=(0, 1), xlabel="confidence", ylabel="answers")


def coverage_curves(path: Path, curves: Mapping[str, tuple[Sequence[float], Sequence[float]]], title: str) -> None:
    """curves: (coverage, accuracy among the accepted) of each set, from `calibration.coverage_accuracy`."""
    with _picture(path, title, 6.4, 3.8) as figure:
        axes = figure.subplots()
        for name, (coverage, accuracy) in curves.items():
            axes.plot(coverage, accuracy, marker="", label=name)
        _percent(axes.xaxis)
        _percent(axes.yaxis)
        axes.set(xlim=(0, 1), xlabel="coverage: share of the answers that is accepted", ylabel="accuracy of the accepted", title=title)
        _legend(figure)


def learning_curves(
    path: Path, training: Mapping[str, Sequence[float]], validation: Mapping[str, Sequence[float]] | None, title: str
) -> None:
    """training and validation: lists `loss` and `accuracy`, one value per epoch. validation is None without a validation part."""
    histories = {"training": training} if validation is None else {"training": training, "validation": validation}
    with _picture(path, title, 8, 3.4) as figure:
        for axes, quantity in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
            for name, history in histories.items():
                label = name if quantity == "loss" else None  # once in the legend of both
                axes.plot(np.arange(len(history[quantity])) + 1, history[quantity], marker="", label=label)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=(1, 2, 5, 10)))
            axes.set(xlabel="epoch", ylabel=quantity)
        _percent(axes.yaxis)
        axes.set_ylim(0, 1.02)
        figure.suptitle(title, fontsize=11)
        _legend(figure)


def robustness_lines(path: Path, lines: Mapping[str, Mapping[float, float]], clean: float, title: str) -> None:
    """lines: for each kind of noise the UA at each signal-to-noise ratio in dB; clean: the UA without noise, a dashed line."""
    with _picture(path, title, 6.4, 3.8) as figure:
        axes = figure.subplots()
        for name, points in lines.items():
            ratios = sorted(points)
            axes.plot(ratios, [points[ratio] for ratio in ratios], label=name)
        axes.axhline(clean, color=MIDDLE, linestyle="--", linewidth=1, marker="", label="clean")
        axes.set_xticks(sorted({ratio for points in lines.values() for ratio in points}))
        _percent(axes.yaxis)
        axes.set(ylim=(0, 1.02), xlabel="signal-to-noise ratio (dB)", ylabel="UA", title=title)
        _legend(figure)


@contextmanager
def _picture(path: Path, title: str, width: float, height: float) -> Iterator[Figure]:
    """A figure of this many inches, which replaces the file when it is drawn. It uses no window and no global state."""
    with matplotlib.rc_context(SETTINGS):
        figure = Figure((width, height), layout="constrained")
        yield figure
        svg = io.StringIO()
        figure.savefig(svg, format="svg", metadata={"Title": title, "Creator": None, "Date": None})
    replace_file(path, svg.getvalue())


def _percent(axis: Axis) -> None:
    axis.set_major_formatter(PercentFormatter(1, decimals=0))


def _legend(figure: Figure) -> None:
    figure.legend(loc="outside lower center", ncols=4, fontsize=9)
