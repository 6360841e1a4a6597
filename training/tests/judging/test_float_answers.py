"""The mean that an adapted device starts from, and which classes it may answer."""

import dataclasses
import unittest

import numpy as np

from ..support import dataset_of, need

need("tensorflow", "keras", "pyworld", "scipy", "tqdm", "wasmtime")

from training.data.normalization import has_speech
from training.data.protocols import LOCO, split
from training.judging.float_answers import MOST_OTHERS, answerable, carried_means, scored


def centers(count: int) -> np.ndarray:
    """float32 [count, 5, 40]: every number is that of the recording, but for the energy."""
    raw = np.broadcast_to(np.arange(count, dtype=np.float32)[:, np.newaxis, np.newaxis], (count, 5, 40)).copy()
    raw[..., 0] = -1
    return raw


class HeardBefore(unittest.TestCase):
    def test_up_to_ten_other_utterances_of_the_speaker(self):
        raw = centers(20)
        raw[:, :, 7] = 2.0 ** np.arange(20)[:, np.newaxis]
        found = carried_means(raw, np.array(["a"] * 15 + ["b"] * 4 + ["c"]), 1e9)
        for index in range(15):
            others = [2**other for other in range(15) if other != index]
            total = round(float(found.mean[index, 7]) * MOST_OTHERS)
            chosen = [other for other in others if total & other]
            self.assertEqual((len(chosen), sum(chosen)), (MOST_OTHERS, total), "ten different ones of the same speaker, without itself")
        np.testing.assert_allclose(found.mean[15:19, 5], [17, 50 / 3, 49 / 3, 16], rtol=1e-5)
        self.assertEqual(found.known.tolist(), [True] * 19 + [False])

    def test_only_frames_with_speech_count(self):
        raw = centers(3)
        raw[1, 1:3, 0], raw[1, 1:3, 5] = -9, 1000
        found = carried_means(raw, np.array(["a", "a", "b"]), 1e9)
        self.assertAlmostEqual(float(found.mean[0, 5]), 1)

    def test_it_is_the_running_mean_of_the_module(self):
        raw = np.random.default_rng(0).normal(size=(2, 30, 40)).astype(np.float32)
        weight, mean = 0.0, np.zeros(40)
        for x, speech in zip(raw[1].astype(np.float64), has_speech(raw)[1]):
            if speech:
                weight = weight * (1 - 1 / 20) + 1
                mean = mean + (x - mean) / weight
        np.testing.assert_allclose(carried_means(raw, np.array(["a", "a"]), 20).mean[0], mean, rtol=1e-4, atol=1e-5)

    def test_an_unknown_speaker_has_not_been_heard(self):
        self.assertFalse(carried_means(centers(3), np.array([""] * 3), 512).known.any())


class Answerable(unittest.TestCase):
    def test_classes_of_the_corpus_that_were_learned(self):
        dataset = dataset_of({"a 1": [2, 2, 0], "b 1": [0, 2, 2]})
        dataset = dataclasses.replace(dataset, recordings=tuple(dataclasses.replace(r, corpus=r.speaker[0]) for r in dataset.recordings))
        parts = split(dataset, LOCO, "a", validate=False)
        np.testing.assert_array_equal(answerable(dataset, parts), [[False, True, False]] * 4)
        rows = scored(dataset, parts.judged, [parts], "a")
        self.assertEqual(dataset.labels[parts.judged[rows]].tolist(), [1, 1], "the class that nobody taught is left out of the score")


if __name__ == "__main__":
    unittest.main()
