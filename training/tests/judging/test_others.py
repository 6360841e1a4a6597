"""Whom an adapted device has received before."""

import unittest

import numpy as np

from ..support import dataset_of, need

need("scipy", "wasmtime")

from training.judging.others import MOST_OTHERS, draw_others, draw_skewed


class Others(unittest.TestCase):
    def test_up_to_ten_other_utterances_of_the_speaker(self):
        speakers = np.array(["a"] * 15 + ["b"] * 4 + ["c"] + [""] * 2)
        found = draw_others(speakers)
        for index, others in enumerate(found):
            same = set(np.flatnonzero(speakers == speakers[index])) - {index} if speakers[index] else set()
            self.assertEqual(len(set(others)), min(MOST_OTHERS, len(same)))
            self.assertLessEqual(set(others), same)
        self.assertEqual([others.tolist() for others in found], [others.tolist() for others in draw_others(speakers)], "the same again")
        self.assertGreater(len({tuple(sorted(others)) for others in found[:15]}), 5, "another draw for each")

    def test_skewed_ones_are_all_neutral(self):
        dataset = dataset_of({"a": [3, 12, 3], "b": [3, 2, 3]})
        for recording, others in zip(dataset.recordings, draw_skewed(dataset)):
            mine = [dataset.recordings[other] for other in others]
            self.assertEqual({(other.speaker, other.label) for other in mine}, {(recording.speaker, 1)})
            self.assertNotIn(recording, mine)
            self.assertEqual(len(mine), 10 if recording.speaker == "a" else 2 - (recording.label == 1))


if __name__ == "__main__":
    unittest.main()
