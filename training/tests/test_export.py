"""The whole command: what it writes, and what it refuses."""

import contextlib
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from .support import need, need_tools, write_emodb

need("tensorflow", "keras", "tensorflowjs", "pyworld", "scipy", "tqdm", "wasmtime")
need_tools()

from scipy.special import softmax

from training import export
from training.conversion.graph_model import imported_probabilities
from training.conversion.int8 import LIGHT_SERNET
from training.conversion.tflite import TFLITE_FILES
from training.data.dataset import CORPORA
from training.data.front_end import RAW_MFCC, load_front_end
from training.data.normalization import NORMALIZATION_FILE, RUNNING, Normalization
from training.learning.voice_head import VoiceHead, write_voice_head
from training.network.backend import keras
from training.network.trained import logits_of_model, pooled_model, trained_model
from training.results.calibration_file import Calibration, calibration_path, write_calibration

from .exported import BINS, CLASSES, Exported, write_run

LICENCE = "CC BY-NC-SA 4.0"
DIMENSIONS = {"activation": {"weights": [-1.0, -0.5, -1.0, 1.0, 2.0, 0.0, 1.5], "bias": 0.25}}

class Command(Exported):
    """The whole of `python -m training.export`, on recordings of a second."""

    def main(self, *options: str) -> None:
        with mock.patch.object(sys, "argv", ["export", *options]), open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            export.main()

    def corpora_run(self, name: str = "corpora") -> tuple[Path, dict]:
        """A run on many corpora with the same weights, and its normalization as light-sernet.json has it."""
        run = self.work / name
        run.mkdir()
        write_run(run, seed=1)
        settings = json.loads((run / "settings.json").read_text())
        of_corpora = {"dataset_name": CORPORA, "licences": "any", "licence": LICENCE, "normalization": RUNNING}
        (run / "settings.json").write_text(json.dumps(settings | of_corpora))
        normalization = Normalization(energy_scale=4, share=1, mean=np.linspace(-6, 0, BINS, dtype=np.float32)).as_manifest()
        (run / NORMALIZATION_FILE).write_text(json.dumps(normalization))
        return run, normalization

    def test_a_run_on_many_corpora(self):
        """The calibration file's numbers are those of all answers, not of a fold."""
        write_emodb(self.work / "data", ("03", "08"), letters="WTN", texts=("a01",))
        write_calibration(self.work, "kind", Calibration(2.0, 0.4, 30, {"03": (7.0, 0.7)}, DIMENSIONS))
        load_front_end(RAW_MFCC, 1.0)
        run, normalization = self.corpora_run()
        out, tflite, data = self.work / "out", self.work / "lite", str(self.work / "data")
        built = self.work / "built"
        options = ["--out", str(out), "--int8", str(built), "--tflite", str(tflite), "--id", "an-id", "--data", data]
        self.main(str(run), *options, "--calibration", str(calibration_path(self.work, "kind")))
        sidecar = json.loads((out / "light-sernet.json").read_text())
        expected = {"id": "an-id", "classes": CLASSES, "acceptThreshold": 0.4, "dimensions": DIMENSIONS, "license": LICENCE, "normalization": normalization}
        answers = {"speakerAnswers": {"share": 0.5, "weight": 4, "horizon": 64, "leastSpeech": 32}, "leastSpeechFrames": 16}
        scales = sidecar.pop("activationScales")
        self.assertEqual(sidecar, {"file": "model.json"} | expected | answers)
        logits = logits_of_model(trained_model(run), None, self.features[:2])
        np.testing.assert_allclose(imported_probabilities(out, self.features[:2]), softmax(logits / 2, axis=1), atol=1e-5)
        self.assertEqual({path.name for path in tflite.iterdir()}, set(TFLITE_FILES.values()))
        again = self.work / "again"
        subprocess.run([*LIGHT_SERNET, "build", str(out), "--out", str(again), "--profile", "embedded"], check=True, capture_output=True)
        self.assertEqual((again / "light-sernet.wasm").read_bytes(), (built / "light-sernet.wasm").read_bytes(), f"the same modules from the scales that were kept, {scales}")
        manifest = json.loads((built / "model.json").read_text())
        self.assertEqual({name: manifest[name] for name in ("license", "normalization", *answers)}, {name: sidecar[name] for name in ("license", "normalization", *answers)})
        self.assertEqual(manifest["dimensions"]["activation"]["bias"], 0.25 * 2**16)

    def test_the_voice_head_is_the_run_s_at_every_temperature(self):
        write_emodb(self.work / "data", ("03", "08"), letters="WTN", texts=("a01",))
        run, _ = self.corpora_run("with a voice head")
        write_voice_head(run, VoiceHead(np.array([0.123456789, -2e-7, 3]), -1.5))
        found = []
        for temperature in ("1", "2"):
            options = ["--out", str(self.work / "voice"), "--id", "an-id", "--data", str(self.work / "data"), "--temperature", temperature]
            with mock.patch.object(export, "write_graph_model", return_value=0.0) as written:
                self.main(str(run), *options)
            model, _, sidecar, _ = written.call_args.args
            self.assertEqual(sidecar["voice"], {"weights": [0.123457, -2e-7, 3.0], "bias": -1.5})
            found.append(pooled_model(model).predict(self.features[..., np.newaxis], verbose=0))
        np.testing.assert_array_equal(*found, "the features that the head weighs")

    def test_without_corpora_the_options_say_temperature_and_threshold(self):
        write_emodb(self.work / "data", ("03", "08"), letters="WTN", texts=("a01",))
        load_front_end("mfcc", 1.0)
        arguments = [str(self.run_folder), "--out", str(self.work / "plain"), "--id", "an-id", "--data", str(self.work / "data")]
        with mock.patch.object(export, "write_graph_model", return_value=0.0) as written:
            self.main(*arguments, "--temperature", "2", "--threshold", "0.4")
        model, _, sidecar, _ = written.call_args.args
        self.assertEqual(sidecar, {"id": "an-id", "classes": CLASSES, "acceptThreshold": 0.4})
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
