"""The same answers as the runtime for Node, to the bit: of files, of random sounds in all formats, rates and options, of streams, of features."""

import base64
import os
import sys
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from light_sernet import RecognizerError, Recognizer, SpeechChange

from .support import EXAMPLES, SHARED, Case, TemporaryFolder, node_cases, without_time

RANDOM_SOUNDS = {"full": 1000, "micro": 4000} if os.environ.get("LIGHT_SERNET_THOROUGH") == "1" else {"full": 50, "micro": 150}
RECORDINGS = sorted(path.name.removesuffix(".mfcc.npy") for path in (SHARED / "reference").glob("*.mfcc.npy"))


class SameBits(TemporaryFolder):
    def check(self, recognizer: Recognizer, case: Case) -> None:
        expected = case.expected
        try:
            found = without_time(self.classify(recognizer, case).to_dict())
        except RecognizerError as error:
            self.assertIn("error", expected, f"{expected['name']}: {error}")
            self.assertEqual(error.status, expected["error"]["status"], expected["name"])
            advice = '; or install the package with what decodes it: pip install "light-sernet[sounds]"'
            self.assertEqual(error.sentence.removesuffix(advice), expected["error"]["sentence"])
            return
        self.assertEqual(found, without_time(expected["answer"]), expected["name"])

    def classify(self, recognizer: Recognizer, case: Case) -> Any:
        options = case.expected["options"]
        if case.expected.get("wav"):
            path = self.folder / "sound.wav"
            path.write_bytes(case.data)
            return recognizer.classify_file(path, **options)
        return recognizer.classify(case.samples, case.expected["rate"], **options)

    def check_stream(self, recognizer: Recognizer, case: Case, piece: int) -> int:
        """In pieces of that many frames. Returns the number of answers."""
        found: list[dict[str, Any]] = []

        def heard(change: SpeechChange) -> None:
            found.append({"speaking": change.speaking, "timeMs": change.time_ms})

        samples = case.samples
        channels = case.expected["channels"]
        stream = recognizer.stream(case.expected["rate"], channels=channels, on_speech=heard, **case.expected["settings"])
        for start in range(0, len(samples), piece):
            found += [answer.to_dict() for answer in stream.push(samples[start : start + piece])]
        found += [answer.to_dict() for answer in stream.finish()]
        key = lambda event: (event["timeMs"], "speaking" not in event)
        self.assertEqual(sorted(found, key=key), sorted(case.expected["stream"], key=key), case.expected["name"])
        return sum("speaking" not in event for event in found)

    def check_features(self, recognizer: Recognizer, case: Case) -> None:
        expected = np.frombuffer(base64.b64decode(case.expected["features"]["values"]), "<f4").reshape(case.expected["features"]["shape"])
        np.testing.assert_array_equal(recognizer.features(case.samples, case.expected["rate"]), expected, case.expected["name"])

    def test_random_sounds(self) -> None:
        for model, count in RANDOM_SOUNDS.items():
            recognizer = Recognizer(model)
            cases = features = 0
            for case in node_cases("random", model, str(count)):
                self.check(recognizer, case)
                cases += 1
                if "features" in case.expected:
                    self.check_features(recognizer, case)
                    features += 1
            self.assertEqual(cases, count)
            self.assertGreater(features, count // 40)
            print(f"{model}: {cases} random sounds, {features} of them with features: equal")

    def test_streams(self) -> None:
        files = [*sorted((EXAMPLES / "emodb").glob("*.wav")), EXAMPLES / "long.wav"]
        for model in ("full", "micro"):
            recognizer = Recognizer(model)
            for index, case in enumerate(node_cases("streams", model, *files)):
                self.assertGreater(self.check_stream(recognizer, case, 10 ** (2 + index)), 10)

    def test_examples(self) -> None:
        """With the scalar build, too."""
        files = sorted(EXAMPLES.rglob("*.wav"))
        self.assertEqual(len(files), 10)
        for model in ("full", "micro"):
            simd, scalar = Recognizer(model, build="simd"), Recognizer(model, build="scalar")
            for case in node_cases("files", model, *files):
                self.check(simd, case)
                self.check(scalar, case)

    @unittest.skipUnless(RECORDINGS, "../shared/reference is not there")
    def test_reference_recordings(self) -> None:
        self.assertEqual(len(RECORDINGS), 12)
        recognizer = Recognizer()
        files = [SHARED / "emodb" / "wav" / f"{name}.wav" for name in RECORDINGS]
        for case in node_cases("files", "full", *files):
            self.check(recognizer, case)

    def test_wav_files_that_lie(self) -> None:
        """Broken and odd headers: the same errors, warnings and answers."""
        without_decoder = mock.patch.dict(sys.modules, {"soundfile": None})
        without_decoder.start()
        self.addCleanup(without_decoder.stop)
        recognizer = Recognizer("micro")
        cases = list(node_cases("wav", "micro"))
        self.assertGreater(len(cases), 80)
        for case in cases:
            with self.subTest(case.expected["name"]):
                self.check(recognizer, case)


class FolderOfAModel(unittest.TestCase):
    def test_another_model(self) -> None:
        folder = Path(__file__).resolve().parents[2] / "weights" / "world-micro" / "int8"
        if not folder.is_dir():
            self.skipTest("weights/world-micro is not there")
        self.assertEqual(Recognizer(folder).model.license, "CC BY-NC-SA 4.0")


if __name__ == "__main__":
    unittest.main()
