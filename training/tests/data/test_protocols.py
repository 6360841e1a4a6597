"""No recording of a test fold is in another part, in every fold of every protocol."""

import hashlib
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

from training.data import protocols
from training.data.dataset import DEFAULT_RECORDINGS, REPOSITORY, Dataset
from training.data.protocols import ALL, DEVELOPMENT, LOSO, RANDOM, Split, check_classes, fold_names, split, stratified_folds
from training.data.reading import read_dataset

from ..support import dataset_of, random_dataset, write_emodb

SEEDS = range(8)


def datasets() -> list[Dataset]:
    """Uneven ones with ten speakers, one with three, one with classes smaller than the number of folds, and EMO-DB where it is there."""
    found = [random_dataset(seed) for seed in SEEDS]
    found += [random_dataset(100, speakers=3, classes=2), dataset_of({"03": [1, 2], "04": [3, 1], "05": [2, 2]})]
    return found + ([read_dataset("EMO-DB", DEFAULT_RECORDINGS)] if DEFAULT_RECORDINGS.is_dir() else [])


def all_splits(protocol: str, validate: bool) -> list[tuple[Dataset, list[Split]]]:
    return [(dataset, [split(dataset, protocol, fold, validate) for fold in fold_names(dataset, protocol)]) for dataset in datasets()]


def speakers_in(dataset: Dataset, part: np.ndarray) -> set[str]:
    return set(dataset.speakers[part].tolist())


class Parts(unittest.TestCase):
    def test_they_share_nothing_and_cover_everything(self):
        for protocol in (RANDOM, LOSO):
            for validate in (True, False):
                for dataset, splits in all_splits(protocol, validate):
                    for parts in splits:
                        train, validation, test = set(parts.train.tolist()), set(parts.validation.tolist()), set(parts.test.tolist())
                        self.assertFalse(train & test or train & validation or validation & test, f"{protocol} {parts.fold}")
                        self.assertEqual(train | validation | test, set(range(len(dataset.recordings))))
                        self.assertEqual(len(train), len(parts.train))

    def test_each_recording_is_tested_once(self):
        for protocol in (RANDOM, LOSO):
            for dataset, splits in all_splits(protocol, True):
                tested = np.concatenate([parts.test for parts in splits])
                self.assertEqual(sorted(tested.tolist()), list(range(len(dataset.recordings))))

    def test_whether_anything_validates_does_not_change_the_test(self):
        for protocol in (RANDOM, LOSO):
            for (_, validated), (_, unvalidated) in zip(all_splits(protocol, True), all_splits(protocol, False)):
                for one, other in zip(validated, unvalidated):
                    np.testing.assert_array_equal(one.test, other.test)
                    self.assertEqual(len(other.validation), 0)
                    np.testing.assert_array_equal(np.sort(np.concatenate([one.train, one.validation])), other.train)

    def test_a_recording_in_two_parts_is_refused(self):
        for parts in (([0, 1], [1], [2]), ([0], [1], [1]), ([0], [1], [0]), ([0, 0], [], [])):
            with self.assertRaisesRegex(ValueError, "fold x"):
                Split("x", *(np.array(part, np.int64) for part in parts))


class Loso(unittest.TestCase):
    def test_the_test_speaker_is_in_no_other_part(self):
        for dataset, splits in all_splits(LOSO, True):
            for parts in splits:
                self.assertEqual(speakers_in(dataset, parts.test), {parts.fold})
                self.assertNotIn(parts.fold, speakers_in(dataset, np.concatenate([parts.train, parts.validation])))

    def test_one_speaker_validates_and_does_not_train(self):
        for dataset, splits in all_splits(LOSO, True):
            validating = [speakers_in(dataset, parts.validation) for parts in splits]
            self.assertTrue(all(len(speakers) == 1 for speakers in validating))
            self.assertEqual(len(set.union(*validating)), len(splits), "every speaker validates once")
            for parts, speakers in zip(splits, validating):
                self.assertFalse(speakers & speakers_in(dataset, parts.train))

    def test_the_next_speaker_of_the_sorted_list_validates(self):
        """For the last one the first."""
        dataset = dataset_of({speaker: [2, 1] for speaker in ("12", "03", "b", "09", "a")})
        self.assertEqual(fold_names(dataset, LOSO), ["03", "09", "12", "a", "b"])
        for fold, following in (("03", "09"), ("09", "12"), ("12", "a"), ("a", "b"), ("b", "03")):
            parts = split(dataset, LOSO, fold, True)
            self.assertEqual((speakers_in(dataset, parts.test), speakers_in(dataset, parts.validation)), ({fold}, {following}))

    def test_it_needs_three_named_speakers(self):
        for counts in ({"": [3, 3]}, {"03": [3, 3], "04": [3, 3]}, {"03": [3, 3], "04": [3, 3], "": [1, 1]}):
            with self.assertRaisesRegex(ValueError, "--protocol random"):
                fold_names(dataset_of(counts), LOSO)


class Random(unittest.TestCase):
    def test_classes_are_stratified(self):
        for dataset, splits in all_splits(RANDOM, True):
            self.assertEqual(len(splits), 10)
            counts = np.array([np.bincount(dataset.labels[parts.test], minlength=len(dataset.classes)) for parts in splits])
            self.assertLessEqual(np.ptp(counts, axis=0).max(), 1)
            self.assertLessEqual(np.ptp(counts.sum(axis=1)), 1, "folds are of one size")

    def test_a_tenth_of_each_class_validates(self):
        for dataset, splits in all_splits(RANDOM, True):
            for parts in splits:
                rest = np.concatenate([parts.train, parts.validation])
                share = np.bincount(dataset.labels[rest], minlength=len(dataset.classes)) / 10
                validating = np.bincount(dataset.labels[parts.validation], minlength=len(dataset.classes))
                self.assertTrue(((validating >= np.floor(share)) & (validating <= np.ceil(share))).all())

    def test_another_process_makes_the_same_folds(self):
        code = "from training.tests.data.test_protocols import digest, random_dataset; print(digest(random_dataset(0)))"
        environment = {"PYTHONHASHSEED": "7", "PYTHONPATH": str(REPOSITORY)}
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY, env=environment)
        self.assertEqual(other.stdout.strip(), digest(random_dataset(0)))

    def test_the_folds_of_emodb_stay(self):
        """What is in weights/results rests on them."""
        labels = np.repeat(np.arange(7), [81, 79, 62, 69, 127, 46, 71])
        folds = stratified_folds(labels, protocols.RANDOM_FOLDS, np.random.default_rng(protocols.FOLD_SEED))
        self.assertEqual(hashlib.sha256(folds.astype(np.int8).tobytes()).hexdigest()[:16], "d87a04215f623e79")

    def test_files_in_another_order_are_in_the_same_folds(self):
        with tempfile.TemporaryDirectory() as work:
            write_emodb(Path(work, "one"), ("03", "08", "09"), letters="WT", texts=("a01",))
            files = sorted(Path(work, "one").iterdir())
            Path(work, "two", "deep").mkdir(parents=True)
            for number, path in enumerate(reversed(files)):
                Path(work, "two", "deep" if number % 2 else "", path.name).write_bytes(path.read_bytes())
            found = [read_dataset("EMO-DB", Path(work, name)) for name in ("one", "two")]
        tests = [
            [[dataset.recordings[index].utterance for index in split(dataset, RANDOM, str(fold), True).test] for fold in range(10)]
            for dataset in found
        ]
        self.assertEqual(*tests)


class Development(unittest.TestCase):
    def test_two_speakers_judge_and_the_test_speaker_is_in_no_other_part(self):
        dataset = dataset_of({speaker: [2, 3] for speaker in ("03", "08", "09", "10", "11", "12", "13", "14", "15", "16")})
        judges = []
        for fold in fold_names(dataset, DEVELOPMENT):
            parts = split(dataset, DEVELOPMENT, fold, True)
            self.assertEqual(speakers_in(dataset, parts.test), {fold})
            self.assertEqual(len(speakers_in(dataset, parts.validation)), 2)
            self.assertEqual(len(speakers_in(dataset, parts.train)), 7)
            judges += sorted(speakers_in(dataset, parts.validation))
        self.assertEqual(sorted(judges), sorted(set(judges)), "a speaker judges once")
        self.assertFalse(set(judges) & {"03", "08", "09", "12"})

    def test_it_needs_their_speakers(self):
        with self.assertRaisesRegex(ValueError, "development"):
            fold_names(random_dataset(0, speakers=3), DEVELOPMENT)


class All(unittest.TestCase):
    def test_nothing_tests(self):
        for dataset in datasets():
            for validate in (True, False):
                parts = split(dataset, ALL, ALL, validate)
                self.assertEqual(len(parts.test), 0)
                self.assertEqual(len(parts.train) + len(parts.validation), len(dataset.recordings))
                self.assertEqual(len(parts.validation) > 0, validate)


class Classes(unittest.TestCase):
    """Boredom is of everybody, neutral of 03 alone, sadness of 03 and 04, fear of nobody."""

    dataset = dataset_of({"03": [2, 2, 1, 0], "04": [2, 0, 1, 0], "05": [2, 0, 0, 0]})

    def refusal(self, parts: Split) -> str:
        with self.assertRaises(ValueError) as caught:
            check_classes(self.dataset, parts)
        self.assertNotIn("\n", str(caught.exception))
        return str(caught.exception)

    def test_one_that_nothing_trains_is_refused_with_its_fold(self):
        refusal = self.refusal(split(self.dataset, LOSO, "03", False))
        self.assertIn("fold 03: no recording of neutral", refusal)
        self.assertNotIn("fear", refusal)

    def test_one_that_validates_does_not_train(self):
        self.assertIn("fold 05: no recording of neutral", self.refusal(split(self.dataset, LOSO, "05", True)))
        check_classes(self.dataset, split(self.dataset, LOSO, "05", False))

    def test_all_of_them_are_named(self):
        self.assertIn("fold 03: no recording of neutral, sadness", self.refusal(split(self.dataset, LOSO, "03", True)))

    def test_one_of_no_recording_is_not_asked_for(self):
        self.assertEqual(len(self.dataset.classes), 4)
        check_classes(self.dataset, split(self.dataset, LOSO, "04", False))
        check_classes(self.dataset, split(self.dataset, ALL, ALL, False))


class Folds(unittest.TestCase):
    def test_an_unknown_one_is_refused(self):
        dataset = random_dataset(0)
        for protocol, fold in ((RANDOM, "10"), (RANDOM, "all"), (LOSO, "3"), (ALL, "0")):
            with self.assertRaisesRegex(ValueError, f"no fold {fold}"):
                split(dataset, protocol, fold, True)

    def test_stratified_folds_are_shuffled(self):
        labels = np.zeros(100, np.int64)
        self.assertFalse((stratified_folds(labels, 10, np.random.default_rng(1)) == np.arange(100) % 10).all())


def digest(dataset: Dataset) -> str:
    whole = hashlib.sha256()
    for protocol in (RANDOM, LOSO):
        for fold in fold_names(dataset, protocol):
            parts = split(dataset, protocol, fold, True)
            for part in (parts.train, parts.validation, parts.test):
                whole.update(part.astype("<i8").tobytes() + b"|")
    return whole.hexdigest()


if __name__ == "__main__":
    unittest.main()
