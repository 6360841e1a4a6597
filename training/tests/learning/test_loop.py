"""The loop on made-up features that a few steps can learn: which weights are kept, what is averaged, what a saved state brings back."""

import contextlib
import dataclasses
import tempfile
import unittest
import warnings
from pathlib import Path
from unittest import mock

import numpy as np

from ..support import need

need("tensorflow", "keras", "pyworld", "scipy", "tqdm", "wasmtime", "matplotlib")

from scipy.special import softmax

from training.data.protocols import Split
from training.learning.loop import Run
from training.learning.schedule import Schedule
from training.learning.recipe import Recipe
from training.learning.run import train_epochs
from training.learning.settings import Settings
from training.learning.training_set import TrainingSet
from training.network.backend import fastest_policy, keras, tf
from training.network.trained import logits_of_model, trained_weights
from training.results.metrics import score

FRAMES, BINS, CLASSES, RECORDINGS = 10, 8, 3, 24
LABELS = np.arange(RECORDINGS) % CLASSES
PARTS = Split("x", np.arange(12), np.arange(12, 18), np.arange(18, RECORDINGS))
SETTINGS = Settings(
    dataset_name="EMO-DB",
    audio_type="all",
    input_type="mfcc",
    input_duration=1.0,
    loss_name="cross_entropy",
    gamma=0.0,
    width="micro",
    protocol="all",
    fold="all",
    validate=True,
    keep="best",
    seed=1,
    recipe=Recipe(epochs=4, batch=6, longest_mask=3, mixup=0.3),
    teachers=(),
)


def setUpModule():
    """Eagerly: tracing a graph takes longer than these few steps. test_train.py trains with graphs."""
    warnings.filterwarnings("ignore", message=".*run_functions_eagerly")  # does not concern tf.data, which Keras uses
    tf.config.run_functions_eagerly(True)
    unittest.addModuleCleanup(tf.config.run_functions_eagerly, False)


def features() -> np.ndarray:
    """float32 [recordings, frames, bins]: a class is louder in its own bins."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(RECORDINGS, FRAMES, BINS))
    for index, label in enumerate(LABELS):
        values[index, :, 2 * label : 2 * label + 2] += 1
    return values.astype(np.float32)


def training_set(values: np.ndarray) -> TrainingSet:
    """One variant, the features themselves; NaN for what does not train."""
    variants = values[:, np.newaxis].copy()
    variants[12:] = np.nan
    return TrainingSet(
        [variants], [1.0], [np.eye(CLASSES, dtype=np.float32)[LABELS][:, np.newaxis]], np.zeros(BINS, np.float32), np.ones(BINS, np.float32)
    )


def run(settings: Settings = SETTINGS, values: np.ndarray | None = None) -> Run:
    values = features() if values is None else values
    clean = values.copy()
    clean[:12] = clean[18:] = np.nan  # the validation part alone is read
    return Run(settings, LABELS, CLASSES, PARTS, training_set(values), clean)


def with_recipe(settings: Settings = SETTINGS, **changes) -> Settings:
    return dataclasses.replace(settings, recipe=dataclasses.replace(settings.recipe, **changes))


class Kept(unittest.TestCase):
    def test_the_best_epoch_the_last_of_equals(self):
        found, averages = run(), []
        scores = iter([0.2, 0.5, 0.5, 0.3])
        found.validate = lambda: {"validation_score": next(scores)}
        kept_epochs = []
        for _ in range(4):
            found.next_epoch()
            averages.append(found.ema)
            kept_epochs.append(found.kept_epoch)
        self.assertEqual(kept_epochs, [1, 2, 3, 3])
        for name, value in averages[2].items():
            np.testing.assert_array_equal(found.kept[name], value)
        self.assertTrue(any((value != found.kept[name]).any() for name, value in averages[3].items()))

    def test_the_best_by_the_mean_of_ua_and_wa(self):
        """Neither the best UA nor the best WA nor the best loss is the best mean."""
        rights = {"wa": [10, 0], "ua": [1, 2], "both": [8, 1]}  # of ten of class 0, and of one each of 1 and 2
        found = run()
        found.steps.step = lambda features, targets: (1.0, 1.0)
        found.validation_labels = np.array([0] * 10 + [1, 2])
        epochs = [("wa", 3.0), ("both", 9.0), ("ua", 1.0), ("both", 5.0), ("ua", 0.1), ("wa", 9.0)]
        kept_epochs = []
        for name, scale in epochs:
            many, few = rights[name]
            answers = np.array([0] * many + [1] * (10 - many) + ([1, 2] if few == 2 else [1, 0] if few == 1 else [0, 0]))
            found.validation_logits = lambda answers=answers, scale=scale: scale * np.eye(CLASSES, dtype=np.float32)[answers]
            record = found.next_epoch()
            ua, wa = (many / 10 + few) / 3, (many + few) / 12
            self.assertAlmostEqual(record["validation_ua"], ua)
            self.assertAlmostEqual(record["validation_wa"], wa)
            self.assertAlmostEqual(record["validation_score"], (ua + wa) / 2)
            kept_epochs.append(found.kept_epoch)
        self.assertEqual(kept_epochs, [1, 2, 2, 4, 4, 4])

    def test_the_last_epoch(self):
        found = run(dataclasses.replace(SETTINGS, keep="last", validate=False))
        for epoch in range(2):
            self.assertNotIn("validation_score", found.next_epoch())
            self.assertEqual(found.kept_epoch, epoch + 1)
            self.assertIs(found.kept, found.ema)
        found = run(dataclasses.replace(SETTINGS, keep="last"))
        found.validate = lambda: {"validation_score": -found.epoch}
        for epoch in range(2):
            found.next_epoch()
            self.assertEqual(found.kept_epoch, epoch + 1)

    def test_it_learns_from_the_training_part_and_is_judged_by_the_validation_part(self):
        """Everything else is NaN, and none of it shows."""
        found = run(with_recipe(epochs=8, ema_decay=0.5, mixup=0.0, time_masks=0, offset=0.0))
        for _ in range(8):
            record = found.next_epoch()
            probabilities = softmax(logits_of_model(found.ema_model, found.ema, features()[12:18]), axis=1)
            scores = score(LABELS[12:18], probabilities)
            self.assertEqual((record["validation_ua"], record["validation_wa"]), (scores.ua, scores.wa))
            self.assertEqual(record["validation_score"], (scores.ua + scores.wa) / 2)
            likelihood = np.log(probabilities[np.arange(6), LABELS[12:18]]).mean()
            self.assertAlmostEqual(record["validation_loss"], -likelihood, places=5)
        self.assertTrue(all(np.isfinite(value).all() for value in found.kept.values()))
        self.assertLess(found.history[-1]["loss"], 0.7 * found.history[0]["loss"])
        self.assertEqual(found.best_scores().ua, found.history[found.kept_epoch - 1]["validation_ua"])


class Averages(unittest.TestCase):
    def test_they_follow_the_weights(self):
        found = run(with_recipe(ema_decay=0.3))
        expected, steps, moved = dict(found.ema), [], found.steps.moved

        def moved_and_noted(ema):
            steps.append((int(found.optimizer.iterations), trained_weights(found.model)))
            return moved(ema)

        found.steps.moved = moved_and_noted
        found.next_epoch()
        found.next_epoch()
        self.assertEqual([count for count, _ in steps], [1, 2, 3, 4])
        for count, now in steps:
            decay = min(0.3, (1 + count) / (10 + count))
            expected = {name: decay * expected[name] + (1 - decay) * now[name] for name in now}
        for name, value in expected.items():
            np.testing.assert_allclose(found.ema[name], value, rtol=1e-5, atol=1e-7)

    def test_they_can_be_off(self):
        found = run(with_recipe(ema_decay=0.0))
        found.next_epoch()
        for name, value in trained_weights(found.model).items():
            np.testing.assert_array_equal(found.ema[name], value)


class Seeds(unittest.TestCase):
    def test_the_same_seed_gives_the_same_first_weights_and_another_one_does_not(self):
        one, again, other = (run(dataclasses.replace(SETTINGS, seed=seed)).kept for seed in (1, 1, 2))
        for name, value in one.items():
            np.testing.assert_array_equal(value, again[name])
        self.assertTrue(any((value != other[name]).any() for name, value in one.items()))


class Divergence(unittest.TestCase):
    def test_weights_that_are_no_numbers_end_the_run(self):
        found = run(with_recipe(dataclasses.replace(SETTINGS, keep="last", validate=False), peak_rate=1e30))
        with self.assertRaisesRegex(ValueError, "epoch [1-4]: .* no longer finite"):
            for _ in range(4):
                found.next_epoch()
        self.assertTrue(all(np.isfinite(value).all() for value in found.kept.values()))


class SavedState(unittest.TestCase):
    def test_it_is_all_of_it(self):
        with tempfile.TemporaryDirectory() as work:
            path = Path(work, "state.npz")
            whole = run()
            whole.next_epoch()
            whole.next_epoch()
            whole.save(path)
            resumed = run()
            resumed.resume(path)
            self.assertEqual((resumed.epoch, resumed.kept_epoch, resumed.history), (whole.epoch, whole.kept_epoch, whole.history))
            for one, other in ((whole.model, resumed.model), (whole.optimizer, resumed.optimizer)):
                for variable, its in zip(one.variables, other.variables, strict=True):
                    np.testing.assert_array_equal(variable.numpy(), its.numpy())
            for one, other in ((whole.ema, resumed.ema), (whole.kept, resumed.kept)):
                self.assertEqual(one.keys(), other.keys())
                for name, value in one.items():
                    np.testing.assert_array_equal(value, other[name])

    def test_without_one_a_run_begins(self):
        found = run()
        found.resume(Path("no such file"))
        self.assertEqual((found.epoch, found.kept_epoch, found.history), (0, 0, []))


class Orphans(unittest.TestCase):
    def test_a_worker_whose_command_was_killed_trains_no_further_epoch(self):
        for alive in (True, False):
            worker = mock.Mock(epoch=0, history=[])
            worker.settings.recipe.epochs = 1
            worker.next_epoch.side_effect = lambda: setattr(worker, "epoch", 1) or {"loss": 1.0}
            parent = mock.Mock(**{"is_alive.return_value": alive})
            with mock.patch("training.learning.run.parent_process", return_value=parent):
                with contextlib.nullcontext() if alive else self.assertRaisesRegex(ValueError, "killed"):
                    train_epochs(worker, Path("loso-full-ce/03"), 0)
            self.assertEqual(worker.next_epoch.called, alive)


class Optimizer(unittest.TestCase):
    def test_the_rate_rises_and_falls_to_0(self):
        rate = Schedule(steps=10, epochs=8, peak_rate=2e-3)
        rates = [rate(step) for step in range(81)]
        self.assertEqual(int(np.argmax(rates)), 30)  # after three epochs
        self.assertAlmostEqual(rates[0], 0)
        self.assertAlmostEqual(rates[15], 1e-3, places=6)
        self.assertAlmostEqual(rates[30], 2e-3, places=6)
        self.assertAlmostEqual(rates[55], 1e-3, places=6)
        self.assertAlmostEqual(rates[80], 0, places=6)

    def test_few_epochs_rise_for_all_but_one(self):
        for epochs in (1, 2, 3):
            rate = Schedule(steps=5, epochs=epochs, peak_rate=1e-3)
            rates = [rate(step) for step in range(5 * epochs + 1)]
            self.assertTrue(np.isfinite(rates).all())
            self.assertAlmostEqual(max(rates), 1e-3, places=6)
            self.assertAlmostEqual(rates[-1], 0, places=6)

    def test_only_kernels_decay(self):
        found = run(with_recipe(weight_decay=0.5, peak_rate=0.1))
        variables = found.model.trainable_variables
        for variable in variables:  # beta and bias begin at 0, where nothing could decay
            variable.assign(keras.ops.ones_like(variable))
        for step in range(3):  # the first step's rate is 0
            found.optimizer.learning_rate.assign(found.steps.schedule(step))
            found.optimizer.apply_gradients([(keras.ops.zeros_like(variable), variable) for variable in variables])
        decayed = np.prod([1 - 0.5 * found.steps.schedule(step) for step in range(3)])
        self.assertLess(decayed, 0.98)
        for variable in variables:
            expected = decayed if variable.path.endswith("kernel") else 1
            np.testing.assert_allclose(variable.numpy(), expected, rtol=1e-6, err_msg=variable.path)
        self.assertEqual({variable.path.split("/")[-1] for variable in variables}, {"kernel", "bias", "gamma", "beta"})


class Precision(unittest.TestCase):
    def test_weights_are_float32_and_the_network_that_answers_computes_in_float32(self):
        found = run()
        self.assertEqual(found.model.get_layer("body_two_1_convolution").dtype_policy.name, fastest_policy())
        self.assertEqual(found.ema_model.get_layer("body_two_1_convolution").compute_dtype, "float32")
        self.assertEqual(keras.config.dtype_policy().name, "float32")
        self.assertEqual({value.dtype for value in found.kept.values()}, {np.dtype(np.float32)})
        found.next_epoch()
        self.assertEqual({value.dtype for value in found.kept.values()}, {np.dtype(np.float32)})


if __name__ == "__main__":
    unittest.main()
