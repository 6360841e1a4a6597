"""Runs whose answers calibrate those of another cross-validation on corpora: with the same recipe, to speakers who are unseen while their corpora are not. So the threshold is the one that ships, and
what it accepts of a corpus that is unseen can be measured."""

import json
from dataclasses import replace
from pathlib import Path

from ..data.dataset import Dataset
from ..data.protocols import SPEAKERS, Split, fold_names, split
from ..data.session_files import load_centers
from ..data.voiceless import corpora_hash
from ..learning.settings import Settings, described, difference
from ..network.trained import is_finished


def calibrating_splits(settings: Settings, dataset: Dataset, runs: Path) -> list[Split]:
    """Those of the folds in `runs`. Raises ValueError unless all are finished runs of the protocol speakers, with the same settings otherwise."""
    shape, data = load_centers(dataset, settings.input_duration).shape[1:], corpora_hash(dataset, settings.input_duration)
    for name in fold_names(dataset, SPEAKERS):
        if not is_finished(runs / name):
            raise ValueError(f"{runs / name}: there is no finished run; --calibration-runs names the folder of a cross-validation with --protocol {SPEAKERS}, such as speakers-full-ce-corpora-running")
        expected = described(replace(settings, protocol=SPEAKERS, fold=name, teachers=()), dataset, shape, data)
        if (what := difference(json.loads((runs / name / "settings.json").read_text()), expected)) is not None:
            raise ValueError(f"{runs / name}: {what}; name runs with the same settings with --calibration-runs")
    return [split(dataset, SPEAKERS, name, settings.validate) for name in fold_names(dataset, SPEAKERS)]
