"""The package as a program uses it: arrays of all kinds, refusals, windows, streams, speakers, models."""

import io
import json
import os
import shutil
import unittest
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np

import light_sernet
from light_sernet import Recognizer, RecognizerError
from light_sernet.result import shortest

from .support import EXAMPLES, REPOSITORY, TemporaryFolder, run_python, voice, without_time, write_wav

RATE = 16_000


class Refusals(TemporaryFolder):
    recognizer = Recognizer("micro")

    def refused(self, status: str, part: str, call: Any) -> None:
        with self.assertRaises(RecognizerError) as caught:
            call()
        self.assertEqual(caught.exception.status, status)
        self.assertIn(part, str(caught.exception))
        self.assertNotIn("\n", str(caught.exception))

    def test_samples(self) -> None:
        classify: Any = self.recognizer.classify
        good = voice(1)
        for samples, part in (
            ([1, 2, 3], "a list"),
            (b"bytes", "a bytes"),
            (good.astype(np.int64), "int64"),
            (good.astype(np.float16), "float16"),
            (np.zeros((2, 2, 2), np.int16), "the shape (2, 2, 2)"),
            (np.int16(3), "an int16"),
        ):
            self.refused("BAD_ARGUMENT", part, lambda: classify(samples, RATE))
        self.refused("BAD_CHANNELS", "transpose them", lambda: classify(np.zeros((2, 16_000), np.int16), RATE))
        self.refused("BAD_CHANNELS", "number of channels", lambda: classify(np.zeros((16_000, 0), np.int16), RATE))
        self.refused("EMPTY", "no sound", lambda: classify(good[:0], RATE))
        self.refused("EMPTY", "no sound", lambda: self.recognizer.features(good[:0], RATE))

    def test_rates(self) -> None:
        classify: Any = self.recognizer.classify
        for rate in (7_999, 192_001, 0, -16_000):
            self.refused("BAD_RATE", "8,000 to 192,000", lambda: classify(voice(1), rate))
        for rate in (16_000.0, "16000", None, True, 2**40):
            self.refused("BAD_ARGUMENT", "rate must be a whole number", lambda: classify(voice(1), rate))
        self.assertEqual(classify(voice(1), np.int64(RATE)).label, classify(voice(1), RATE).label)

    def test_options(self) -> None:
        classify: Any = self.recognizer.classify
        self.refused("BAD_ARGUMENT", '"windows" or "center"', lambda: classify(voice(1), RATE, long="middle"))
        for crops in (0, 101, 1.5, "3", True):
            self.refused("BAD_ARGUMENT", "crops must be a whole number from 1 to 100", lambda: classify(voice(1), RATE, crops=crops))

    def test_open_files(self) -> None:
        """The same as their paths, and they stay open."""
        recognizer = Recognizer("micro")
        path = EXAMPLES / "long.wav"
        expected = without_time(recognizer.classify_file(path).to_dict())
        data = io.BytesIO(path.read_bytes())
        self.assertEqual(without_time(recognizer.classify_file(data).to_dict()), expected)
        self.assertFalse(data.closed)
        data.seek(0)
        self.assertEqual(len(list(recognizer.file_windows(data))), len(expected["segments"]))
        with self.assertRaises(RecognizerError) as raised:
            recognizer.classify_file(io.BytesIO(b"This is a text, and no sound at all, however long it is."))
        self.assertIsNone(raised.exception.file)

    def test_files(self) -> None:
        with self.assertRaises(FileNotFoundError):
            self.recognizer.classify_file(self.folder / "missing.wav")
        with self.assertRaises(IsADirectoryError):
            self.recognizer.classify_file(self.folder)
        text = self.folder / "text.wav"
        text.write_text("This is a text, and no sound at all, however long it is.")
        self.refused("WAV_NOT_RIFF", f"{text}: this is not a WAV file", lambda: self.recognizer.classify_file(text))
        self.refused("WAV_NOT_RIFF", f"{text}: this is not a WAV file", lambda: list(self.recognizer.file_windows(text)))

    def test_models(self) -> None:
        make: Any = Recognizer
        self.refused("NO_MODEL", "has no built model", lambda: make(self.folder))
        self.refused("NO_MODEL", "CC BY-NC-SA", lambda: make("world"))
        self.refused("BAD_ARGUMENT", "model must be", lambda: make(3))
        self.refused("BAD_ARGUMENT", "build must be", lambda: make(build="fast"))
        (self.folder / "model.json").write_text("[]")
        self.refused("NO_MODEL", "not a model's manifest", lambda: make(self.folder))
        (self.folder / "model.json").write_text("{}")
        self.refused("NO_MODEL", "is missing", lambda: make(self.folder))

    def test_modules(self) -> None:
        module = self.folder / "module.wasm"
        full = (REPOSITORY / "weights/full/int8/light-sernet.simd.wasm").read_bytes()
        for content, part in ((b"no module", "not a WebAssembly module"), (b"\0asm\1\0\0\0", "it lacks abiVersion"), (full[:-1000], "not a WebAssembly module")):
            module.write_bytes(content)
            self.refused("BAD_MODULE", part, lambda: Recognizer(module))
        wasi = REPOSITORY / "weights/full/int8/light-sernet-cli.wasm"
        self.refused("BAD_MODULE", "it imports", lambda: Recognizer(wasi))

    def test_a_folder_of_two_models(self) -> None:
        for file in ("light-sernet.simd.wasm", "model.json"):
            shutil.copy(REPOSITORY / "weights/micro/int8" / file, self.folder)
        self.assertEqual(Recognizer(self.folder).model.license, "MIT")
        manifest = json.loads((self.folder / "model.json").read_text())
        for name, what in (("acceptThreshold", "acceptance thresholds"), ("sha256", "hashes")):
            (self.folder / "model.json").write_text(json.dumps({**manifest, name: 0.1}))
            self.refused("NO_MODEL", f"different {what}", lambda: Recognizer(self.folder))

    def test_a_refused_sound_has_no_effect_on_the_next(self) -> None:
        before = without_time(self.recognizer.classify(voice(2), RATE).to_dict())
        self.refused("BAD_RATE", "8,000", lambda: self.recognizer.classify(voice(2), 1))
        self.assertEqual(without_time(self.recognizer.classify(voice(2), RATE).to_dict()), before)


class Sounds(TemporaryFolder):
    recognizer = Recognizer("micro")

    def same(self, samples: Any, rate: int = RATE) -> dict[str, Any]:
        """The answer, without what tells formats apart."""
        answer = without_time(self.recognizer.classify(samples, rate).to_dict())
        return {name: value for name, value in answer.items() if name != "input"}

    def test_arrays_of_any_type_and_order(self) -> None:
        sound = voice(2)
        expected = self.same(sound)
        stereo = np.stack((sound, sound), axis=1)
        for samples in (
            sound.astype(np.int32) << 16,
            sound / np.float32(32768),
            sound / 32768,
            sound.astype(">i2"),
            np.repeat(sound, 2)[::2],
            sound.reshape(-1, 1),
            stereo,
            np.asfortranarray(stereo),
            np.ascontiguousarray(stereo.T).T,
        ):
            self.assertEqual(self.same(samples), expected)

    def test_a_read_only_array(self) -> None:
        sound = voice(2)
        sound.flags.writeable = False
        self.assertEqual(self.same(sound), self.same(voice(2)))

    def test_the_caller_keeps_his_samples(self) -> None:
        sound = voice(4)
        self.recognizer.classify(sound, RATE)
        np.testing.assert_array_equal(sound, voice(4))

    def test_windows_are_those_of_classify(self) -> None:
        starts = {0.5: [0], 3: [0], 3.2: [0, 200], 4.5: [0, 1500], 10: [0, 1500, 3000, 4500, 6000, 7000]}
        for seconds, expected in starts.items():
            sound = voice(seconds)
            result = self.recognizer.classify(sound, RATE)
            self.assertEqual([segment.start_ms for segment in result.segments], expected)
            self.assertEqual(list(self.recognizer.windows(sound, RATE)), list(result.segments))
            path = write_wav(self.folder / "sound.wav", sound)
            self.assertEqual(list(self.recognizer.file_windows(path)), list(result.segments))
            self.assertEqual(self.recognizer.classify_file(path).segments, result.segments)
            self.assertEqual(result.segments[-1].end_ms, round(1000 * seconds))

    def test_windows_come_one_by_one(self) -> None:
        """So an hour need not be answered before its first window is seen."""
        windows = self.recognizer.windows(voice(20), RATE)
        self.assertEqual([next(windows).start_ms for _ in range(3)], [0, 1500, 3000])
        # Another recording in between changes nothing.
        self.recognizer.classify(voice(5, 220), RATE)
        rest = list(windows)
        self.assertEqual(rest, list(self.recognizer.classify(voice(20), RATE).segments)[3:])

    def test_features(self) -> None:
        features = self.recognizer.features(voice(5), RATE)
        self.assertEqual((features.dtype, features.shape), (np.float32, (184, 40)))
        np.testing.assert_array_equal(self.recognizer.features(voice(5)[16_000:64_000], RATE), features)

    def test_a_long_recording_needs_little_memory(self) -> None:
        """Peak memory beside that of a recording of a tenth."""
        path = write_wav(self.folder / "long.wav", np.tile(voice(60), 5))
        write_wav(self.folder / "short.wav", np.tile(voice(60), 1))
        program = "import resource, sys; from light_sernet import Recognizer; Recognizer('micro').classify_file({!r}); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        long, short = (int(run_python(program.format(str(self.folder / name)))) for name in (path.name, "short.wav"))
        self.assertLess(long - short, 4_000)  # KB; its samples have 9,600, and 7,700 more than those of the other

    def test_results(self) -> None:
        result: Any = self.recognizer.classify(voice(5), RATE)
        with self.assertRaises(FrozenInstanceError):
            result.label = "joy"
        self.assertEqual(json.loads(json.dumps(result.to_dict())), result.to_dict())
        self.assertEqual(list(result.to_dict()["probabilities"]), list(self.recognizer.model.classes))
        self.assertGreater(result.timing.network_ms, 0)

    def test_shortest_floats(self) -> None:
        for value, text in ((np.float32(0.1), "0.1"), (np.float32(1 / 3), "0.33333334"), (np.float32(1e-7), "1e-07"), (np.float32(0), "0.0")):
            self.assertEqual(repr(shortest(float(value))), text)

    def test_documents(self) -> None:
        """What the package exports, and every field of its results, says what it is."""
        for name in light_sernet.__all__:
            self.assertTrue((getattr(light_sernet, name).__doc__ or "").strip(), name)
        self.assertTrue((Path(light_sernet.__file__).parent / "py.typed").exists())


class Streams(unittest.TestCase):
    recognizer = Recognizer("micro")

    def test_the_pieces_do_not_matter(self) -> None:
        sound = voice(6, rate=22_050)
        expected = None
        for piece in (len(sound), 100_000, 4_096, 353, 101):
            stream = self.recognizer.stream(22_050)
            found = [answer for start in range(0, len(sound), piece) for answer in stream.push(sound[start : start + piece])]
            found += stream.finish()
            expected = expected or found
            self.assertGreater(len(found), 8)
            self.assertEqual(found, expected)

    def test_refusals(self) -> None:
        make: Any = self.recognizer.stream
        for arguments, part in (
            ({"smoothing": 17}, "1 to 16"),
            ({"hold": -1}, "0 to 64"),
            ({"rate": 100}, "8,000"),
            ({"channels": 0}, "channels"),
        ):
            with self.assertRaises(RecognizerError) as caught:
                make(**arguments)
            self.assertIn(part, str(caught.exception))
        stream = make()
        stream.push(voice(1))
        for call in (lambda: stream.push(voice(1).astype(np.float32)), lambda: stream.push(np.zeros((4, 2), np.int16)), lambda: stream.set(hold=100)):
            with self.assertRaises(RecognizerError):
                call()
        stream.finish()
        with self.assertRaises(RecognizerError) as caught:
            stream.push(voice(1))
        self.assertEqual(caught.exception.status, "NOT_STARTED")
        stream.restart()
        stream.push(voice(1))
        self.assertAlmostEqual(stream.meter.time_ms, 1000, delta=20)
        self.assertLess(stream.meter.peak_db, 0)


class Speakers(unittest.TestCase):
    def test_adaptation(self) -> None:
        """Gathered without effect, until it is set; another recognizer takes it."""
        recognizer = Recognizer()
        sound = voice(3, 220)
        before = without_time(recognizer.classify(sound, RATE).to_dict())
        for seed in range(5):
            recognizer.classify(voice(6, 220, seed=seed), RATE)
        self.assertEqual(without_time(recognizer.classify(sound, RATE).to_dict()), before)
        statistics = recognizer.adaptation
        assert statistics is not None
        recognizer.adaptation = statistics
        adapted = without_time(recognizer.classify(sound, RATE).to_dict())
        self.assertNotEqual(adapted, before)
        other = Recognizer()
        other.adaptation = statistics
        self.assertEqual(without_time(other.classify(sound, RATE).to_dict()), adapted)
        self.assertFalse((other.features(sound, RATE) == Recognizer().features(sound, RATE)).all())
        other.adaptation = None
        self.assertEqual(without_time(other.classify(sound, RATE).to_dict()), before)
        with self.assertRaises(RecognizerError) as caught:
            other.adaptation = b"\0" + statistics[1:]
        self.assertEqual(caught.exception.status, "ADAPTATION_DAMAGED")


class Examples(unittest.TestCase):
    def test_actors(self) -> None:
        for model in ("full", "micro"):
            recognizer = Recognizer(model)
            for path in sorted((EXAMPLES / "emodb").glob("*.wav")):
                result = recognizer.classify_file(os.fspath(path))
                self.assertEqual((result.label, result.accepted), (path.name.split("_")[0], True))


if __name__ == "__main__":
    unittest.main()
