"""A model that ships answers corpora that it has not learned from: which recordings, and with which threshold and weights."""

import dataclasses
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from ..support import dataset_of, need

need("tensorflow", "keras", "pyworld", "scipy", "tqdm", "wasmtime")

from training.data.dataset import Dataset
from training.judging import strangers as judged
from training.judging.fold_logits import ADAPTED, UNADAPTED, FoldLogits
from training.judging.strangers import judge_strangers, strangers
from training.results.acceptance import PROBABILITY, SHIPPED
from training.results.corpora_scores import read_scores, scores_path

CLASSES = ("neutral", "anger", "happiness")


def corpora() -> Dataset:
    """a is free, b is not; b's speakers have two utterances of each class."""
    dataset = dataset_of({"a 1": [2, 2, 2], "b 1": [2, 2, 2], "b 2": [2, 2, 2]})
    recordings = tuple(dataclasses.replace(r, corpus=r.speaker[0], licence="CC0" if r.speaker[0] == "a" else "CC BY-NC-SA 4.0") for r in dataset.recordings)
    return dataclasses.replace(dataset, classes=CLASSES, recordings=recordings)


class Strangers(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = Path(work.name)

    def judged(self, sidecar: dict, adapted: bool) -> dict:
        """Unadapted every answer is right, with a probability of 0.58, and adapted none is, with 0.42."""
        (self.work / "light-sernet.json").write_text(json.dumps({"acceptThreshold": 0.5, **sidecar}))
        dataset = corpora()

        def answered(module, dataset, parts, windows, others) -> FoldLogits:
            self.assertEqual(others is not None, adapted)
            right = np.eye(3, dtype=np.float32)[dataset.labels[parts.judged]]
            return FoldLogits(parts, parts.judged, {UNADAPTED: right} | ({ADAPTED: -right} if adapted else {}), np.eye(3, dtype=np.float32)[:2])

        with mock.patch.multiple(judged, answered=answered, background_windows=lambda *_: (((),) * 2, np.array(["street", "made-up hum"]))):
            found = judge_strangers(self.work, dataset, [], "strangers-full", "full")
        path = scores_path(self.work, "strangers-full")
        path.write_text(json.dumps(found))
        self.assertEqual(read_scores(path).model, "full")
        return found

    def test_who_is_asked(self):
        dataset = corpora()
        parts = strangers(dataset)
        self.assertEqual(({dataset.recordings[i].corpus for i in parts.train}, {dataset.recordings[i].corpus for i in parts.judged}), ({"a"}, {"b"}))
        free = dataclasses.replace(dataset, recordings=tuple(dataclasses.replace(r, licence="CC0") for r in dataset.recordings))
        with self.assertRaisesRegex(ValueError, "name both with --data"):
            strangers(free)

    def test_scores(self):
        dimensions = {"activation": {"weights": [-1.0, 1.0, 1.0], "bias": 0.0}}
        found = self.judged({"normalization": {}, "dimensions": dimensions}, adapted=True)
        self.assertEqual({way: its["b"]["ua"] for way, its in found["answers"].items()}, {"int8": 1, "int8-adapted": 0, "int8-adapted-answers": 0, "int8-adapted-answers-neutral": 0})
        self.assertEqual({its["b"]["recordings"] for its in found["answers"].values()}, {12})
        accepted = found["acceptance"][PROBABILITY]["fits"][SHIPPED]
        self.assertEqual(accepted["thresholds"], [0.5])
        self.assertEqual(accepted["corpora"]["b"][UNADAPTED], {"coverage": 1, "right": 1})
        self.assertEqual(accepted["corpora"]["b"][ADAPTED], {"coverage": 0, "right": None})
        self.assertEqual(accepted["backgrounds"], {"all": 1, "made-up": 1, "street": 1, "made-up hum": 1})
        self.assertEqual(found["dimensions"]["activation"]["b"][UNADAPTED]["auc"], 1)

    def test_a_module_that_does_not_adapt(self):
        found = self.judged({}, adapted=False)
        self.assertEqual((list(found["answers"]), found["dimensions"]), (["int8"], {}))


if __name__ == "__main__":
    unittest.main()
