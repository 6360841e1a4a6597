"""Scores against counting by hand, intervals against resampling utterance by utterance."""

import json
import subprocess
import time
import unittest

import numpy as np

from training.data.dataset import REPOSITORY
from training.results.metrics import Intervals, Scores, bootstrap, score

BOOTSTRAP = REPOSITORY / "dist" / "ts-tools" / "evaluate" / "bootstrap.js"


def answers_as_probabilities(answered: list[int], classes: int) -> np.ndarray:
    return np.eye(classes, dtype=np.float32)[answered]


def counted(labels: list[int], answered: list[int], classes: int) -> dict:
    """The same shares from their definitions, one utterance and one class at a time."""
    pairs = list(zip(labels, answered, strict=True))
    recalls, f1s = [], []
    for name in range(classes):
        hits = sum(1 for true, answer in pairs if true == answer == name)
        misses = sum(1 for true, answer in pairs if true == name != answer)
        false_alarms = sum(1 for true, answer in pairs if answer == name != true)
        recalls.append(hits / (hits + misses) if hits + misses else None)
        if hits + misses + false_alarms:
            precision = hits / (hits + false_alarms) if hits + false_alarms else 0
            recall = recalls[-1] or 0
            f1s.append(2 * precision * recall / (precision + recall) if hits else 0)
    occurring = [recall for recall in recalls if recall is not None]
    return {
        "wa": sum(true == answer for true, answer in pairs) / len(pairs),
        "ua": sum(occurring) / len(occurring),
        "f1": sum(f1s) / len(f1s),
        "recall": recalls,
    }


def random_answers(count: int, classes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Labels, and probabilities that are right in a bit more than half of the utterances."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=count)
    logits = rng.normal(size=(count, classes)) + 2 * np.eye(classes)[labels]
    return labels, (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype(np.float32)


class Score(unittest.TestCase):
    def test_hand_example(self):
        # Class 0: 2 of 3 right. Class 1: 1 of 2. Class 2 does not occur but is answered once, class 3 neither.
        scores = score(np.array([0, 0, 0, 1, 1]), answers_as_probabilities([0, 0, 1, 1, 2], 4))
        self.assertEqual(scores.confusion, [[2, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
        self.assertEqual(scores.recordings, 5)
        self.assertAlmostEqual(scores.wa, 3 / 5)
        self.assertAlmostEqual(scores.ua, (2 / 3 + 1 / 2) / 2)
        self.assertAlmostEqual(scores.f1, (4 / 5 + 1 / 2 + 0) / 3)
        self.assertEqual([share if share is None else round(share, 3) for share in scores.recall], [0.667, 0.5, None, None])
        self.assertEqual(str(scores), "5 recordings, WA 60.0%, UA 58.3%, F1 43.3%")

    def test_against_counting(self):
        for seed in range(5):
            labels, probabilities = random_answers(40, 7, seed)
            scores = score(labels, probabilities)
            expected = counted(labels.tolist(), probabilities.argmax(axis=1).tolist(), 7)
            for name in ("wa", "ua", "f1"):
                self.assertAlmostEqual(getattr(scores, name), expected[name], 12, name)
            self.assertEqual(scores.recall, expected["recall"])

    def test_perfect(self):
        labels = np.array([0, 1, 1, 2])
        scores = score(labels, answers_as_probabilities(labels, 4))
        self.assertEqual((scores.wa, scores.ua, scores.f1, scores.recall), (1, 1, 1, [1, 1, 1, None]))

    def test_order_of_the_utterances_does_not_matter(self):
        labels, probabilities = random_answers(100, 7)
        order = np.random.default_rng(1).permutation(100)
        self.assertEqual(score(labels, probabilities), score(labels[order], probabilities[order]))
        self.assertEqual(bootstrap(labels, probabilities, 50), bootstrap(labels[order], probabilities[order], 50))

    def test_json(self):
        scores = score(np.array([0, 0, 0]), answers_as_probabilities([0, 0, 1], 2))
        written = json.loads(json.dumps(scores.as_json()))
        self.assertEqual(
            written, {"recordings": 3, "wa": 0.6667, "ua": 0.6667, "f1": 0.4, "recall": [0.6667, None], "confusion": [[2, 1], [0, 0]]}
        )

    def test_unusable_answers(self):
        thirds = np.full((2, 3), 1 / 3)
        for labels, probabilities, why in (
            ([0], thirds, "not \\[n\\] and"),
            ([0, 1], thirds[0], "not \\[n\\] and"),
            ([], np.empty((0, 3)), "no recordings"),
            ([0, 3], thirds, "from 0 to 2"),
            ([0, -1], thirds, "from 0 to 2"),
            ([0.0, 1.0], thirds, "from 0 to 2"),
            ([0, 1], thirds * np.nan, "not finite"),
        ):
            with self.subTest(labels=labels), self.assertRaisesRegex(ValueError, why):
                score(np.array(labels), probabilities)


def assert_near_resampling(intervals: Intervals, resampled: list[Scores], tolerance: float, of_recall: float) -> None:
    """`resampled`: what utterances or groups of them give that were drawn one by one."""
    for name in ("wa", "ua", "f1"):
        expected = np.percentile([getattr(scores, name) for scores in resampled], [2.5, 97.5])
        np.testing.assert_allclose(getattr(intervals, name), expected, atol=tolerance, err_msg=name)
    expected = np.percentile([scores.recall for scores in resampled], [2.5, 97.5], axis=0)
    np.testing.assert_allclose(np.array(intervals.recall).T, expected, atol=of_recall)


class Bootstrap(unittest.TestCase):
    def test_against_resampling_utterances(self):
        labels, probabilities = random_answers(120, 4)
        rng = np.random.default_rng(9)
        draws = [rng.integers(len(labels), size=len(labels)) for _ in range(1000)]
        resampled = [score(labels[drawn], probabilities[drawn]) for drawn in draws]
        assert_near_resampling(bootstrap(labels, probabilities, 4000), resampled, 0.012, of_recall=0.025)

    def test_width_is_that_of_a_share(self):
        labels, probabilities = random_answers(535, 7)
        share = score(labels, probabilities).wa
        low, high = bootstrap(labels, probabilities).wa
        self.assertAlmostEqual(high - low, 2 * 1.96 * np.sqrt(share * (1 - share) / 535), delta=0.005)
        self.assertTrue(low < share < high)

    def test_perfect_and_absent(self):
        labels = np.array([0, 1, 1, 2])
        intervals = bootstrap(labels, answers_as_probabilities(labels, 4), 200)
        self.assertEqual((intervals.wa, intervals.ua, intervals.f1), ((1, 1), (1, 1), (1, 1)))
        self.assertEqual(intervals.recall, [(1, 1), (1, 1), (1, 1), None])

    def test_seed(self):
        labels, probabilities = random_answers(60, 3)
        self.assertEqual(bootstrap(labels, probabilities, 100, seed=4), bootstrap(labels, probabilities, 100, seed=4))
        self.assertNotEqual(bootstrap(labels, probabilities, 100, seed=4), bootstrap(labels, probabilities, 100, seed=5))

    def test_json(self):
        written = json.loads(json.dumps(bootstrap(np.array([0, 0]), answers_as_probabilities([0, 0], 2), 10).as_json()))
        self.assertEqual(written, {"resamples": 10, "wa": [1, 1], "ua": [1, 1], "f1": [1, 1], "recall": [[1, 1], None]})

    def test_the_intervals_of_the_tools(self):
        """The same counts have the same intervals in `light-sernet evaluate`."""
        for count, classes in ((80, 3), (535, 7)):
            labels, probabilities = random_answers(count, classes)
            counts = np.ravel(score(labels, probabilities).confusion).tolist()
            program = f"""import {{ intervalsOf }} from {json.dumps(BOOTSTRAP.as_uri())};
                console.log(JSON.stringify(intervalsOf({{ classes: {classes}, counts: Uint32Array.of(...{counts}) }})));"""
            done = subprocess.run(["node", "--input-type=module", "-e", program], capture_output=True, text=True, check=True)
            expected = json.loads(done.stdout)
            found = bootstrap(labels, probabilities)
            for name in ("wa", "ua", "f1"):
                np.testing.assert_allclose(getattr(found, name), (expected[name]["low"], expected[name]["high"]), rtol=1e-12, err_msg=name)

    def test_time(self):
        labels, probabilities = random_answers(535, 7)
        begin = time.process_time()
        bootstrap(labels, probabilities, 2000)
        self.assertLess(time.process_time() - begin, 1)


class BootstrapOfGroups(unittest.TestCase):
    def uneven(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Labels, probabilities and groups of 4 to 34 recordings, in no order; in each group more answers are wrong than in the one before."""
        labels, probabilities = random_answers(150, 4)
        rng = np.random.default_rng(0)
        number = np.repeat(np.arange(10), [4, 6, 8, 10, 12, 14, 16, 18, 28, 34])
        wrong = rng.random(150) < 0.08 * number
        probabilities[wrong] = answers_as_probabilities((labels[wrong] + 1) % 4, 4)
        order = rng.permutation(150)
        return labels[order], probabilities[order], np.array([f"speaker {one}" for one in number])[order]

    def test_against_drawing_groups(self):
        labels, probabilities, groups = self.uneven()
        rng = np.random.default_rng(9)
        places = [np.flatnonzero(groups == name) for name in sorted(set(groups.tolist()))]
        draws = [np.concatenate([places[number] for number in rng.integers(10, size=10)]) for _ in range(6000)]
        resampled = [score(labels[drawn], probabilities[drawn]) for drawn in draws]
        assert_near_resampling(bootstrap(labels, probabilities, 20_000, groups=groups), resampled, 0.008, of_recall=0.015)

    def test_groups_that_are_right_or_wrong_as_a_whole(self):
        """Of ten groups, five of them right, 2 to 8 are drawn right in 95 of 100 resamples, whatever their size."""
        for size in (1, 20):
            groups = np.repeat(np.arange(10), size)
            labels = np.arange(10 * size) % 2
            answers = answers_as_probabilities(np.where(groups < 5, labels, 1 - labels), 2)
            self.assertEqual(bootstrap(labels, answers, 4000, groups=groups).wa, (0.2, 0.8))
        low, high = bootstrap(labels, answers, 4000).wa
        self.assertLess(high - low, 0.15)

    def test_a_single_group_says_nothing(self):
        labels, probabilities = random_answers(60, 3)
        scores, intervals = score(labels, probabilities), bootstrap(labels, probabilities, 100, groups=np.full(60, "03"))
        for name in ("wa", "ua", "f1"):
            self.assertEqual(getattr(intervals, name), (getattr(scores, name),) * 2)
        self.assertEqual(intervals.recall, [(share, share) for share in scores.recall])

    def test_a_class_of_one_group_alone(self):
        """Where the group is not drawn the class has no recall, and where it is, always the same."""
        labels = np.array([0, 0, 1, 1, 0, 0])
        answers = answers_as_probabilities([0, 0, 1, 0, 0, 0], 3)
        intervals = bootstrap(labels, answers, 500, groups=np.array(["a", "a", "b", "b", "c", "c"]))
        self.assertEqual(intervals.recall, [(1, 1), (0.5, 0.5), None])
        self.assertEqual(intervals.ua, (0.5, 1))

    def test_names_of_any_type_and_recordings_in_any_order(self):
        labels, probabilities, groups = self.uneven()
        expected = bootstrap(labels, probabilities, 300, seed=2, groups=groups)
        order = np.random.default_rng(1).permutation(150)
        self.assertEqual(bootstrap(labels[order], probabilities[order], 300, seed=2, groups=groups[order]), expected)
        for names in (np.array([int(name[-1]) for name in groups]), groups.astype(object), groups.astype("S")):
            self.assertEqual(bootstrap(labels, probabilities, 300, seed=2, groups=names), expected)
        self.assertNotEqual(bootstrap(labels, probabilities, 300, seed=3, groups=groups), expected)


if __name__ == "__main__":
    unittest.main()
