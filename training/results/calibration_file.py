"""Temperature and threshold of a kind of model, in calibration-KIND.json."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from ..files import replace_file


@dataclass(frozen=True)
class Calibration:
    """Fitted on `answers` answers, for a model that is trained on everything; and, for each fold, on those outside its test part."""

    temperature: float  # divides the logits
    threshold: float  # answers with a smaller probability are uncertain
    answers: int
    folds: dict[str, tuple[float, float]]  # temperature and threshold of each
    dimensions: dict = field(default_factory=dict)  # activation and valence, as light-sernet.json has them; empty where they were not fitted


def calibration_path(results: Path, kind: str) -> Path:
    """kind: such as loso-full-ce."""
    return results / f"calibration-{kind}.json"


def write_calibration(results: Path, kind: str, calibration: Calibration) -> None:
    folds = {name: {"temperature": temperature, "threshold": threshold} for name, (temperature, threshold) in calibration.folds.items()}
    whole = {"temperature": calibration.temperature, "threshold": calibration.threshold, "answers": calibration.answers, "folds": folds}
    whole |= {"dimensions": calibration.dimensions} if calibration.dimensions else {}
    replace_file(calibration_path(results, kind), json.dumps(whole, indent=2) + "\n")


def read_calibration(path: Path) -> Calibration:
    """Raises ValueError in one sentence when the file is not one that `write_calibration` writes."""
    try:
        whole = json.loads(path.read_text())
        folds = {name: (float(fold["temperature"]), float(fold["threshold"])) for name, fold in whole["folds"].items()}
        return Calibration(float(whole["temperature"]), float(whole["threshold"]), int(whole.get("answers", 0)), folds, dict(whole.get("dimensions", {})))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: this is not a calibration that cross_validate wrote ({error!r})") from None
