"""What a batch holds: which recordings, which frames are silence, what is mixed. Features here are numbers that name their recording."""

import dataclasses
import unittest
from unittest import mock

import numpy as np

from ..support import need

need("tensorflow", "keras", "pyworld", "scipy", "wasmtime")

from training.learning.batches import batches, draw, mask_in_time, mix, offset
from training.learning.recipe import Recipe
from training.learning.training_set import TrainingSet

FRAMES, BINS, CLASSES, VARIANTS = 12, 3, 4, 5
PLAIN = Recipe(batch=4, mixup=0, time_masks=0, offset=0)
SILENCE = np.array([-10.0, 0.0, 0.5], np.float32)
SPREAD = np.array([0.0, 2.0, 0.5], np.float32)


def training_set(labels: np.ndarray, shares: tuple[float, ...] = (1.0,), train: np.ndarray | None = None) -> TrainingSet:
    """Every number of a recording is its index + 1, + a hundredth for each variant, + 1000 for each kind; NaN for what does not train."""
    variants, targets = [], []
    for kind in range(len(shares)):
        number = np.arange(len(labels))[:, np.newaxis] + 1 + np.arange(VARIANTS) / 100 + 1000 * kind
        values = np.broadcast_to(number[..., np.newaxis, np.newaxis], (len(labels), VARIANTS, FRAMES, BINS)).astype(np.float64).copy()
        target = np.eye(CLASSES, dtype=np.float32)[labels][:, np.newaxis].copy()
        if train is not None:
            others = ~np.isin(np.arange(len(labels)), train)
            values[others], target[others] = np.nan, np.nan
        variants.append(values)
        targets.append(target)
    return TrainingSet(variants, list(shares), targets, SILENCE, SPREAD)


def recordings_in(features: np.ndarray) -> list[int]:
    """Of unmixed, unmasked features [batch, frames, bins, 1]."""
    return (np.floor(features[:, 0, 0, 0]) % 1000 - 1).astype(int).tolist()


def some_labels(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(CLASSES, size=count)


class Epoch(unittest.TestCase):
    def test_each_recording_of_the_training_part_comes_once(self):
        labels = some_labels(23)
        for seed in range(20):
            rng = np.random.default_rng(seed)
            train = np.sort(rng.choice(23, 14, replace=False))
            epoch = list(batches(training_set(labels), labels, train, PLAIN, rng))
            self.assertEqual([len(features) for features, _ in epoch], [4, 4, 4, 2])
            drawn = [index for features, _ in epoch for index in recordings_in(features)]
            self.assertEqual(sorted(drawn), train.tolist())
            self.assertNotEqual(drawn, train.tolist())
            for features, targets in epoch:
                self.assertEqual((features.dtype, features.shape[1:]), (np.float32, (FRAMES, BINS, 1)))
                self.assertEqual((targets.dtype, targets.shape[1:]), (np.float32, (CLASSES,)))
                np.testing.assert_array_equal(targets.argmax(axis=1), labels[recordings_in(features)])

    def test_nothing_comes_from_the_other_parts(self):
        """Whatever the recipe: everything outside the training part is NaN here, and one of them would show."""
        labels = some_labels(30)
        recipes = [
            Recipe(batch=5),
            Recipe(batch=5, balance=1.0),
            Recipe(batch=5, balance=0.5, mixup=1, time_masks=3),
            PLAIN,
            Recipe(batch=40),
        ]
        for seed in range(25):
            rng = np.random.default_rng(seed)
            train = np.sort(rng.choice(30, 17, replace=False))
            own = training_set(labels, (0.2, 0.5, 0.3), train)
            for recipe in recipes:
                for features, targets in batches(own, labels, train, recipe, rng):
                    self.assertTrue(np.isfinite(features).all() and np.isfinite(targets).all())

    def test_the_same_generator_gives_the_same_batches(self):
        labels = some_labels(10)
        epochs = [
            list(batches(training_set(labels), labels, np.arange(10), Recipe(batch=4), np.random.default_rng(seed))) for seed in (1, 1, 2)
        ]
        for (one, its), (again, again_its) in zip(*epochs[:2]):
            np.testing.assert_array_equal(one, again)
            np.testing.assert_array_equal(its, again_its)
        self.assertFalse((epochs[0][0][0] == epochs[2][0][0]).all())

    def test_the_variants_are_not_changed(self):
        labels = some_labels(10)
        own, fresh = training_set(labels), training_set(labels)
        for _ in batches(own, labels, np.arange(10), Recipe(batch=4), np.random.default_rng(0)):
            pass
        np.testing.assert_array_equal(own.variants[0], fresh.variants[0])
        np.testing.assert_array_equal(own.targets[0], fresh.targets[0])

    def test_balance_1_draws_classes_evenly_and_0_recordings(self):
        labels = np.repeat(np.arange(CLASSES), [50, 30, 15, 5])
        for balance, expected in ((1.0, [0.25] * 4), (0.0, [0.5, 0.3, 0.15, 0.05])):
            recipe = dataclasses.replace(PLAIN, balance=balance)
            counts = np.zeros(CLASSES)
            for seed in range(60):
                for _, targets in batches(training_set(labels), labels, np.arange(100), recipe, np.random.default_rng(seed)):
                    counts += targets.sum(axis=0)
            np.testing.assert_allclose(counts / counts.sum(), expected, atol=0.02)

    def test_balance_between_lies_between(self):
        labels = np.repeat(np.arange(2), [90, 10])
        weight = np.array([90, 10]) ** 0.5
        counts = np.zeros(CLASSES)
        for seed in range(60):
            for _, targets in batches(
                training_set(labels), labels, np.arange(100), dataclasses.replace(PLAIN, balance=0.5), np.random.default_rng(seed)
            ):
                counts += targets.sum(axis=0)
        np.testing.assert_allclose(counts[:2] / counts.sum(), weight / weight.sum(), atol=0.02)


class CepstralMean(unittest.TestCase):
    """Each recording is one number throughout, and so its own mean, but for silence in the last four frames."""

    def features(self, recipe: Recipe) -> np.ndarray:
        """float32 [recordings, frames, bins], the frames that sound."""
        labels = some_labels(200)
        own = training_set(labels)
        own.variants[0][:, :, -4:] = SILENCE
        epoch = batches(own, labels, np.arange(200), recipe, np.random.default_rng(0))
        whole = np.concatenate([features[..., 0] for features, _ in epoch])
        np.testing.assert_array_equal(whole[:, -4:], np.broadcast_to(SILENCE, (200, 4, BINS)))
        return whole[:, :-4]

    def test_the_share_of_the_recipe_is_subtracted(self):
        whole = self.features(PLAIN)
        self.assertEqual(sorted(recordings_in(whole[..., np.newaxis])), list(range(200)), "nothing is subtracted")
        for share in (0.0, 0.25, 0.9):
            found = self.features(dataclasses.replace(PLAIN, cepstral_mean_subtraction=1 - share))
            self.assertEqual(found.dtype, np.float32)
            np.testing.assert_allclose(found, share * whole, rtol=1e-5, atol=1e-4)

    def test_the_offset_comes_after_it(self):
        shifted = self.features(dataclasses.replace(PLAIN, cepstral_mean_subtraction=1.0, offset=1.0))
        np.testing.assert_allclose(shifted[:, 0].std(axis=0), SPREAD, rtol=0.15, atol=1e-4)
        np.testing.assert_allclose(shifted, np.repeat(shifted[:, :1], FRAMES - 4, axis=1), atol=1e-4)


class Draw(unittest.TestCase):
    def test_kinds_come_by_their_shares_and_variants_evenly(self):
        labels = some_labels(6)
        features, _ = draw(training_set(labels, (2.0, 5.0, 3.0)), np.tile(np.arange(6), 2000), np.random.default_rng(0))
        kinds = np.floor(features[:, 0, 0] / 1000).astype(int)
        np.testing.assert_allclose(np.bincount(kinds) / len(kinds), [0.2, 0.5, 0.3], atol=0.02)
        numbers = np.round(features[:, 0, 0] * 100).astype(int) % 100
        np.testing.assert_allclose(np.bincount(numbers) / len(numbers), [0.2] * VARIANTS, atol=0.02)

    def test_a_target_belongs_to_its_variant(self):
        """Teachers answer to each variant by itself."""
        labels = some_labels(6)
        own = training_set(labels, (0.5, 0.5))
        targets = [np.broadcast_to(variants[:, :, 0, :1], (6, VARIANTS, CLASSES)).astype(np.float32) for variants in own.variants]
        own = dataclasses.replace(own, targets=targets)
        features, found = draw(own, np.arange(6).repeat(50), np.random.default_rng(0))
        np.testing.assert_allclose(found, np.repeat(features[:, 0, :1], CLASSES, axis=1), rtol=1e-6)


class Offset(unittest.TestCase):
    def shifted(self, seed: int, size: float = 0.6, count: int = 5) -> tuple[np.ndarray, np.ndarray]:
        """Features with silence in the first three frames, and after the offset."""
        features = np.random.default_rng(98).normal(size=(count, FRAMES, BINS)).astype(np.float32)
        features[:, :3] = SILENCE
        return features, offset(features, training_set(some_labels(count)), size, np.random.default_rng(seed))

    def test_all_frames_that_sound_are_shifted_alike(self):
        for seed in range(10):
            features, found = self.shifted(seed)
            self.assertEqual(found.dtype, np.float32)
            np.testing.assert_array_equal(found[:, :3], features[:, :3])
            shift = found[:, 3:] - features[:, 3:]
            np.testing.assert_allclose(shift, np.broadcast_to(shift[:, :1], shift.shape), atol=1e-5)
            self.assertEqual(len(np.unique(shift[:, 0, 1].round(4))), 5, "each recording by another vector")

    def test_it_is_as_spread_as_was_asked_for(self):
        features, found = self.shifted(0, size=0.6, count=4000)
        shift = (found - features)[:, 5]
        np.testing.assert_allclose(shift.std(axis=0), 0.6 * SPREAD, rtol=0.05)
        np.testing.assert_allclose(shift.mean(axis=0), 0, atol=0.1)

    def test_it_can_be_off(self):
        features, found = self.shifted(0, size=0)
        np.testing.assert_array_equal(found, features)


class Masks(unittest.TestCase):
    def masked(self, recipe: Recipe, seed: int, frames: int = FRAMES) -> np.ndarray:
        """bool [recordings, frames]; everything else must be as it was."""
        features = np.random.default_rng(99).normal(size=(8, frames, BINS)).astype(np.float32)
        found = mask_in_time(features, SILENCE, recipe, np.random.default_rng(seed))
        silent = (found == SILENCE).all(axis=2)
        np.testing.assert_array_equal(found[~silent], features[~silent])
        self.assertFalse((features == SILENCE).all(axis=2).any())
        return silent

    def test_they_are_silence_in_runs(self):
        for seed in range(50):
            for row in self.masked(Recipe(time_masks=2, longest_mask=5), seed, frames=40):
                begins = int((np.diff(row.astype(int), prepend=0) == 1).sum())
                self.assertLessEqual(begins, 2)
                self.assertLessEqual(row.sum(), 10)

    def test_every_length_and_every_frame(self):
        rows = np.concatenate([self.masked(Recipe(time_masks=1, longest_mask=4), seed) for seed in range(100)])
        self.assertEqual(set(rows.sum(axis=1).tolist()), {0, 1, 2, 3, 4})
        self.assertTrue(rows.any(axis=0).all())

    def test_longer_than_the_window(self):
        rows = np.concatenate([self.masked(Recipe(time_masks=1, longest_mask=99), seed) for seed in range(50)])
        self.assertEqual(rows.sum(axis=1).max(), FRAMES)

    def test_none(self):
        self.assertFalse(self.masked(Recipe(time_masks=0), 0).any())
        self.assertFalse(self.masked(Recipe(time_masks=3, longest_mask=0), 0).any())


class Mixup(unittest.TestCase):
    def test_both_are_the_same_convex_mix(self):
        """With one feature for each example, a mix shows which examples it has, and how much of each."""
        for seed in range(30):
            features = np.eye(6, dtype=np.float32)[:, np.newaxis, :]
            targets = np.eye(6, dtype=np.float32)
            mixed, its = mix(features, targets, 0.3, np.random.default_rng(seed))
            self.assertEqual((mixed.dtype, its.dtype), (np.float32, np.float32))
            np.testing.assert_array_equal(mixed[:, 0], its)
            self.assertTrue(((its >= 0) & (its <= 1)).all())
            np.testing.assert_allclose(its.sum(axis=1), 1, rtol=1e-6)
            self.assertTrue(((its > 0).sum(axis=1) <= 2).all())

    def test_shares_are_of_the_beta_distribution(self):
        shares = []
        for seed in range(200):
            features = np.eye(8, dtype=np.float32)[:, np.newaxis, :]
            mixed, _ = mix(features, features[:, 0], 0.3, np.random.default_rng(seed))
            own, whole = mixed[np.arange(8), 0, np.arange(8)], mixed[:, 0].max(axis=1)
            shares += own[whole < 0.9999].tolist()
        # Beta(0.3, 0.3) is symmetric, with most of it near 0 and 1.
        self.assertAlmostEqual(np.mean(shares), 0.5, delta=0.05)
        self.assertGreater(np.std(shares), 0.29)

    def test_both_parameters_of_the_distribution_are_the_same(self):
        """With each example next to another one, 0 beside 1, the share can be read off."""
        count = 400_000
        features = (np.arange(count) % 2).astype(np.float32)[:, np.newaxis]
        for parameter in (0.3, 1.0, 3.0):
            rng = mock.Mock(wraps=np.random.default_rng(0))
            rng.permutation = lambda length: np.roll(np.arange(length), 1)
            mixed, _ = mix(features, features, parameter, rng)
            share = np.where(features == 1, mixed, 1 - mixed)[:, 0]
            rng.beta.assert_called_once_with(parameter, parameter, size=count)
            self.assertAlmostEqual(share.mean(), 0.5, delta=0.003)
            self.assertAlmostEqual(share.var(), 1 / (4 * (2 * parameter + 1)), delta=0.001)

    def test_the_parameter_is_that_of_the_recipe(self):
        labels = some_labels(8)
        for mixup, asked in ((0.3, [0.3, 0.3]), (0.7, [0.7, 0.7]), (0.0, [])):
            with mock.patch("training.learning.batches.mix", side_effect=lambda features, targets, parameter, rng: (features, targets)) as mixed:
                list(batches(training_set(labels), labels, np.arange(8), dataclasses.replace(PLAIN, mixup=mixup), np.random.default_rng(0)))
            self.assertEqual([call.args[2] for call in mixed.call_args_list], asked)

    def test_an_example_alone_stays(self):
        features = np.ones((1, 2, 2), np.float32)
        mixed, targets = mix(features, np.array([[0, 1]], np.float32), 0.3, np.random.default_rng(0))
        np.testing.assert_allclose(mixed, features)
        np.testing.assert_allclose(targets, [[0, 1]])


if __name__ == "__main__":
    unittest.main()
