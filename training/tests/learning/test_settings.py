"""From a command line to settings, and what a folder of a run says about them."""

import argparse
import dataclasses
import json
import unittest
from unittest import mock

from ..support import need, random_dataset

need("tensorflow", "keras", "pyworld", "scipy", "wasmtime")

from training.data.augmentation import KINDS
from training.data.dataset import EMO_DB_HASH
from training.learning.recipe import LOWEST, Recipe, changed
from training.learning.settings import BEST, LAST, Settings, add_options, described, difference, is_shipped, kind_name, settings_of
from training.learning.training_set import kinds_of
from training.network.widths import WIDTHS


def settings(*arguments: str) -> Settings:
    parser = argparse.ArgumentParser()
    add_options(parser)
    parser.add_argument("--fold")
    return settings_of(parser.parse_args(arguments))


class RecipeChanges(unittest.TestCase):
    def test_numbers_are_of_the_kind_of_the_constant(self):
        recipe = changed(Recipe(), ["epochs=7", "mixup=1", "ema_decay=0.5"])
        self.assertEqual((recipe.epochs, recipe.mixup, recipe.ema_decay), (7, 1.0, 0.5))
        self.assertIs(type(recipe.mixup), float)
        self.assertEqual(dataclasses.replace(recipe, epochs=Recipe().epochs, mixup=Recipe().mixup, ema_decay=Recipe().ema_decay), Recipe())

    def test_the_last_of_two_counts(self):
        self.assertEqual(changed(Recipe(), ["batch=7", "batch=9"]).batch, 9)

    def test_refusals_name_what_is_wrong(self):
        for change, named in (
            ("speed=1", "speed"),
            ("mixup", "mixup"),
            ("mixup=", "mixup="),
            ("mixup=much", "much"),
            ("epochs=1.5", "'1.5' is not a whole number"),
            ("mixup=x", "is not a number"),
            ("cepstral_mean_subtraction=2", "at most 1"),
            ("", "''"),
            ("batch=0", "batch is 0"),
            ("mixup=-0.1", "mixup is -0.1"),
            ("time_masks=-1", "time_masks is -1"),
            ("ema_decay=1.5", "at most 1"),
            ("balance=2", "at most 1"),
            ("peak_rate=nan", "peak_rate is nan"),
            ("weight_decay=inf", "weight_decay is inf"),
        ):
            with self.assertRaises(ValueError) as caught:
                changed(Recipe(), [change])
            self.assertIn(named, str(caught.exception))
            self.assertNotIn("\n", str(caught.exception))


EMO_DB_FILES = mock.Mock(content=EMO_DB_HASH)


class Shipped(unittest.TestCase):
    """The recipe of the model card, and what differs from it in one thing."""

    def test_what_ships(self):
        for protocol in ("loso", "random"):
            teachers = [f"{protocol}-full-ce", f"{protocol}-full-focal"]
            self.assertTrue(is_shipped(settings("--no-validation", "--protocol", protocol), [], EMO_DB_FILES))
            self.assertTrue(is_shipped(settings("--no-validation", "--protocol", protocol, "-ln", "focal"), [], EMO_DB_FILES))
            self.assertTrue(is_shipped(settings("--no-validation", "--protocol", protocol, "--width", "micro"), teachers, EMO_DB_FILES))

    def test_what_does_not(self):
        shipped = ("--no-validation", "--protocol", "loso")
        for others in (("--epochs", "1"), ("-id", "2"), ("--seed", "2"), ("--set", "mixup=0"), ("-dn", "folders"), ("-it", "spectrogram")):
            self.assertFalse(is_shipped(settings(*shipped, *others), [], EMO_DB_FILES), others)
        self.assertFalse(is_shipped(settings("--protocol", "loso"), [], EMO_DB_FILES))
        self.assertFalse(is_shipped(settings(*shipped, "-ln", "focal", "--gamma", "3"), [], EMO_DB_FILES))
        self.assertFalse(is_shipped(settings(*shipped, "--width", "micro"), [], EMO_DB_FILES))
        self.assertFalse(is_shipped(settings(*shipped), ["loso-full-ce"], EMO_DB_FILES))
        self.assertFalse(is_shipped(settings(*shipped), [], mock.Mock(content="0" * 16)))


class FromTheCommandLine(unittest.TestCase):
    def test_without_options(self):
        found = settings()
        self.assertEqual((found.dataset_name, found.input_type, found.input_duration, found.width), ("EMO-DB", "mfcc", 3.0, "full"))
        self.assertEqual(
            (found.protocol, found.fold, found.validate, found.keep, found.seed, found.teachers), ("all", "all", True, BEST, 1, ())
        )
        self.assertEqual((found.loss_name, found.gamma, found.recipe), ("cross_entropy", 0.0, Recipe()))

    def test_the_data_set_has_one_name_however_it_is_written(self):
        for name in ("emodb", "EMODB", "emo_db"):
            self.assertEqual(settings("-dn", name), settings())
        with self.assertRaisesRegex(ValueError, "no dataset 'RAVDESS'"):
            settings("-dn", "RAVDESS")

    def test_gamma_is_of_the_focal_loss_alone(self):
        self.assertEqual(settings("-ln", "focal").gamma, 2.0)
        self.assertEqual(settings("-ln", "focal", "--gamma", "3").gamma, 3.0)
        self.assertEqual(settings("--gamma", "3").gamma, 0.0)

    def test_epochs_come_before_the_recipe(self):
        self.assertEqual(settings("--set", "epochs=5", "--epochs", "4").recipe.epochs, 4)
        self.assertEqual(settings("--set", "epochs=5").recipe.epochs, 5)

    def test_without_validation_the_last_epoch_is_kept(self):
        found = settings("--no-validation", "--keep", "best")
        self.assertEqual((found.validate, found.keep), (False, LAST))
        self.assertEqual(settings("--keep", "last").keep, LAST)

    def test_no_epoch_and_no_seed_are_refused(self):
        for arguments, named in ((("--epochs", "0"), "epochs is 0"), (("--epochs", "-3"), "epochs is -3"), (("--seed", "-1"), "seed is -1")):
            with self.assertRaisesRegex(ValueError, named):
                settings(*arguments)

    def test_no_variants_at_all_are_refused(self):
        with self.assertRaisesRegex(ValueError, "plain"):
            settings("--set", "plain=0", "--set", "voice=0", "--set", "real=0")
        for kind in KINDS:
            others = [f"--set={other}=0" for other in KINDS if other != kind]
            self.assertEqual(kinds_of(settings(*others, f"--set={kind}=0.5").recipe), {kind: 0.5})

    def test_a_gamma_that_is_no_gamma_is_refused(self):
        """Below 0 it would be cross entropy without saying so."""
        for gamma in ("-1", "nan", "inf"):
            with self.assertRaisesRegex(ValueError, "gamma"):
                settings("-ln", "focal", "--gamma", gamma)

    def test_widths(self):
        for width in WIDTHS:
            self.assertEqual(settings("--width", width).width, width)


class Descriptions(unittest.TestCase):
    def test_the_folder_is_named_after_the_settings(self):
        self.assertEqual(kind_name(settings()), "all-full-ce")
        self.assertEqual(kind_name(settings("-ln", "focal", "--protocol", "loso", "--fold", "03", "--width", "micro")), "loso-micro-focal")

    def test_json_gives_back_the_description(self):
        found = settings("--teachers", "a", "b", "--set", "plain=0.3", "-ln", "focal")
        described_settings = described(found, random_dataset(0), (184, 40), "hash")
        self.assertEqual(json.loads(json.dumps(described_settings)), described_settings)
        self.assertEqual((described_settings["frames"], described_settings["bins"], len(described_settings["classes"])), (184, 40, 7))

    def test_everything_that_decides_the_outcome_is_in_it(self):
        data = random_dataset(0)
        plain = described(settings(), data, (184, 40), "hash")
        for arguments in (
            ("-dn", "folders"),
            ("-id", "2"),
            ("-at", "x"),
            ("-ln", "focal"),
            ("-it", "spectrogram"),
            ("--width", "micro"),
            ("--epochs", "3"),
            ("--seed", "2"),
            ("--protocol", "loso", "--fold", "03"),
            ("--keep", "last"),
            ("--no-validation",),
            ("--teachers", "a"),
            *(("--set", f"{field.name}={0.5 if field.default == 1 else LOWEST.get(field.name, 1)}") for field in dataclasses.fields(Recipe)),
        ):
            self.assertNotEqual(described(settings(*arguments), data, (184, 40), "hash"), plain, arguments)
        moved = [described(settings("--teachers", f"{runs}/loso-full-ce/03"), data, (184, 40), "hash") for runs in ("/here", "/there")]
        self.assertEqual(*moved)
        self.assertEqual(moved[0]["teachers"], ["loso-full-ce/03"])
        self.assertNotEqual(described(settings(), random_dataset(1), (184, 40), "hash"), plain)
        self.assertNotEqual(described(settings(), data, (184, 40), "another hash"), plain)

    def test_a_difference_is_named(self):
        data = random_dataset(0)
        plain = described(settings(), data, (184, 40), "hash")
        self.assertIsNone(difference(json.loads(json.dumps(plain)), plain))
        for arguments, said in (
            (("--seed", "2"), "its seed is 2, not 1"),
            (("--epochs", "3"), "its epochs is 3, not 200"),
            (("--width", "micro"), "its width is micro, not full"),
        ):
            self.assertEqual(difference(described(settings(*arguments), data, (184, 40), "hash"), plain), said)
        self.assertEqual(difference(described(settings(), data, (184, 40), "other"), plain), "its data is other, not hash")
        older = plain | {"recipe": {name: value for name, value in plain["recipe"].items() if name != "crowd"}}
        self.assertEqual(difference(older, plain), "its crowd is None, not 0.0")


if __name__ == "__main__":
    unittest.main()
