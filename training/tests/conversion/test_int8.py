"""Which recordings calibrate the int8 module of a fold."""

import dataclasses
import tempfile
import unittest
import wave
from pathlib import Path
from unittest import mock

import numpy as np

from training.conversion import int8
from training.conversion.int8 import build_int8, write_wav
from training.data.protocols import LOSO, split

from ..support import as_int16, random_dataset, spoken, vowel

DATA = random_dataset(0)
TRAIN = split(DATA, LOSO, "03", True).train


class Int8(unittest.TestCase):
    def build(self, work: str, code: int = 0) -> tuple[Path, list[str]]:
        """The folder of the run, and the command that was run."""
        recordings = tuple(dataclasses.replace(recording, path=Path(work, "data", recording.path.name)) for recording in DATA.recordings)
        Path(work, "data").mkdir(exist_ok=True)
        for recording in recordings[:3]:
            write_wav(recording.path, spoken(recording.utterance))
        run = Path(work, "03")
        ended = mock.Mock(returncode=code, stderr="light-sernet: a sentence\n")
        run.mkdir(exist_ok=True)
        with mock.patch.object(int8.subprocess, "run", return_value=ended) as command:
            try:
                build_int8(dataclasses.replace(DATA, recordings=recordings), run, TRAIN)
            finally:
                self.command = command.call_args.args[0]
        return run, self.command

    def test_scales_come_from_the_training_part_alone(self):
        with tempfile.TemporaryDirectory() as work:
            Path(work, "03", "calibration").mkdir(parents=True)
            Path(work, "03", "calibration", "99999.wav").touch()  # of an older fold
            run, command = self.build(work)
            found = list(run.joinpath("calibration").iterdir())
            used = {path.readlink().name for path in found}
            training = {DATA.recordings[index].path.name for index in TRAIN}
            self.assertTrue(used <= training)
            self.assertTrue(50 <= len(used) <= 100)
            self.assertEqual(command[command.index("--calibrate") + 1], str(run / "calibration"))

    def test_the_links_lead_to_the_recordings(self):
        with tempfile.TemporaryDirectory() as work:
            run, _ = self.build(work)
            for link in run.joinpath("calibration").iterdir():
                self.assertTrue(link.readlink().is_absolute())
                self.assertEqual(link.readlink().name, DATA.recordings[int(link.stem)].path.name)

    def test_a_failure_is_told(self):
        with tempfile.TemporaryDirectory() as work, self.assertRaisesRegex(ValueError, "^light-sernet: a sentence$"):
            self.build(work, code=1)


class WriteWav(unittest.TestCase):
    def test_16_bits_come_back_to_the_bit(self):
        with tempfile.TemporaryDirectory() as work:
            samples = as_int16(vowel(120, 0.1))
            write_wav(Path(work, "x.wav"), samples)
            with wave.open(str(Path(work, "x.wav"))) as file:
                self.assertEqual((file.getnchannels(), file.getsampwidth(), file.getframerate()), (1, 2, 16_000))
                np.testing.assert_array_equal(np.frombuffer(file.readframes(file.getnframes()), "<i2"), samples)


if __name__ == "__main__":
    unittest.main()
