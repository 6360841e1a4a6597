"""The gate's hysteresis and look-back, and the figures that it is judged by, on answers that can be read."""

import unittest

import numpy as np

from training.gate.integer import Gate, hysteresis, looking_back
from training.gate.measures import area, delays, later


def frames(text: str) -> np.ndarray:
    """A frame with speech for every letter that is not a dot."""
    return np.array([letter != "." for letter in text])


class Answers(unittest.TestCase):
    def test_frames_in_a_row_open_and_close(self):
        scores = np.array([5, 0, 5, 5, 5, 0, 5, 0, 0, 0])
        answer = hysteresis(scores, {"score": 5, "frames": 2}, {"score": 3, "frames": 2})
        np.testing.assert_array_equal(answer, frames("...xxxxx.."))

    def test_streams_beside_each_other_are_streams_by_themselves(self):
        scores = np.random.default_rng(1).integers(-10, 10, (4, 300))
        opening, closing = {"score": 4, "frames": 3}, {"score": 1, "frames": 5}
        together = hysteresis(scores, opening, closing)
        self.assertTrue(together.any() and not together.all())
        for scores_of_one, answer in zip(scores, together):
            np.testing.assert_array_equal(hysteresis(scores_of_one, opening, closing), answer)

    def test_openings_move_back_and_closings_do_not(self):
        np.testing.assert_array_equal(looking_back(frames("....xx.....x.."), 2), frames("..xxxx...xxx.."))
        np.testing.assert_array_equal(looking_back(frames("x...x"), 9), frames("xxxxx"))
        np.testing.assert_array_equal(looking_back(frames("..x.."), 0), frames("..x.."))

    def test_scores_do_not_depend_on_later_frames(self):
        mel = np.random.default_rng(2).uniform(-10, 4, (1, 60, 128)).astype(np.float32)
        gate = Gate.load()
        np.testing.assert_array_equal(gate.scores(mel)[:, :40], gate.scores(mel[:, :40]))


class Figures(unittest.TestCase):
    def test_area(self):
        self.assertEqual(area(np.array([1, 2, 3, 4]), frames("..xx")), 1)
        self.assertEqual(area(np.array([1, 1, 1, 1]), frames("x.x.")), 0.5)
        self.assertEqual(area(np.array([4, 2, 3, 1]), frames("..xx")), 0.25)

    def test_a_late_score_is_compared_with_an_earlier_label(self):
        speech = frames("...xx....xxx......")
        scores = np.roll(speech.astype(int), 2)
        self.assertEqual(area(*later(scores, speech, 2)), 1)
        self.assertLess(area(*later(scores, speech, 0)), 1)

    def test_waits_for_the_answer(self):
        quiet = "." * 40
        speech = frames(quiet + "xxxxxxxx..xxx" + quiet + "xxxx" + quiet + quiet + "xxxx")
        answer = frames(quiet + "...xxxxxxxxxx" + quiet[1:] + "xxxxx" + quiet + quiet + "....")
        np.testing.assert_array_equal(delays(answer, speech), [3, -1, np.inf])


if __name__ == "__main__":
    unittest.main()
