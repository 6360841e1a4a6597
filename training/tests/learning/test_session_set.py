"""What a step on corpora sees: which variants, how often, from which mean, and under which mask. Features here are numbers that name their variant."""

import dataclasses
import json
import unittest
from unittest import mock

import numpy as np

from ..support import dataset_of, need

need("tensorflow", "keras", "pyworld", "scipy", "wasmtime")

from training.data.normalization import SILENCE, Normalization
from training.data.protocols import Split
from training.data.session_files import UTTERANCES, Variants
from training.data.voiceless import Voiceless
from training.learning import session_set
from training.learning.loop import Run
from training.learning.recipe import CORPORA_RECIPE
from training.learning.session_batches import draw, session_batches
from training.learning.session_set import chances, load_session_set, spread_within
from training.network.loss import smooth
from training.learning.settings import default_settings
from training.network.backend import tf

FRAMES = 9
VOICELESS = np.full((3, FRAMES, 40), 100, np.float16) + np.arange(3, dtype=np.float16)[:, np.newaxis, np.newaxis]
PLAIN = dataclasses.replace(CORPORA_RECIPE, batch=8, mixup=0, time_masks=0, offset=0, carried=0, voiceless=0)


def corpora(counts: dict[str, list[int]]):
    """A dataset in which a speaker's name begins with its corpus."""
    dataset = dataset_of(counts)
    recordings = tuple(dataclasses.replace(recording, corpus=recording.speaker.split()[0]) for recording in dataset.recordings)
    return dataclasses.replace(dataset, name="corpora", recordings=recordings)


DATASET = corpora({"a 1": [3, 2, 0], "a 2": [3, 2, 0], "b 1": [0, 4, 4]})


def number(recording: int, turn: int) -> float:
    return 1 + recording + turn / 32


def sessions(dataset=DATASET, turns: int = 4, sources: str = "[]") -> list[tuple[np.ndarray, Variants]]:
    """`turns` variants of every recording. All numbers of a variant are number(recording, turn), but for the energy, which is always speech."""
    found = []
    for speaker in dict.fromkeys(dataset.speakers):
        indices = np.flatnonzero(dataset.speakers == speaker)
        recording = np.tile(np.arange(len(indices)), turns)
        recording = recording[: len(recording) // UTTERANCES * UTTERANCES]
        values = np.array([number(indices[one], turn // len(indices)) for turn, one in enumerate(recording)])
        raw = np.broadcast_to(values[:, np.newaxis, np.newaxis], (len(values), FRAMES, 40)).astype(np.float16).copy()
        raw[..., 0] = -1
        sums = raw.astype(np.float32).sum(axis=1)
        found.append((indices, Variants(raw, recording, sums, np.full(len(raw), FRAMES, np.float32), np.array([sources] * len(raw)))))
    return found


def loaded(train: np.ndarray, dataset=DATASET, recipe=PLAIN, **options):
    settings = dataclasses.replace(default_settings("-dn", "corpora"), recipe=recipe)
    rest = np.setdiff1d(np.arange(len(dataset.recordings)), train)
    centers = np.random.default_rng(0).normal(size=(len(dataset.recordings), FRAMES, 40)).astype(np.float32)
    centers[rest] = np.nan
    voiceless = Voiceless(VOICELESS, np.array(['["a"]', "[]", '["b"]']))
    with mock.patch.object(session_set, "load_sessions", lambda *_: sessions(dataset, **options)), mock.patch.object(session_set, "load_voiceless", lambda *_: voiceless):
        return load_session_set(settings, dataset, Split("x", train, rest[:0], rest), centers, 1)


def names_of(raw: np.ndarray) -> np.ndarray:
    """The recording of each, from features before any normalization."""
    return np.floor(raw[:, 0, 5]).astype(int) - 1


PASS_ON = mock.patch.object(Normalization, "__call__", lambda self, raw, carried=None, is_carried=None: raw.copy())


class Chances(unittest.TestCase):
    def test_by_the_square_root_of_the_size(self):
        chance = chances(DATASET, np.ones(len(DATASET.recordings), bool), CORPORA_RECIPE)
        labels, of = DATASET.labels, DATASET.corpora
        self.assertAlmostEqual(chance.sum(), 1)
        by_corpus = [chance[of == corpus].sum() for corpus in "ab"]
        self.assertAlmostEqual(by_corpus[0] / by_corpus[1], (10 / 8) ** 0.5)
        of_a = [chance[(of == "a") & (labels == label)].sum() for label in (0, 1)]
        self.assertAlmostEqual(of_a[0] / of_a[1], (6 / 4) ** 0.5)

    def test_only_the_training_part_counts(self):
        train = DATASET.speakers != "a 1"
        chance = chances(DATASET, train, CORPORA_RECIPE)
        self.assertFalse(chance[~train].any())
        by_corpus = [chance[DATASET.corpora == corpus].sum() for corpus in "ab"]
        self.assertAlmostEqual(by_corpus[0] / by_corpus[1], (5 / 8) ** 0.5)

    def test_balance_0_draws_recordings_evenly(self):
        recipe = dataclasses.replace(CORPORA_RECIPE, balance=0, corpus_balance=0)
        np.testing.assert_allclose(chances(DATASET, np.ones(18, bool), recipe), 1 / 18)


class Targets(unittest.TestCase):
    def test_smoothing_spreads_over_the_classes_of_the_corpus(self):
        found = smooth(np.eye(3)[DATASET.labels], 0.1, DATASET.present)
        for target, label, corpus in zip(found, DATASET.labels, DATASET.corpora):
            absent = {"a": 2, "b": 0}[corpus]
            self.assertEqual(target[absent], 0)
            self.assertAlmostEqual(target[label], 0.95, places=6)
            self.assertAlmostEqual(target.sum(), 1, places=6)


class TrainingPart(unittest.TestCase):
    def test_nothing_comes_from_the_other_parts(self):
        for seed in range(5):
            train = np.sort(np.random.default_rng(seed).choice(18, 11, replace=False))
            own = loaded(train, recipe=CORPORA_RECIPE)
            drawn = np.unique(np.concatenate([own.place[own.first[index] : own.first[index + 1]] for index in range(18)]), axis=0)
            recordings = {int(np.floor(float(own.speakers[speaker][row][0, 5]))) - 1 for speaker, row in drawn}
            self.assertEqual(recordings, set(train.tolist()))
            self.assertTrue(np.isfinite(own.spread).all())

    def test_the_mean_is_that_of_the_training_part(self):
        train = np.flatnonzero(DATASET.speakers == "a 1")
        own = loaded(train)
        values = [float(own.speakers[speaker][row][0, 5]) for speaker, row in own.place]
        self.assertAlmostEqual(own.normalization.mean[5], np.mean(values), places=4)
        self.assertEqual({int(value) - 1 for value in values}, set(train.tolist()))

    def test_what_is_carried_are_other_utterances_of_the_session_that_train(self):
        for train in (np.arange(18), np.array([0, 1, 2, 7, 10, 11, 12])):
            own = loaded(train)
            for (speaker, row), carried, has_carried in zip(own.place, own.carried, own.has_carried):
                values = np.asarray(own.speakers[speaker][:, 0, 5], np.float64)
                names = np.floor(values).astype(int) - 1
                session = np.arange(len(values)) // UTTERANCES == row // UTTERANCES
                others = session & (names != names[row]) & np.isin(names, train)
                self.assertEqual(has_carried, others.any())
                if has_carried:
                    self.assertAlmostEqual(carried[5], values[others].mean(), places=3)

    def test_sounds_of_an_unseen_corpus_are_left_out(self):
        train = np.flatnonzero(DATASET.corpora == "b")
        self.assertEqual(len(loaded(train, sources=json.dumps(["b", "ab"])).place), 32)
        with self.assertRaisesRegex(ValueError, "no variant without sounds of a"):
            loaded(train, sources=json.dumps(["a", "b"]))

    def test_the_spread_is_within_a_corpus(self):
        raw = np.zeros((40, FRAMES, 40), np.float32)
        raw[:, :, 3] = np.random.default_rng(0).normal(0, 2, 40)[:, np.newaxis]
        corpora = np.repeat(["a", "b"], 20)
        expected = spread_within(raw, corpora)
        raw[:20] += 50
        raw[..., 0] = np.random.default_rng(1).normal(size=(40, 1))
        np.testing.assert_allclose(spread_within(raw, corpora), expected, atol=1e-4)
        self.assertGreater(expected[3], 1)
        self.assertEqual(expected[0], 0)

    def test_windows_without_a_voice_have_no_sound_of_an_unseen_corpus(self):
        of_b = loaded(np.flatnonzero(DATASET.corpora == "b"))
        self.assertEqual(of_b.voiceless[:, 0, 0].tolist(), [101, 102])
        self.assertEqual(of_b.learned.tolist(), [False, True, True])
        self.assertEqual(len(loaded(np.arange(18)).voiceless), 3)


class Batches(unittest.TestCase):
    def test_each_side_keeps_its_targets_and_its_mask(self):
        own = loaded(np.arange(18))
        for features, targets, present in session_batches(own, 16, dataclasses.replace(PLAIN, mixup=0.5), np.random.default_rng(0)):
            self.assertEqual((features.dtype, features.shape), (np.float32, (8, FRAMES, 40, 1)))
            self.assertEqual((targets.dtype, targets.shape, present.shape), (np.float32, (8, 2, 3), (8, 2, 3)))
            np.testing.assert_allclose(targets.sum(axis=(1, 2)), 1, atol=1e-6)
            self.assertFalse(targets[~present].any())
            self.assertEqual({tuple(side) for sides in present.tolist() for side in sides}, {(True, True, False), (False, True, True)})

    def test_without_mixup_the_first_side_is_all(self):
        own = loaded(np.arange(18))
        with PASS_ON:
            for features, targets, present in session_batches(own, 40, PLAIN, np.random.default_rng(0)):
                names = names_of(features[..., 0])
                np.testing.assert_array_equal(targets[:, 0], own.targets[names])
                np.testing.assert_array_equal(present[:, 0], DATASET.present[names])
                self.assertFalse(targets[:, 1].any())

    def test_without_a_voice_every_class_that_was_learned_is_as_likely(self):
        own, count = loaded(np.flatnonzero(DATASET.corpora == "b")), 0
        with PASS_ON:
            for features, targets, present in session_batches(own, 4000, dataclasses.replace(PLAIN, voiceless=0.2), np.random.default_rng(0)):
                nobody = features[:, 0, 5, 0] > 99
                count += nobody.sum()
                self.assertEqual({tuple(its) for its in present[nobody, 0].tolist()}, {(False, True, True)} if nobody.any() else set())
                np.testing.assert_allclose(targets[nobody, 0], np.broadcast_to([0, 0.5, 0.5], (nobody.sum(), 3)))
                np.testing.assert_array_equal(targets[~nobody, 0], own.targets[names_of(features[~nobody, ..., 0])])
        self.assertAlmostEqual(count / 4000, 0.2, delta=0.02)
        self.assertEqual(own.targets.sum(), 18)  # what the set holds is as it was

    def test_recordings_come_by_their_chance_and_variants_evenly(self):
        own, counts = loaded(np.arange(18)), np.zeros(18)
        with PASS_ON:
            for features, *_ in session_batches(own, 20000, dataclasses.replace(PLAIN, batch=1000), np.random.default_rng(0)):
                counts += np.bincount(names_of(features[..., 0]), minlength=18)
            raw = draw(own, np.full(4000, 3), np.zeros(4000, bool), PLAIN, np.random.default_rng(0))
        np.testing.assert_allclose(counts / 20000, own.chance, atol=0.008)
        _, turns = np.unique(raw[:, 0, 5], return_counts=True)
        np.testing.assert_allclose(turns / 4000, 1 / len(turns), atol=0.03)

    def test_half_start_from_what_is_carried_and_the_shift_moves_it_too(self):
        own = dataclasses.replace(loaded(np.arange(18)), spread=np.full(40, 0.5, np.float32))
        recipe = dataclasses.replace(PLAIN, carried=0.5, offset=1.0)
        seen = []

        def noted(self, raw, carried=None, is_carried=None):
            seen.append((raw, carried, is_carried))
            return raw.copy()

        with mock.patch.object(Normalization, "__call__", noted):
            draw(own, np.tile(np.arange(18), 200), np.zeros(3600, bool), recipe, np.random.default_rng(0))
            draw(own, np.tile(np.arange(18), 200), np.zeros(3600, bool), dataclasses.replace(recipe, offset=0.0), np.random.default_rng(0))
        (shifted, with_it, used), (plain, without, again) = seen
        self.assertAlmostEqual(used.mean(), 0.5, delta=0.03)
        np.testing.assert_array_equal(used, again)
        shift = shifted - plain
        np.testing.assert_allclose(shift, np.broadcast_to(shift[:, :1], shift.shape), atol=1e-5)
        np.testing.assert_allclose(with_it - without, shift[:, 0], atol=1e-5)
        self.assertAlmostEqual(shift.std(), 0.5, delta=0.02)

    def test_masked_frames_are_silence(self):
        own = loaded(np.arange(18))
        recipe = dataclasses.replace(PLAIN, time_masks=1, longest_mask=4)
        whole = np.concatenate([features[..., 0] for features, *_ in session_batches(own, 400, recipe, np.random.default_rng(0))])
        masked = (whole == SILENCE).all(axis=2).sum(axis=1)
        self.assertEqual(set(masked.tolist()), {0, 1, 2, 3, 4})

    def test_the_same_generator_gives_the_same_batches(self):
        own = loaded(np.arange(18))
        one, again, other = ([batch for batch in session_batches(own, 20, CORPORA_RECIPE, np.random.default_rng(seed))] for seed in (1, 1, 2))
        for left, right in zip(one[0], again[0]):
            np.testing.assert_array_equal(left, right)
        self.assertTrue((one[0][0] != other[0][0]).any())


class Training(unittest.TestCase):
    def test_an_epoch_judged_on_each_corpus_by_itself(self):
        tf.config.run_functions_eagerly(True)
        self.addCleanup(tf.config.run_functions_eagerly, False)
        settings = dataclasses.replace(default_settings("-dn", "corpora", "--width", "micro"), recipe=dataclasses.replace(CORPORA_RECIPE, epochs=2, batch=8))
        train, validation = np.arange(0, 18, 2), np.array([1, 3, 11])
        clean = np.random.default_rng(0).normal(size=(18, FRAMES, 40)).astype(np.float32)
        run = Run(settings, DATASET.labels, 3, Split("x", train, validation, np.array([5])), loaded(train), clean, DATASET.corpora)
        record = run.next_epoch()
        self.assertTrue(np.isfinite(record["loss"]))
        logits = np.zeros((3, 3), np.float32)
        logits[:, 2] = 9  # what corpus a does not have
        logits[:, 1] = 1
        run.validation_logits = lambda: logits
        expected = [float(np.mean((DATASET.labels[validation] == np.where(DATASET.corpora[validation] == "a", 1, 2))[DATASET.corpora[validation] == corpus])) for corpus in "ab"]
        self.assertAlmostEqual(run.validate()["validation_wa"], np.mean(expected))


if __name__ == "__main__":
    unittest.main()
