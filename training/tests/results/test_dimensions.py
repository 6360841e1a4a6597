"""Weights of a dimension, and how it is measured."""

import unittest

import numpy as np
from scipy.special import expit, log_softmax

from training.results.dimensions import Dimension, area_under_curve, balanced_accuracy, best_balanced_accuracy, fit_dimension, sides

CLASSES = ("boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness")
RNG = np.random.default_rng(0)


class Sides(unittest.TestCase):
    def test_who_is_on_which(self):
        labels = np.arange(7)
        belongs, is_high = sides(CLASSES, labels, "activation")
        self.assertEqual([CLASSES[label] for label in labels[is_high]], ["fear", "anger", "happiness"])
        self.assertEqual([CLASSES[label] for label in labels[~belongs]], ["disgust"])
        belongs, is_high = sides(CLASSES, labels, "valence")
        self.assertEqual(([CLASSES[label] for label in labels[is_high]], [CLASSES[label] for label in labels[~belongs]]), (["happiness"], ["boredom", "neutral"]))


class Fit(unittest.TestCase):
    def test_it_finds_what_made_the_answers(self):
        values = log_softmax(2 * RNG.normal(size=(20000, 3)), axis=1)
        true = Dimension(np.array([1.0, -0.5, 0.0]), 0.4)
        is_high = RNG.random(len(values)) < true(values)
        found = fit_dimension(values, is_high, np.zeros(len(values)))
        self.assertGreater(np.corrcoef(found(values), true(values))[0, 1], 0.99)

    def test_one_half_is_between_the_sides_however_many_answers_each_has(self):
        high, low = RNG.normal(1, 1, (300, 2)), RNG.normal(-1, 1, (3000, 2))
        values, is_high = np.concatenate([high, low]), np.arange(3300) < 300
        found = fit_dimension(values, is_high, np.zeros(3300))
        self.assertAlmostEqual(found.bias, 0, 0)
        self.assertLess(best_balanced_accuracy(found(values), is_high) - balanced_accuracy(found(values), is_high), 0.01)

    def test_a_small_corpus_counts_as_much_as_a_large_one(self):
        values = np.concatenate([RNG.normal(size=(2000, 2)), RNG.normal(size=(100, 2))])
        corpora = np.array(["large"] * 2000 + ["small"] * 100)
        is_high = np.where(corpora == "large", values[:, 0], values[:, 1]) > 0
        found = fit_dimension(values, is_high, corpora).weights
        self.assertLess(abs(found[0] - found[1]), 0.25 * found.sum())

    def test_one_side_alone_is_refused(self):
        with self.assertRaisesRegex(ValueError, "^5 answers are all on one side"):
            fit_dimension(np.zeros((5, 2)), np.ones(5, bool), np.zeros(5))

    def test_the_manifest_has_its_numbers(self):
        self.assertEqual(Dimension(np.array([1 / 3, -2.0]), 0.5).as_manifest(), {"weights": [0.333333, -2.0], "bias": 0.5})


class Measures(unittest.TestCase):
    def test_area_counts_pairs(self):
        values, is_high = np.round(RNG.normal(size=60), 1), RNG.random(60) < 0.4
        pairs = [(high > low) + (high == low) / 2 for high in values[is_high] for low in values[~is_high]]
        self.assertAlmostEqual(area_under_curve(values, is_high), np.mean(pairs))

    def test_balanced_accuracy(self):
        values, is_high = expit(np.array([-2.0, -1, 1, 2])), np.array([True, False, True, True])
        self.assertAlmostEqual(balanced_accuracy(values, is_high), (2 / 3 + 1) / 2)
        self.assertAlmostEqual(best_balanced_accuracy(1 - values, ~is_high), (2 / 3 + 1) / 2)


if __name__ == "__main__":
    unittest.main()
