"""Temperature, calibration error and thresholds against known answers."""

import unittest

import numpy as np

from training.results.calibration import (
    LEAST_ACCEPTED,
    TEMPERATURE_RANGE,
    apply_temperature,
    coverage_accuracy,
    error_of_bins,
    expected_calibration_error,
    fit_temperature,
    logits_of,
    reliability,
    threshold_for,
)


def softmax(logits: np.ndarray) -> np.ndarray:
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def calibrated(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels drawn from their softmax: the right temperature is 1."""
    rng = np.random.default_rng(seed)
    logits = 2 * rng.normal(size=(count, 7))
    drawn = softmax(logits).cumsum(axis=1) > rng.uniform(size=(count, 1))
    return logits, drawn.argmax(axis=1)


def two_classes(confidence: list[float], right: list[bool]) -> tuple[np.ndarray, np.ndarray]:
    """Labels and probabilities [n, 2]; class 0 is always answered."""
    first = np.array(confidence)
    return np.where(right, 0, 1), np.stack([first, 1 - first], axis=1)


def negative_log_likelihood(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """The mean of -ln of the labels' probabilities, in nats; which `fit_temperature` minimizes."""
    return float(-np.log(probabilities[np.arange(len(labels)), labels]).mean())


class Temperature(unittest.TestCase):
    def test_known_temperature_is_recovered(self):
        logits, labels = calibrated(20_000)
        for temperature in (0.4, 1.0, 2.5):
            with self.subTest(temperature=temperature):
                self.assertAlmostEqual(fit_temperature(logits * temperature, labels) / temperature, 1, delta=0.03)

    def test_it_is_the_minimum(self):
        logits, labels = calibrated(200, seed=3)
        found = fit_temperature(3 * logits, labels)
        probabilities = softmax(3 * logits)
        least = negative_log_likelihood(labels, apply_temperature(probabilities, found))
        grid = np.geomspace(*TEMPERATURE_RANGE, 200)
        self.assertLess(least, min(negative_log_likelihood(labels, apply_temperature(probabilities, t)) for t in grid) + 1e-9)
        for factor in (0.99, 1.01):
            self.assertLess(least, negative_log_likelihood(labels, apply_temperature(probabilities, found * factor)))

    def test_constant_per_row_and_order_change_nothing(self):
        logits, labels = calibrated(100)
        order = np.random.default_rng(1).permutation(100)
        expected = fit_temperature(logits, labels)
        self.assertAlmostEqual(fit_temperature(logits + np.arange(100)[:, np.newaxis], labels), expected, 6)
        self.assertAlmostEqual(fit_temperature(logits_of(softmax(logits)), labels), expected, 6)
        self.assertAlmostEqual(fit_temperature(logits[order], labels[order]), expected, 6)

    def test_ends_of_the_range(self):
        logits = 5 * np.eye(3)
        self.assertEqual(fit_temperature(logits, np.array([0, 1, 2])), TEMPERATURE_RANGE[0])
        self.assertEqual(fit_temperature(logits, np.array([1, 2, 0])), TEMPERATURE_RANGE[1])

    def test_logits_that_are_not_finite(self):
        with self.assertRaisesRegex(ValueError, "not finite"):
            fit_temperature(np.array([[0, -np.inf]]), np.array([0]))

    def test_apply(self):
        probabilities = np.float32([[0.8, 0.2], [0.5, 0.5]])
        np.testing.assert_allclose(apply_temperature(probabilities, 1), probabilities, rtol=1e-6)
        # Odds of 4 to 1 have the root 2 to 1, and the square 16 to 1.
        np.testing.assert_allclose(apply_temperature(probabilities, 2), [[2 / 3, 1 / 3], [0.5, 0.5]], rtol=1e-6)
        np.testing.assert_allclose(apply_temperature(probabilities, 0.5), [[16 / 17, 1 / 17], [0.5, 0.5]], rtol=1e-6)

    def test_apply_keeps_the_answer(self):
        probabilities = softmax(calibrated(300)[0]).astype(np.float32)
        probabilities[0] = (0, 0, 1, 0, 0, 0, 0)
        probabilities[1] = (0.25, np.nextafter(np.float32(0.25), np.float32(1)), 0.1, 0.1, 0.1, 0.1, 0.1)
        for temperature in TEMPERATURE_RANGE:
            scaled = apply_temperature(probabilities, temperature)
            np.testing.assert_array_equal(scaled.argmax(axis=1), probabilities.argmax(axis=1))
            np.testing.assert_allclose(scaled.sum(axis=1), 1, rtol=1e-12)

    def test_temperatures_that_cannot_be(self):
        for temperature in (0, -1, np.inf, np.nan):
            with self.subTest(temperature=temperature), self.assertRaisesRegex(ValueError, "temperature"):
                apply_temperature(np.array([[0.5, 0.5]]), temperature)


class CalibrationError(unittest.TestCase):
    def test_hand_example(self):
        # (0.5, 0.6]: 0.55 and 0.6, one right. (0.6, 0.7]: 0.61, wrong. (0.9, 1]: 0.95 and 1.0, both right.
        labels, probabilities = two_classes([0.55, 0.6, 0.61, 0.95, 1.0], [True, False, False, True, True])
        rows = reliability(labels, probabilities, bins=10)
        self.assertEqual([row.count for row in rows], [0, 0, 0, 0, 0, 2, 1, 0, 0, 2])
        self.assertAlmostEqual(rows[5].confidence, 0.575)
        self.assertEqual((rows[5].low, rows[5].high, rows[5].accuracy), (0.5, 0.6, 0.5))
        self.assertEqual((rows[7].confidence, rows[7].accuracy), (None, None))
        expected = (2 * abs(0.5 - 0.575) + abs(0 - 0.61) + 2 * abs(1 - 0.975)) / 5
        self.assertAlmostEqual(expected_calibration_error(labels, probabilities, bins=10), expected)
        self.assertAlmostEqual(error_of_bins(rows), expected)

    def test_edges_belong_to_the_bin_below(self):
        for edge in (0.6, 0.7, 0.8, 0.9):
            rows = reliability(*two_classes([edge], [True]), bins=10)
            self.assertEqual([row.high for row in rows if row.count], [edge])

    def test_against_a_loop(self):
        logits, labels = calibrated(500)
        probabilities = softmax(2 * logits)
        total = 0
        for low in range(15):
            inside = [i for i in range(500) if low / 15 < probabilities[i].max() <= (low + 1) / 15]
            if inside:
                right = np.mean([probabilities[i].argmax() == labels[i] for i in inside])
                total += len(inside) / 500 * abs(right - np.mean([probabilities[i].max() for i in inside]))
        self.assertAlmostEqual(expected_calibration_error(labels, probabilities), total, 12)

    def test_temperature_lowers_it(self):
        logits, labels = calibrated(20_000)
        probabilities = softmax(3 * logits)
        self.assertGreater(expected_calibration_error(labels, probabilities), 0.1)
        fitted = apply_temperature(probabilities, fit_temperature(logits_of(probabilities), labels))
        self.assertLess(expected_calibration_error(labels, fitted), 0.02)

    def test_perfect_answers(self):
        labels = np.array([0, 1, 2])
        self.assertEqual(expected_calibration_error(labels, np.eye(3)), 0)


class Coverage(unittest.TestCase):
    def test_hand_example(self):
        # From the surest on: right, then a right and a wrong one of equal confidence, then wrong.
        labels, probabilities = two_classes([0.7, 0.9, 0.6, 0.7], [True, True, False, False])
        curve = coverage_accuracy(labels, probabilities)
        np.testing.assert_allclose(curve.threshold, [0.9, 0.7, 0.6])
        np.testing.assert_allclose(curve.coverage, [1 / 4, 3 / 4, 1])
        np.testing.assert_allclose(curve.accuracy, [1, 2 / 3, 1 / 2])

    def test_order_of_the_utterances_does_not_matter(self):
        logits, labels = calibrated(200)
        probabilities = softmax(logits).round(2)
        order = np.random.default_rng(1).permutation(200)
        for one, other in zip(
            coverage_accuracy(labels, probabilities), coverage_accuracy(labels[order], probabilities[order]), strict=True
        ):
            np.testing.assert_array_equal(one, other)

    def test_last_point_is_the_accuracy(self):
        logits, labels = calibrated(200)
        curve = coverage_accuracy(labels, softmax(logits))
        self.assertEqual(curve.coverage[-1], 1)
        self.assertEqual(curve.accuracy[-1], (logits.argmax(axis=1) == labels).mean())


class Threshold(unittest.TestCase):
    def answers(self, right: list[bool]) -> tuple[np.ndarray, np.ndarray]:
        """The surest first, confidences 1, 0.999, 0.998, ..."""
        return two_classes([1 - i / 1000 for i in range(len(right))], right)

    def test_smallest_that_holds(self):
        # 90 right, then only wrong ones: 10 of them make 90 %.
        labels, probabilities = self.answers([True] * 90 + [False] * 40)
        self.assertAlmostEqual(threshold_for(labels, probabilities, 0.9), 1 - 99 / 1000)
        self.assertAlmostEqual(threshold_for(labels, probabilities, 1.0), 1 - 89 / 1000)
        accepted = probabilities.max(axis=1) >= threshold_for(labels, probabilities, 0.9)
        self.assertEqual((accepted.sum(), labels[accepted].tolist().count(0)), (100, 90))

    def test_all_are_accepted(self):
        labels, probabilities = self.answers([True] * 50)
        self.assertAlmostEqual(threshold_for(labels, probabilities, 0.99), 1 - 49 / 1000)

    def test_accuracy_that_is_lost_and_found_again_does_not_count(self):
        labels, probabilities = self.answers([True] * 40 + [False] * 10 + [True] * 200)
        self.assertAlmostEqual(threshold_for(labels, probabilities, 0.9), 1 - 43 / 1000)

    def test_the_first_few_are_not_judged(self):
        # The surest answer is wrong, which is luck: from 30 on 29 of 30 are right.
        labels, probabilities = self.answers([False] + [True] * 60)
        self.assertAlmostEqual(threshold_for(labels, probabilities, 0.95), 1 - 60 / 1000)

    def test_out_of_reach(self):
        self.assertIsNone(threshold_for(*self.answers([True, False] * 100), 0.9))
        self.assertIsNone(threshold_for(*self.answers([True] * (LEAST_ACCEPTED - 1)), 0.9))
        self.assertIsNotNone(threshold_for(*self.answers([True] * LEAST_ACCEPTED), 0.9))

    def test_29_answers_are_too_few_and_30_are_enough(self):
        for accuracy in (0.01, 0.5, 1.0):
            self.assertIsNone(threshold_for(*self.answers([True] * 29), accuracy))
            self.assertAlmostEqual(threshold_for(*self.answers([True] * 30), accuracy), 1 - 29 / 1000)

    def test_the_first_29_are_not_judged_and_the_first_30_are(self):
        """One wrong answer, the surest, leaves 28 of 29, which is less than 29 of 30."""
        labels, probabilities = self.answers([False] + [True] * 29)
        self.assertAlmostEqual(threshold_for(labels, probabilities, 29 / 30), 1 - 29 / 1000)
        labels, probabilities = self.answers([False] + [True] * 200)
        self.assertAlmostEqual(threshold_for(labels, probabilities, 29 / 30), 1 - 200 / 1000)
        self.assertIsNone(threshold_for(labels, probabilities, 30 / 31))

    def test_equal_confidences_are_accepted_together(self):
        labels, probabilities = two_classes([0.9] * 40 + [0.8] * 40, [True] * 60 + [False] * 20)
        self.assertEqual(threshold_for(labels, probabilities, 0.9), 0.9)
        self.assertEqual(threshold_for(labels, probabilities, 0.75), 0.8)

    def test_float32_threshold_accepts_its_own_answer(self):
        labels, probabilities = self.answers([True] * 33)
        probabilities = probabilities.astype(np.float32)
        self.assertTrue((probabilities.max(axis=1) >= np.float32(threshold_for(labels, probabilities, 0.5))).all())

    def test_accuracies_that_cannot_be(self):
        for accuracy in (0, -0.1, 1.1, np.nan):
            with self.subTest(accuracy=accuracy), self.assertRaisesRegex(ValueError, "accuracy"):
                threshold_for(*self.answers([True] * 40), accuracy)


if __name__ == "__main__":
    unittest.main()
