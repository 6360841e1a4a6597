"""What is exported answers as the trained network does: TensorFlow.js by the project's own importer, TFLite by its interpreter."""

import contextlib
import json
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from .support import need, need_tools, write_emodb

need("tensorflow", "keras", "tensorflowjs", "pyworld", "scipy", "tqdm", "wasmtime")
need_tools()

from scipy.special import softmax

from training import export, files
from training.conversion import graph_model, tflite
from training.conversion.graph_model import check_export, imported_probabilities, inference_model, write_graph_model
from training.conversion.tflite import TFLITE_FILES, tflite_probabilities, write_tflite
from training.data.front_end import load_front_end
from training.network.backend import keras
from training.network.model import light_sernet
from training.network.trained import logits_of_model, trained_model, trained_variables, trained_weights
from training.network.widths import WIDTHS
from training.results.calibration_file import Calibration, calibration_path, write_calibration

FRAMES, BINS = 59, 40  # 1 s
CLASSES = ["boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness"]
SIDECAR = {"id": "a-test", "classes": CLASSES, "acceptThreshold": 0.25}


def write_run(folder: Path, seed: int, recipe: dict[str, float] | None = None) -> Path:
    """A finished run with random weights whose answers are neither all alike nor all sure."""
    rng = np.random.default_rng(seed)
    model = light_sernet(FRAMES, BINS, len(CLASSES), WIDTHS["micro"])
    weights = {}
    for variable in trained_variables(model):
        name, shape = variable.path.split("/")[-1], variable.shape
        fan_in = np.prod(shape[:-1])
        weights[variable.path] = {
            "kernel": lambda: rng.normal(0, np.sqrt(2 / fan_in), shape),
            "bias": lambda: rng.normal(0, 0.3, shape),
            "beta": lambda: rng.normal(0, 0.3, shape),
            "gamma": lambda: rng.uniform(0.5, 1.5, shape),
            "moving_mean": lambda: rng.normal(0, 0.3, shape),
            "moving_variance": lambda: rng.uniform(0.5, 2, shape),
        }[name]().astype(np.float32)
    logits = logits_of_model(model, weights, mfccs(20))
    spread = (logits - logits.mean(axis=0)).std() / 1.5
    weights["dense/bias"] = (weights["dense/bias"] - logits.mean(axis=0)) / spread
    weights["dense/kernel"] /= spread
    files.save_arrays(folder / "weights.npz", weights)
    settings = {
        "frames": FRAMES,
        "bins": BINS,
        "classes": CLASSES,
        "width": "micro",
        "dataset_name": "EMO-DB",
        "audio_type": "all",
        "protocol": "all",
        "fold": "all",
        "validate": True,
        "input_type": "mfcc",
        "input_duration": 1.0,
        "recipe": recipe or {"cepstral_mean_subtraction": 0.0},
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    (folder / "result.json").touch()
    return folder


def mfccs(count: int, seed: int = 0) -> np.ndarray:
    """float32 [count, frames, bins], as speech has them: the first at the clip, the others smaller and smaller."""
    rng = np.random.default_rng(seed)
    values = (rng.normal(size=(count, FRAMES, BINS)) + 2 * rng.normal(size=(count, 1, BINS))) * np.linspace(4, 0.3, BINS)
    values[:, :, 0] -= 10
    return np.clip(values, -10, 10).astype(np.float32)


class Exported(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        work = tempfile.TemporaryDirectory()
        cls.addClassCleanup(work.cleanup)
        cls.work = Path(work.name)
        cls.run_folder = write_run(cls.work / "run", seed=1)
        cls.features = mfccs(6)
        cls.model = inference_model(cls.run_folder)
        cls.right = cls.model.predict(cls.features[..., np.newaxis], verbose=0)


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


class TFLite(Exported):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        write_tflite(cls.model, cls.work / "tflite", mfccs(40, seed=5))

    def difference(self, precision: str) -> np.ndarray:
        found = tflite_probabilities(self.work / "tflite" / TFLITE_FILES[precision], self.features)
        self.assertEqual((found.dtype, found.shape), (np.float32, self.right.shape))
        return np.abs(found - self.right)

    def test_float32(self):
        self.assertLess(self.difference("float32").max(), 1e-5)

    def test_float16(self):
        self.assertLess(self.difference("float16").max(), 0.01)

    def test_int8(self):
        self.assertLess(self.difference("int8").max(), 0.15)
        self.assertLess(self.difference("int8").mean(), 0.02)

    def test_files_are_smaller_and_smaller(self):
        sizes = [(self.work / "tflite" / TFLITE_FILES[precision]).stat().st_size for precision in ("float32", "float16", "int8")]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        self.assertLess(sizes[1], 0.6 * sizes[0])
        self.assertLess(sizes[2], 0.4 * sizes[0])
        self.assertEqual(len(list((self.work / "tflite").iterdir())), 3)

    def test_quantized_there_and_back(self):
        tensor = {"dtype": np.int8, "quantization": (0.1, 3)}
        values = np.array([0.0, 0.04, 0.06, -1.0, 99.0, -99.0], np.float32)
        np.testing.assert_array_equal(tflite.quantized(values, tensor), [3, 3, 4, -7, 127, -128])
        np.testing.assert_allclose(tflite.dequantized(np.array([3, 4, -7], np.int8), tensor), [0, 0.1, -1], rtol=1e-6)


class Command(Exported):
    """The whole of `python -m training.export`, on recordings of a second."""

    def main(self, *options: str) -> None:
        with mock.patch.object(sys, "argv", ["export", *options]), open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            export.main()

    def test_it_writes_what_it_says(self):
        write_emodb(self.work / "data", ("03", "08"), letters="WTN", texts=("a01",))
        load_front_end("mfcc", 1.0)
        out, tflite = self.work / "out", self.work / "lite"
        options = [
            "--out",
            str(out),
            "--tflite",
            str(tflite),
            "--id",
            "an-id",
            "--threshold",
            "0.4",
            "--temperature",
            "2",
            "--data",
            str(self.work / "data"),
        ]
        self.main(str(self.run_folder), *options)
        sidecar = json.loads((out / "light-sernet.json").read_text())
        self.assertEqual(sidecar, {"id": "an-id", "classes": CLASSES, "acceptThreshold": 0.4})
        logits = logits_of_model(trained_model(self.run_folder), None, self.features[:2])
        np.testing.assert_allclose(imported_probabilities(out, self.features[:2]), softmax(logits / 2, axis=1), atol=1e-5)
        self.assertEqual({path.name for path in tflite.iterdir()}, set(TFLITE_FILES.values()))

    def test_a_calibration_file_has_temperature_and_threshold(self):
        """Of all answers, not of a fold."""
        write_calibration(self.work, "kind", Calibration(2.0, 0.4, 30, {"03": (7.0, 0.7)}))
        arguments = [str(self.run_folder), "--out", str(self.work / "calibrated"), "--id", "an-id", "--data", str(self.work / "data")]
        write_emodb(self.work / "data", ("03", "08"), letters="WTN", texts=("a01",))
        with mock.patch.object(export, "write_graph_model", return_value=0.0) as written:
            self.main(*arguments, "--calibration", str(calibration_path(self.work, "kind")))
        model, _, sidecar, _ = written.call_args.args
        self.assertEqual(sidecar["acceptThreshold"], 0.4)
        logits = logits_of_model(trained_model(self.run_folder), None, self.features[:2])
        np.testing.assert_allclose(model.predict(self.features[:2, ..., np.newaxis], verbose=0), softmax(logits / 2, axis=1), atol=1e-5)

    def test_one_sentence_when_it_cannot(self):
        unfinished = self.work / "unfinished"
        unfinished.mkdir()
        (unfinished / "settings.json").write_bytes((self.run_folder / "settings.json").read_bytes())
        for folder, data in ((self.work / "missing", "data"), (self.run_folder, "no data"), (unfinished, "data")):
            with self.assertRaises(SystemExit) as caught:
                self.main(str(folder), "--out", str(self.work / "nothing"), "--id", "x", "--data", str(self.work / data))
            self.assertRegex(str(caught.exception.code), "^export: [^\n]+$")
            self.assertFalse((self.work / "nothing").exists())


def tearDownModule():
    keras.backend.clear_session()


if __name__ == "__main__":
    unittest.main()
