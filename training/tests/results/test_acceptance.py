"""Rules of acceptance, and their thresholds."""

import unittest

import numpy as np
from scipy.special import softmax

from training.results.acceptance import RULES, accuracy_curve, mean_accuracy, threshold_at, weights_of
from training.results.calibration import LEAST_ACCEPTED, threshold_for

RNG = np.random.default_rng(0)


class Rules(unittest.TestCase):
    def test_values(self):
        logits = np.array([[4.0, 2, -np.inf], [0, 0, 0]])
        expected = {
            "largest probability": [1 / (1 + np.exp(-1)), 1 / 3],
            "margin": [1, 0],
            "energy": [2 + np.log1p(np.exp(-1)), np.log(3)],
            "largest logit": [2, 0],
        }
        for name, rule in RULES.items():
            np.testing.assert_allclose(rule(logits, 2.0), expected[name], err_msg=name)


class Thresholds(unittest.TestCase):
    def test_one_group_is_the_module_s_calibration(self):
        for accuracy in (0.5, 0.7, 0.9):
            probabilities = softmax(2 * RNG.normal(size=(400, 4)), axis=1).astype(np.float32)
            labels = np.where(RNG.random(400) < probabilities.max(axis=1), probabilities.argmax(axis=1), 0)
            right = probabilities.argmax(axis=1) == labels
            found = threshold_at(probabilities.max(axis=1), right, np.zeros(400), accuracy)
            expected = threshold_for(labels, probabilities, accuracy)
            self.assertEqual(found, np.inf if expected is None else expected)

    def test_groups_count_as_much_as_each_other(self):
        groups = np.array(["large"] * 900 + ["small"] * 100)
        self.assertAlmostEqual(weights_of(groups)[groups == "small"].sum(), 0.5)
        scores, right = np.tile(np.arange(100.0), 10), groups == "large"
        thresholds, accepted, accuracy, count = accuracy_curve(scores, right, groups)
        np.testing.assert_allclose([accepted[9], accuracy[9]], [0.1, 0.5])
        self.assertEqual((thresholds[9], count[9]), (90, 100))
        self.assertEqual(threshold_at(scores, right, groups, 0.6), np.inf)
        self.assertEqual(threshold_at(scores, right, groups, 0.499), 0)

    def test_too_few_answers_set_none(self):
        few = LEAST_ACCEPTED - 1
        self.assertEqual(threshold_at(np.arange(few), np.zeros(few, bool), np.zeros(few), 0.9), -np.inf)

    def test_no_answers_are_never_right(self):
        self.assertEqual(mean_accuracy(np.zeros(0), np.zeros(0, bool), np.zeros(0)), 0)

    def test_a_better_order_has_a_larger_mean_accuracy(self):
        right = RNG.random(300) < 0.6
        noise = RNG.normal(size=300)
        found = [mean_accuracy(sureness * right + noise, right, np.zeros(300)) for sureness in (-3, 0, 3, 100)]
        self.assertEqual(found, sorted(found))
        share = right.mean()
        self.assertAlmostEqual(found[-1], share - share * np.log(share), 2)


if __name__ == "__main__":
    unittest.main()
