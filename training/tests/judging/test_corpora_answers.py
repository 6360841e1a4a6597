"""Which classes a network may answer, whose answers are scored, and what is written."""

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
from training.data.protocols import LOCO, split
from training.judging import corpora_answers
from training.judging.corpora_answers import judge, scored
from training.judging.fold_logits import ADAPTED, ANSWERS, SKEWED_ANSWERS, UNADAPTED, FoldLogits, answerable, asked_of, probabilities_of, with_mean_answers
from training.learning.settings import default_settings
from training.results.predictions import read_predictions


def corpora(counts: dict[str, list[int]]) -> Dataset:
    """The corpus of a speaker is the first letter."""
    dataset = dataset_of(counts)
    return dataclasses.replace(dataset, recordings=tuple(dataclasses.replace(r, corpus=r.speaker[0]) for r in dataset.recordings))


class Answerable(unittest.TestCase):
    def test_classes_of_the_corpus_that_were_learned(self):
        dataset = corpora({"a 1": [2, 2, 0], "b 1": [0, 2, 2]})
        parts = split(dataset, LOCO, "a", validate=False)
        np.testing.assert_array_equal(answerable(dataset, parts, parts.judged), [[False, True, False]] * 4)
        self.assertEqual(dataset.labels[parts.judged[scored(dataset, [parts], "a")]].tolist(), [1, 1], "the class that nobody taught is left out of the score")

    def test_other_classes_have_no_probability(self):
        found = probabilities_of(np.array([[9.0, 1, 1]]), np.array([[False, True, True]]))
        np.testing.assert_array_equal(found, [[0, 0.5, 0.5]])


class MeanAnswers(unittest.TestCase):
    def test_of_the_other_utterances_of_the_speaker(self):
        dataset = corpora({"a 1": [2, 2], "b 1": [2, 2]})
        parts = split(dataset, LOCO, "a", validate=False)
        fold = FoldLogits(parts, parts.judged, {UNADAPTED: np.zeros((4, 2)), ADAPTED: np.arange(8.0).reshape(4, 2)}, voices={UNADAPTED: np.zeros(4), ADAPTED: np.arange(4.0)})
        others, skewed = [np.array([1, 3]), np.array([0]), np.array([], int), np.array([2])] * 2, [np.array([], int)] * 8
        [found] = with_mean_answers([fold], others, skewed)
        np.testing.assert_allclose(found.logits[ANSWERS], [[0 - 8 / 12, 1 - 10 / 12], [2, 3 - 1 / 10], [4, 5], [6 - 4 / 10, 7 - 5 / 10]])
        np.testing.assert_array_equal(found.logits[SKEWED_ANSWERS], fold.logits[ADAPTED])
        self.assertEqual({way: voice.tolist() for way, voice in found.voices.items()}, {UNADAPTED: [0] * 4} | dict.fromkeys((ADAPTED, ANSWERS, SKEWED_ANSWERS), [0, 1, 2, 3]))
        self.assertEqual(with_mean_answers([fold], [np.array([6])] * 8, skewed), [fold], "the network was not asked that one")


class Judged(unittest.TestCase):
    def test_every_precision_and_way(self):
        dataset = corpora({f"{corpus} {number}": [2, 2, 2] for corpus in "ab" for number in range(3)})
        settings = default_settings("-dn", "corpora", "--protocol", "loco")

        def answered(*given) -> list[FoldLogits]:
            splits = given[1]
            found = []
            for parts in splits:
                asked = asked_of(parts)
                right = np.eye(3, dtype=np.float32)[dataset.labels[asked]]
                found.append(FoldLogits(parts, asked, {UNADAPTED: -right, ADAPTED: right}, voices={UNADAPTED: np.zeros(len(asked)), ADAPTED: np.ones(len(asked))}))
            return found

        with tempfile.TemporaryDirectory() as work:
            with mock.patch.multiple(corpora_answers, load_centers=lambda *_: None, background_windows=lambda *_: ((), np.array([])), float_logits=answered, int8_logits=answered):
                judge(settings, dataset, Path(work), Path(work), mock.Mock(verbose=0, calibration_runs=None))
            kind = "loco-full-ce-corpora-running"
            scores = json.loads(Path(work, f"{kind}-scores.json").read_text())
            for name, ua in (("float32", 0), ("float32-adapted", 1), ("int8", 0), ("int8-adapted", 1)):
                predictions = read_predictions(Path(work, f"{kind}-{name}.csv"))
                self.assertEqual(sorted(predictions.utterances), [recording.utterance for recording in dataset.recordings])
                self.assertEqual({corpus: found["ua"] for corpus, found in scores["answers"][name].items()}, {"a": ua, "b": ua})
                self.assertEqual(scores["voices"], {"corpora": {corpus: {UNADAPTED: 0, ADAPTED: 1, ANSWERS: 1, SKEWED_ANSWERS: 1} for corpus in "ab"}})
                self.assertEqual({len(its) for its in scores["groups"][name].values()}, {6, 1}, "speakers, styles and languages")


if __name__ == "__main__":
    unittest.main()
