"""The whole command: what it writes, and what it refuses."""

import contextlib
import json
import os
import sys
import unittest
from unittest import mock

import numpy as np

from .support import need, need_tools, write_emodb

need("tensorflow", "keras", "tensorflowjs", "pyworld", "scipy", "tqdm", "wasmtime")
need_tools()

from scipy.special import softmax

from training import export
from training.conversion.graph_model import imported_probabilities
from training.conversion.tflite import TFLITE_FILES
from training.data.front_end import load_front_end
from training.network.backend import keras
from training.network.trained import logits_of_model, trained_model
from training.results.calibration_file import Calibration, calibration_path, write_calibration

from .exported import CLASSES, Exported


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
