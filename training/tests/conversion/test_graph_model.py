"""The exported graph model answers as the trained network does, by the project's own importer."""

import json
import os
import shutil
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from ..support import need, need_tools

need("tensorflow", "keras", "tensorflowjs", "pyworld", "scipy", "tqdm", "wasmtime")
need_tools()

from scipy.special import softmax

from training.conversion import graph_model
from training.conversion.graph_model import check_export, imported_probabilities, inference_model, write_graph_model
from training.network.trained import logits_of_model, trained_model

from ..exported import CLASSES, Exported, mfccs, write_run

SIDECAR = {"id": "a-test", "classes": CLASSES, "acceptThreshold": 0.25}


class Temperature(Exported):
    def test_it_divides_the_logits(self):
        logits = logits_of_model(trained_model(self.run_folder), None, self.features)
        for temperature in (0.5, 1.0, 1.7, 10.0):
            found = inference_model(self.run_folder, temperature).predict(self.features[..., np.newaxis], verbose=0)
            np.testing.assert_allclose(found, softmax(logits / np.float32(temperature), axis=1), atol=1e-5)

    def test_the_answers_are_worth_a_comparison(self):
        self.assertGreater(len(set(self.right.argmax(axis=1).tolist())), 1)
        self.assertTrue(((self.right.max(axis=1) > 0.2) & (self.right.max(axis=1) < 0.999)).any())


class GraphModel(Exported):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exported = cls.work / "exported"
        write_graph_model(cls.model, cls.exported, SIDECAR, cls.features)

    def setUp(self):
        self.folder = self.work / self.id().split(".")[-1]

    def test_it_is_the_network(self):
        shutil.copytree(self.exported, self.folder)
        self.assertLess(check_export(self.model, self.folder, self.features), 1e-5)
        found = imported_probabilities(self.folder, self.features)
        np.testing.assert_allclose(found, self.right, atol=1e-5)
        self.assertEqual(json.loads((self.folder / "light-sernet.json").read_text()), SIDECAR)
        files = {path.name for path in self.folder.iterdir()}
        self.assertEqual(files - {"light-sernet.json", "model.json"}, {name for name in files if name.startswith("group")})

    def test_another_network_is_noticed(self):
        shutil.copytree(self.exported, self.folder)
        other = inference_model(write_run(self.work / "other", seed=2))
        warmer = inference_model(self.run_folder, 1.05)
        for model in (other, warmer):
            with self.assertRaises(ValueError) as caught:
                check_export(model, self.folder, self.features)
            self.assertIn(str(self.folder), str(caught.exception))

    def test_a_network_that_answers_nan_is_noticed(self):
        nothing = mock.Mock()
        nothing.predict.return_value = np.full_like(self.right, np.nan)
        with mock.patch.object(graph_model, "imported_probabilities", return_value=self.right), self.assertRaises(ValueError):
            check_export(nothing, self.folder, self.features)

    def test_a_folder_without_a_model_is_refused(self):
        self.folder.mkdir()
        with (
            open(os.devnull, "w") as nowhere,
            mock.patch.object(graph_model.sys, "stderr", nowhere),
            self.assertRaisesRegex(ValueError, "npm ci"),
        ):
            imported_probabilities(self.folder, self.features)

    def test_it_replaces_the_model_that_lies_there(self):
        shutil.copytree(self.exported, self.folder)
        (self.folder / "group1-shard2of2.bin").touch()
        (self.folder / "README.md").touch()
        newer = inference_model(write_run(self.work / "replacing", seed=3))
        write_graph_model(newer, self.folder, {"id": "newer"}, self.features)
        self.assertFalse((self.folder / "group1-shard2of2.bin").exists())
        self.assertTrue((self.folder / "README.md").exists())
        self.assertEqual(json.loads((self.folder / "light-sernet.json").read_text()), {"id": "newer"})
        check_export(newer, self.folder, self.features[:2])

    def test_a_wrong_export_leaves_what_was_there(self):
        shutil.copytree(self.exported, self.folder)
        before = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        wrong = mock.patch.object(graph_model, "imported_probabilities", return_value=1 - self.right)
        with wrong, self.assertRaisesRegex(ValueError, "not the trained one"):
            write_graph_model(inference_model(write_run(self.work / "newer", seed=4)), self.folder, {"id": "newer"}, self.features)
        self.assertEqual({path.name: path.read_bytes() for path in self.folder.iterdir()}, before)

    def test_many_recordings_are_checked_evenly(self):
        many, asked = mfccs(60), []
        fake = mock.Mock()
        fake.predict.side_effect = lambda features, verbose: np.zeros((len(features), 7))

        def imported(folder: Path, features: np.ndarray) -> np.ndarray:
            asked.append(features)
            return np.zeros((len(features), 7))

        with mock.patch.object(graph_model, "imported_probabilities", imported):
            self.assertEqual(check_export(fake, self.folder, many), 0)
        np.testing.assert_array_equal(asked[0], many[::3])


if __name__ == "__main__":
    unittest.main()
