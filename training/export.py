"""Writes a finished run in formats that other programs read: a TensorFlow.js graph model, which `light-sernet build` turns into the module, and TFLite files with
float32, float16 and full-integer int8 weights.

The weights of the last layer are divided by the temperature, which calibrates the probabilities. light-sernet.json beside the graph model has the model's
id, classes, the threshold below which an answer is uncertain and, if the calibration file has them, the weights of activation and valence. Of a run on many
corpora it has the license and the voice head, which the temperature does not change, and if that run has a normalization, this and what needs it: a speaker's
mean answer, and how much speech an answer needs. Activation scales in an older light-sernet.json belong to older weights and are dropped: `light-sernet build
--calibrate` finds new ones.
"""

import argparse
import json
import sys
import tempfile
from math import inf
from pathlib import Path

from .conversion.graph_model import inference_model, write_graph_model
from .conversion.int8 import build, write_calibration_recordings
from .conversion.tflite import TFLITE_FILES, write_tflite
from .data import licences, protocols
from .data.dataset import CORPORA, DEFAULT_RECORDINGS
from .data.normalization import NONE, read_normalization
from .data.reading import read_dataset
from .data.session_files import load_centers
from .data.variants import load_clean
from .files import sentence
from .learning.voice_head import read_voice_head
from .results import mean_answer
from .results.calibration_file import read_calibration

REPRESENTATIVE_RECORDINGS = 100  # for the scales of TFLite's int8
LEAST_SPEECH_FRAMES = 16  # with fewer, 0.26 s, an answer is uncertain


def main() -> None:
    options = parse_options()
    try:
        temperature, threshold, dimensions = options.temperature, options.threshold, {}
        if options.calibration is not None:
            calibration = read_calibration(options.calibration)
            temperature, threshold, dimensions = calibration.temperature, calibration.threshold, calibration.dimensions
        if not (0 < temperature < inf and 0 <= threshold <= 1):
            raise ValueError(f"temperature {temperature} and threshold {threshold}: the first must be above 0, the second from 0 to 1")
        model = inference_model(options.run, temperature)
        settings = json.loads((options.run / "settings.json").read_text())
        dataset = read_dataset(settings["dataset_name"], options.data, settings["audio_type"], settings.get("licences", licences.ANY))
        train = protocols.split(dataset, settings["protocol"], settings["fold"], settings["validate"]).train
        sidecar = {"id": options.id, "classes": settings["classes"], "acceptThreshold": threshold}
        sidecar |= {"dimensions": dimensions} if dimensions else {}
        if settings["dataset_name"] == CORPORA:
            normalization = read_normalization(options.run)
            features = normalization(load_centers(dataset, settings["input_duration"])[train])
            sidecar["license"] = settings["licence"]
            if (voice := read_voice_head(options.run)) is not None:
                sidecar["voice"] = voice.as_manifest()
            if settings["normalization"] != NONE:
                sidecar["normalization"] = normalization.as_manifest()
                sidecar |= {"speakerAnswers": mean_answer.as_manifest(), "leastSpeechFrames": LEAST_SPEECH_FRAMES}
            print(f"the weights learned from what is listed here, and carry its licence: {settings['licence']}\n{dataset}")
        else:
            features = load_clean(dataset, settings["input_type"], settings["input_duration"])[train]
        difference = write_graph_model(model, options.out, sidecar, features)
        print(f"{options.out}: largest difference between exported and trained probabilities {difference:.1e}")
        if options.int8 is not None:
            with tempfile.TemporaryDirectory() as work:
                write_calibration_recordings(dataset, train, Path(work))
                build(options.out, options.int8, Path(work), "--keep-scales")
            print(f"{options.int8}: the modules; the scales of their activations are in {options.out / 'light-sernet.json'}")
        if options.tflite is not None:
            write_tflite(model, options.tflite, features[:: -(-len(features) // REPRESENTATIVE_RECORDINGS)])
            print(f"{options.tflite}: {', '.join(TFLITE_FILES.values())}")
    except (ValueError, OSError) as error:
        sys.exit(f"export: {sentence(error)}")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder of a finished run, such as training/runs/all-full-ce/all")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="for the TensorFlow.js graph model, such as weights/full")
    parser.add_argument("--int8", type=Path, metavar="DIR", help="also builds the modules; up to 100 recordings of the training part calibrate them, and their scales are kept beside the graph model")
    parser.add_argument("--tflite", type=Path, metavar="DIR", help="for the TFLite files (default: none are written)")
    parser.add_argument("--id", required=True, help="the model's id, such as emodb-full-v3")
    parser.add_argument("--calibration", type=Path, metavar="FILE", help="temperature, threshold, activation and valence, such as weights/results/calibration-loso-full-ce-corpora-free-running.json")
    parser.add_argument("--temperature", type=float, default=1.0, help="divides the logits, without --calibration (default: 1)")
    parser.add_argument("--threshold", type=float, default=0.0, help="answers with a smaller probability are uncertain, without --calibration (default: 0)")
    parser.add_argument("--data", type=Path, nargs="+", default=[DEFAULT_RECORDINGS], metavar="DIR", help="the recordings that it was trained on (default: ../shared/emodb/wav)")
    options = parser.parse_args()
    if options.calibration is not None and (options.temperature, options.threshold) != (1.0, 0.0):
        parser.error("--calibration has both numbers; leave --temperature and --threshold out")
    return options


if __name__ == "__main__":
    main()
