"""Trained weights come back, and networks with them answer."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

from ..support import need, need_tools

need("tensorflow", "keras", "tensorflowjs", "pyworld", "scipy", "tqdm", "wasmtime")
need_tools()

from scipy.special import softmax

from training.conversion.graph_model import inference_model
from training.network.trained import logits_of_model, trained_model, trained_weights

from ..exported import CLASSES, Exported, mfccs, write_run


class Trained(Exported):
    def test_weights_come_back(self):
        model = trained_model(self.run_folder)
        with np.load(self.run_folder / "weights.npz") as saved:
            found = trained_weights(model)
            self.assertEqual(found.keys(), set(saved.files))
            for name, value in found.items():
                np.testing.assert_array_equal(value, saved[name])

    def test_logits_of_many_in_batches_are_those_of_each(self):
        model, many = trained_model(self.run_folder), mfccs(70)
        found = logits_of_model(model, None, many)
        self.assertEqual(found.shape, (70, len(CLASSES)))
        np.testing.assert_allclose(found[65:], logits_of_model(model, None, many[65:]), rtol=1e-4, atol=1e-4)

    def test_softmax(self):
        """scipy's: float32 stays float32, and large logits stay finite."""
        logits = np.array([[0, np.log(3)], [1000, 0], [-1000, -1000]], np.float32)
        np.testing.assert_allclose(softmax(logits, axis=-1), [[0.25, 0.75], [1, 0], [0.5, 0.5]], rtol=1e-6)
        self.assertEqual(softmax(logits, axis=-1).dtype, np.float32)

    def test_what_is_not_finished_is_refused(self):
        with tempfile.TemporaryDirectory() as work:
            run = write_run(Path(work), seed=1)
            (run / "result.json").unlink()
            with self.assertRaisesRegex(ValueError, f"{run}: there is no finished run"):
                trained_model(run)

    def test_what_learned_without_the_mean_cannot_be_exported(self):
        """The module subtracts nothing. Older runs have the share that is kept."""
        for recipe in ({"cepstral_mean_subtraction": 0.5}, {"cepstral_mean": 0.5}):
            with tempfile.TemporaryDirectory() as work, self.assertRaisesRegex(ValueError, "cepstral_mean_subtraction=0.5"):
                inference_model(write_run(Path(work), seed=1, recipe=recipe))
        with tempfile.TemporaryDirectory() as work:
            inference_model(write_run(Path(work), seed=1, recipe={"cepstral_mean": 1.0}))


if __name__ == "__main__":
    unittest.main()
