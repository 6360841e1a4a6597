"""Which answers fit the temperature and threshold of a fold, and what is accepted with them."""

import dataclasses
import unittest

import numpy as np

from ..support import dataset_of, need

need("scipy", "wasmtime")

from training.data.dataset import Dataset
from training.data.protocols import LOCO, LOSO, SPEAKERS, fold_names, split
from training.judging.acceptance import ACCEPTED_ACCURACY, acceptance, acceptance_lines, calibrated, fit, held_back, held_back_of, unseen_of_others, voice_lines, voices
from training.judging.dimensions import dimension_lines, judged_dimensions, manifest_dimensions
from training.judging.fold_logits import ADAPTED, UNADAPTED, FoldLogits, asked_of
from training.results.acceptance import SHIPPED

CLASSES = 3
CORPORA = {f"{corpus} {number}": [8, 8, 0 if corpus == "a" else 8] for corpus in "abc" for number in range(5)}


def corpora() -> Dataset:
    dataset = dataset_of(CORPORA)
    return dataclasses.replace(dataset, recordings=tuple(dataclasses.replace(r, corpus=r.speaker[0]) for r in dataset.recordings))


def folds_of(dataset: Dataset, protocol: str, validate: bool, right: float = 0.8) -> list[FoldLogits]:
    """Surely right in a share of the answers, and unsure in the others."""
    rng, found = np.random.default_rng(0), []
    for name in fold_names(dataset, protocol):
        parts = split(dataset, protocol, name, validate)
        asked = asked_of(parts)
        sure = rng.random(len(asked)) < right
        logits = np.eye(CLASSES)[np.where(sure, dataset.labels[asked], rng.integers(CLASSES, size=len(asked)))] * np.where(sure, 6, 1)[:, np.newaxis]
        logits += rng.normal(0, 0.1, logits.shape)
        found.append(FoldLogits(parts, asked, {UNADAPTED: logits, ADAPTED: logits}, rng.normal(0, 0.1, (6, CLASSES))))
    return found


class HeldBackAnswers(unittest.TestCase):
    def setUp(self):
        self.dataset = corpora()

    def test_where_a_corpus_is_left_out_the_speakers_that_its_network_has_not_met(self):
        folds = folds_of(self.dataset, LOCO, validate=True)
        found = held_back_of(self.dataset, folds, 0, LOCO)
        self.assertEqual(set(found.corpora), {"b", "c"})
        self.assertEqual(len(found.labels), len(folds[0].parts.validation))

    def test_else_all_validation_parts_without_what_the_fold_tests(self):
        folds = folds_of(self.dataset, LOSO, validate=True)
        found = held_back_of(self.dataset, folds, 2, LOSO)
        self.assertEqual(len(found.labels), sum(len(fold.parts.validation) for fold in folds) - len(folds[2].parts.test))

    def test_without_validation_parts_what_the_other_folds_test(self):
        folds = folds_of(self.dataset, LOSO, validate=False)
        found = held_back_of(self.dataset, folds, 2, LOSO)
        self.assertEqual(len(found.labels), len(self.dataset.recordings) - len(folds[2].parts.test))
        self.assertEqual(len(held_back_of(self.dataset, folds, None, LOSO).labels), len(self.dataset.recordings))

    def test_unseen_corpora_of_other_folds(self):
        folds = folds_of(self.dataset, LOCO, validate=True)
        found = unseen_of_others(self.dataset, folds, 1)
        self.assertEqual({corpus: int(np.sum(found.corpora == corpus)) for corpus in "abc"}, {"a": 80, "b": 0, "c": 120})

    def test_of_networks_that_have_learned_more_only_the_classes_that_the_fold_s_has(self):
        """Where only corpus c has class 2, the network that has not learned from c is judged with neither that class's logits nor its recordings."""
        found = held_back_of(self.dataset, folds_of(self.dataset, LOCO, validate=True), 0, LOCO, folds_of(self.dataset, SPEAKERS, validate=False))
        self.assertTrue((found.learned > -1e8).all())
        only = dataclasses.replace(self.dataset, recordings=tuple(r for r in self.dataset.recordings if r.label != 2 or r.corpus == "c"))
        folds, outside = folds_of(only, LOCO, validate=True), folds_of(only, SPEAKERS, validate=False)
        found = held_back_of(only, folds, 2, LOCO, outside)
        self.assertEqual(set(found.corpora), {"a", "b"})
        self.assertTrue((found.learned[:, 2] < -1e8).all() and (found.learned[:, :2] > -1e8).all())
        self.assertGreater(held_back(only, outside, [np.arange(len(fold.asked)) for fold in outside]).learned[:, 2].max(), -1e8)
        self.assertTrue((unseen_of_others(only, folds, 2).learned[:, 2] < -1e8).all())

    def test_classes_that_cannot_be_answered(self):
        folds = folds_of(self.dataset, LOCO, validate=True)
        found = held_back(self.dataset, folds[:1], [np.arange(len(folds[0].asked))])
        of_a = found.corpora == "a"
        self.assertTrue((found.answers[of_a, 2] < -1e8).all() and (found.learned[of_a, 2] > -1e8).all(), "learned from others, but the corpus has no such class")


class Accepted(unittest.TestCase):
    def test_sure_answers_are_and_backgrounds_are_not(self):
        dataset = corpora()
        folds = folds_of(dataset, LOCO, validate=True)
        calibration = calibrated(dataset, folds, LOCO)
        self.assertEqual(set(calibration.folds), set("abc"))
        self.assertEqual(SHIPPED, f"held back, {ACCEPTED_ACCURACY:.0%}")
        names = np.array(["street"] * 4 + ["noise"] * 2)
        found = acceptance(dataset, folds, LOCO, calibration, names)
        for rule in found.values():
            for row in rule["fits"][SHIPPED]["corpora"].values():
                self.assertEqual(row[UNADAPTED], row[ADAPTED])
                self.assertGreater(row[UNADAPTED]["right"], 0.85)
                self.assertGreater(row[UNADAPTED]["coverage"], 0.7)
            self.assertEqual(rule["fits"][SHIPPED]["backgrounds"], {"all": 0, "noise": 0, "street": 0})
        self.assertEqual(len(acceptance_lines(found)), 3 * 2 + 1)
        self.assertEqual(list(found["margin"]["fits"]), [SHIPPED, "held back, 80%", "other unseen corpora, 65%"])

    def test_the_threshold_of_the_calibration_is_that_of_the_module_s_rule(self):
        dataset = corpora()
        folds = folds_of(dataset, LOSO, validate=False)
        calibration = calibrated(dataset, folds, LOSO)
        found = acceptance(dataset, folds, LOSO, calibration, np.array(["x"] * 6))
        np.testing.assert_allclose(found["largest probability"]["fits"][SHIPPED]["thresholds"], [its[1] for its in calibration.folds.values()], atol=1e-4)
        self.assertEqual(list(found["margin"]["fits"]), [SHIPPED, "held back, 80%"])


class Voices(unittest.TestCase):
    """Of every second answer the voice head says that nobody speaks; these are all wrong, and as sure as the others."""

    def setUp(self):
        self.dataset = corpora()
        self.folds = []
        for fold in folds_of(self.dataset, LOSO, validate=False):
            voice = np.where(np.arange(len(fold.asked)) % 2, 0.4999, 0.5)
            logits = np.where(voice[:, np.newaxis] < 0.5, np.roll(fold.logits[UNADAPTED], 1, axis=1), fold.logits[UNADAPTED])
            background = np.array([0.2, 0.9, 0.2, 0.2, 0.7, 0.2])
            sure = np.eye(CLASSES)[[0] * 6] * 9
            self.folds.append(FoldLogits(fold.parts, fold.asked, {UNADAPTED: logits, ADAPTED: logits}, sure, {UNADAPTED: voice, ADAPTED: np.ones(len(voice))}, background))
        self.names = np.array(["street"] * 3 + ["made-up hum"] * 3)

    def test_the_threshold_is_that_of_the_answers_with_a_voice(self):
        given = held_back_of(self.dataset, self.folds, None, LOSO)
        self.assertEqual(given.has_voice.mean(), 0.5)
        temperature, threshold = fit(given)
        every = dataclasses.replace(given, has_voice=np.ones(len(given.labels), bool))
        self.assertEqual(fit(every), (temperature, 1), "with the wrong answers no threshold is high enough")
        self.assertTrue(0 < threshold < 1)
        self.assertEqual(len(given.with_voice.labels), len(given.labels) / 2)
        np.testing.assert_array_equal(given.with_voice.answers, given.answers[given.has_voice])

    def test_an_answer_without_a_voice_is_not_accepted(self):
        calibration = calibrated(self.dataset, self.folds, LOSO)
        found = acceptance(self.dataset, self.folds, LOSO, calibration, self.names)
        for rule in found.values():
            its = rule["fits"][SHIPPED]
            for row in its["corpora"].values():
                self.assertTrue(0.35 < row[UNADAPTED]["coverage"] <= 0.5)
                self.assertGreater(row[UNADAPTED]["right"], 0.85)
                self.assertGreater(row[ADAPTED]["coverage"], 0.7)
            self.assertEqual(its["backgrounds"], {"all": 0.3333, "made-up": 0.3333, "made-up hum": 0.3333, "street": 0.3333})

    def test_the_shares_with_a_voice(self):
        found = voices(self.dataset, self.folds, self.names)
        self.assertEqual(found["corpora"], {corpus: {UNADAPTED: 0.5, ADAPTED: 1} for corpus in "abc"})
        self.assertEqual(found["backgrounds"], {"all": 0.3333, "made-up": 0.3333, "made-up hum": 0.3333, "street": 0.3333})
        self.assertEqual(len(voice_lines(found)), 3 * 2 + 1)

    def test_without_a_head_everything_has_one(self):
        folds = folds_of(self.dataset, LOSO, validate=False)
        found = voices(self.dataset, folds, self.names)
        self.assertEqual({part for ways in found["corpora"].values() for part in ways.values()} | set(found["backgrounds"].values()), {1})
        silent = [dataclasses.replace(fold, voices={way: np.zeros(len(fold.asked)) for way in fold.logits}) for fold in folds]
        found = acceptance(self.dataset, silent, LOSO, calibrated(self.dataset, silent, LOSO), self.names)
        for row in found["margin"]["fits"][SHIPPED]["corpora"].values():
            self.assertEqual(row[UNADAPTED], {"coverage": 0, "right": None})


class Dimensions(unittest.TestCase):
    def test_fitted_on_others_and_judged_by_corpus_and_way(self):
        dataset = corpora()  # boredom, neutral, sadness: all calm
        dataset = dataclasses.replace(dataset, classes=("neutral", "anger", "disgust"))
        folds = folds_of(dataset, LOCO, validate=True)
        found = judged_dimensions(dataset, folds, LOCO, calibrated(dataset, folds, LOCO))
        self.assertEqual(set(found), {"activation"}, "without happiness there is no valence")
        for corpus, ways in found["activation"].items():
            self.assertEqual(ways[UNADAPTED], ways[ADAPTED])
            self.assertEqual(ways[UNADAPTED]["answers"], 80, "disgust is left out")
            for measure in ("auc", "ua", "best_ua", "auc_of_sum"):
                self.assertTrue(0.8 < ways[UNADAPTED][measure] < 1, (corpus, measure))
        self.assertEqual(len(dimension_lines(found)), 6)
        weights = manifest_dimensions(dataset, folds, LOCO, 1.0)["activation"]["weights"]
        self.assertLess(weights[0], 0 < weights[1])


if __name__ == "__main__":
    unittest.main()
