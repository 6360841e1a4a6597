"""What is taken off of an answer."""

import unittest

import numpy as np
from scipy.special import log_softmax, softmax

from training.results import mean_answer
from training.results.mean_answer import without_mean_answer


class MeanAnswer(unittest.TestCase):
    def test_half_of_the_mean_counted_against_four(self):
        others = np.array([[7.0, 0, 0]] * 10)
        np.testing.assert_allclose(without_mean_answer(np.array([1.0, 2, 3]), others), [1 - 0.5 * 7 * 10 / 14, 2, 3])

    def test_without_others_nothing_is(self):
        np.testing.assert_array_equal(without_mean_answer(np.array([1.0, 2]), np.zeros((0, 2))), [1, 2])

    def test_the_module_gets_what_was_judged(self):
        field = mean_answer.as_manifest()
        others = np.array([[7.0, 0, 0]] * 10)
        expected = np.array([1.0, 2, 3]) - field["share"] * len(others) / (len(others) + field["weight"]) * others.mean(axis=0)
        np.testing.assert_allclose(without_mean_answer(np.array([1.0, 2, 3]), others), expected)

    def test_logits_are_as_good_as_log_probabilities(self):
        rng = np.random.default_rng(0)
        own, others = rng.normal(size=7), rng.normal(size=(5, 7))
        found = without_mean_answer(log_softmax(own), log_softmax(others, axis=1))
        np.testing.assert_allclose(softmax(found), softmax(without_mean_answer(own, others)))


if __name__ == "__main__":
    unittest.main()
