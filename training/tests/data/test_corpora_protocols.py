"""Protocols of many corpora, and the papers' own."""

import dataclasses
import unittest

import numpy as np

from ..support import dataset_of

from training.data.dataset import EMO_DB, Dataset
from training.data.protocols import (
    EMO_DB_SPEAKER_FOLDS,
    LOCO,
    RANDOM,
    REFERENCE,
    SPEAKER_FOLDS,
    SPEAKERS,
    check_classes,
    fold_names,
    speaker_folds,
    split,
)

EMO_DB_SPEAKERS = [speaker for pair in EMO_DB_SPEAKER_FOLDS for speaker in pair]


def corpora(seed: int = 0) -> Dataset:
    """EMO-DB's ten speakers, of two classes that the others have and one that they lack, and two corpora of 7 and 12 speakers."""
    rng = np.random.default_rng(seed)
    counts = {f"{EMO_DB} {speaker}": rng.integers(1, 6, 3).tolist() for speaker in EMO_DB_SPEAKERS}
    counts |= {f"{corpus} {speaker}": [0, *rng.integers(1, 9, 2).tolist()] for corpus, size in (("one", 7), ("two", 12)) for speaker in range(size)}
    dataset = dataset_of(counts)
    recordings = tuple(dataclasses.replace(recording, corpus=recording.speaker.split()[0]) for recording in dataset.recordings)
    return dataclasses.replace(dataset, recordings=recordings)


class LeaveOneCorpusOut(unittest.TestCase):
    def test_each_corpus_is_once_unseen(self):
        dataset = corpora()
        self.assertEqual(fold_names(dataset, LOCO), [EMO_DB, "one", "two"])
        for fold in fold_names(dataset, LOCO):
            parts = split(dataset, LOCO, fold, validate=True)
            self.assertEqual(set(dataset.corpora[parts.test]), {fold})
            self.assertEqual(len(parts.test), (dataset.corpora == fold).sum())
            self.assertNotIn(fold, set(dataset.corpora[np.r_[parts.train, parts.validation]]))
            self.assertEqual(len(parts.train) + len(parts.validation) + len(parts.test), len(dataset.recordings))
            np.testing.assert_array_equal(parts.judged, parts.test)

    def test_a_fifth_of_the_speakers_of_the_others_chooses(self):
        dataset = corpora()
        parts = split(dataset, LOCO, "one", validate=True)
        kept, trained = set(dataset.speakers[parts.validation]), set(dataset.speakers[parts.train])
        self.assertFalse(kept & trained)
        self.assertEqual({name for name in kept if name.startswith(EMO_DB)}, {f"{EMO_DB} 11", f"{EMO_DB} 13"})
        self.assertIn(len([name for name in kept if name.startswith("two")]), (2, 3))
        self.assertEqual(len(split(dataset, LOCO, "one", validate=False).validation), 0)

    def test_a_class_that_only_the_unseen_corpus_has_is_no_fault(self):
        dataset = corpora()
        check_classes(dataset, split(dataset, LOCO, EMO_DB, validate=True))
        rare = dataclasses.replace(dataset, recordings=tuple(r for r in dataset.recordings if r.label != 0 or r.speaker == f"{EMO_DB} 11"))
        with self.assertRaisesRegex(ValueError, "no recording of boredom"):
            check_classes(rare, split(rare, LOCO, "one", validate=True))

    def test_one_corpus_is_too_few(self):
        with self.assertRaisesRegex(ValueError, "at least two"):
            fold_names(dataset_of({"03": [2, 2]}), LOCO)


class Speakers(unittest.TestCase):
    def test_every_speaker_tests_once_and_is_nowhere_else(self):
        for seed in range(5):
            dataset, tested = corpora(seed), []
            for fold in fold_names(dataset, SPEAKERS):
                parts = split(dataset, SPEAKERS, fold, validate=True)
                test, kept, trained = (set(dataset.speakers[its]) for its in (parts.test, parts.validation, parts.train))
                self.assertFalse(test & kept or test & trained or kept & trained)
                self.assertEqual({name.split()[0] for name in test}, {EMO_DB, "one", "two"})
                tested += sorted(test)
            self.assertEqual(sorted(tested), sorted(set(dataset.speakers)))

    def test_folds_of_a_corpus_are_about_as_large(self):
        dataset = corpora()
        folds, two = speaker_folds(dataset), dataset.corpora == "two"
        sizes = np.bincount(folds[two], minlength=SPEAKER_FOLDS)
        largest = max(np.unique(dataset.speakers[two], return_counts=True)[1])
        self.assertLessEqual(sizes.max() - sizes.min(), largest)
        for fold, pair in enumerate(EMO_DB_SPEAKER_FOLDS):
            self.assertEqual(set(folds[np.isin(dataset.speakers, [f"{EMO_DB} {speaker}" for speaker in pair])]), {fold})

    def test_other_corpora_do_not_move_a_speaker(self):
        dataset = corpora()
        alone = dataclasses.replace(dataset, recordings=tuple(recording for recording in dataset.recordings if recording.corpus == "two"))
        np.testing.assert_array_equal(speaker_folds(alone), speaker_folds(dataset)[dataset.corpora == "two"])

    def test_too_few_speakers_are_refused(self):
        with self.assertRaisesRegex(ValueError, "at least 5 named speakers"):
            fold_names(dataset_of({"03": [2, 2], "08": [2, 2]}), SPEAKERS)


class Reference(unittest.TestCase):
    def test_the_part_that_chooses_the_epoch_is_what_is_reported(self):
        dataset = corpora()
        for fold in fold_names(dataset, REFERENCE):
            parts, honest = split(dataset, REFERENCE, fold, validate=True), split(dataset, RANDOM, fold, validate=True)
            self.assertTrue(parts.inflated)
            np.testing.assert_array_equal(parts.judged, parts.validation)
            np.testing.assert_array_equal(parts.judged, honest.test)
            self.assertEqual((len(parts.test), len(parts.train) + len(parts.validation)), (0, len(dataset.recordings)))
            self.assertFalse(honest.inflated)


if __name__ == "__main__":
    unittest.main()
