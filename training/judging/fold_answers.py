"""What each fold's network answers to its own test part, in three precisions."""

import argparse
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from ..conversion.graph_model import inference_model, write_graph_model
from ..conversion.int8 import LIGHT_SERNET, build_int8
from ..conversion.tflite import TFLITE_FILES, tflite_probabilities, write_tflite
from ..data.dataset import Dataset, recordings_root
from ..files import replace_file
from ..learning.settings import Settings
from ..network.loss_names import SHORT_NAMES
from ..results.predictions import FLOAT16, FLOAT32, INT8, Predictions, file_name, write_predictions
from .folds import Fold, bar


def write_answers(settings: Settings, dataset: Dataset, folds: list[Fold], clean: np.ndarray, folder: Path, options: argparse.Namespace) -> None:
    """Writes a file of predictions for each precision. folder: of the runs of all folds; folds.json there tells `light-sernet evaluate` who tests what."""

    def file(precision: str) -> Path:
        return options.results / file_name(settings.protocol, precision, settings.width, SHORT_NAMES[settings.loss_name])

    models = [inference_model(fold.run, fold.temperature) for fold in folds]
    answers = [model.predict(clean[fold.parts.test][..., np.newaxis], verbose=0) for model, fold in zip(models, folds)]
    write_predictions(file(FLOAT32), gathered(dataset, folds, answers))

    answers = []
    for model, fold in zip(bar(models, "export", len(models), options), folds):
        write_graph_model(model, fold.run / "graph", {"classes": list(dataset.classes)} | fold.sidecar, clean[fold.parts.test][:2])
        write_tflite(model, fold.run, clean[fold.parts.train], (FLOAT16,))
        answers.append(tflite_probabilities(fold.run / TFLITE_FILES[FLOAT16], clean[fold.parts.test]))
    write_predictions(file(FLOAT16), gathered(dataset, folds, answers))

    with ThreadPoolExecutor(options.jobs) as pool:
        list(bar(pool.map(lambda fold: build_int8(dataset, fold.run, fold.parts.train), folds), "build", len(folds), options))
    tests = [[dataset.recordings[index].utterance for index in fold.parts.test] for fold in folds]
    entries = [{"name": fold.parts.fold, "model": f"{fold.parts.fold}/int8", "test": test} for fold, test in zip(folds, tests)]
    replace_file(folder / "folds.json", json.dumps({"protocol": settings.protocol, "folds": entries}, indent=1) + "\n")
    options.results.mkdir(parents=True, exist_ok=True)
    root = recordings_root(options.data[0], settings.audio_type)
    evaluate = ["evaluate", str(folder), "--data", str(root), "--protocol", settings.protocol, "--long", "center", "--csv", str(file(INT8))]
    subprocess.run([*LIGHT_SERNET, *evaluate], check=True, stdout=subprocess.DEVNULL if options.verbose == 0 else None)
    if options.verbose > 0:
        print(f"answers: {options.results}")


def gathered(dataset: Dataset, folds: list[Fold], answers: list[np.ndarray]) -> Predictions:
    """answers: for each fold, probabilities [test part, classes]."""
    tests = np.concatenate([fold.parts.test for fold in folds])
    return Predictions(
        utterances=[dataset.recordings[index].utterance for index in tests],
        folds=[fold.parts.fold for fold in folds for _ in fold.parts.test],
        classes=dataset.classes,
        labels=dataset.labels[tests],
        probabilities=np.concatenate(answers).astype(np.float32),
    )
