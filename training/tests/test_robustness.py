"""The robustness table's rows: what is written for the modules to classify, and whose voices are in the babble."""

import sys
import tempfile
import unittest
import wave
from pathlib import Path
from unittest import mock

import numpy as np

from .support import need, random_dataset

need("tensorflow", "keras", "pyroomacoustics", "pyworld", "scipy", "tqdm", "wasmtime", "matplotlib")

from training import robustness
from training.data.dataset import EMO_DB_HASH
from training.judging import degraded_answers
from training.judging.degradations import Condition
from training.judging.degraded_answers import answers
from training.results.predictions import V2_RESULTS, Predictions, write_predictions

DATA = random_dataset(0, speakers=4, largest=2)
SAMPLES = [np.full(20 + index, (index + 1) / 1000) for index in range(len(DATA.recordings))]


def read_wav(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


class InFolder(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = Path(work.name)


class Answers(InFolder):
    def setUp(self):
        super().setUp()
        self.calls: dict[int, tuple[list[np.ndarray], np.ndarray]] = {}

    def degrade(self, samples: np.ndarray, others: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
        self.calls[len(samples) - 20] = others, rng.random(3)
        return -samples

    def evaluate(self, command: list[str], **_) -> None:
        """In place of `light-sernet evaluate`."""
        self.command = command
        labels = DATA.labels[::-1].astype(np.int64)
        probabilities = np.eye(7, dtype=np.float32)[(labels + 1) % 7]
        utterances = [recording.utterance for recording in DATA.recordings][::-1]
        write_predictions(
            Path(command[command.index("--csv") + 1]), Predictions(utterances, ["x"] * len(labels), DATA.classes, labels, probabilities)
        )

    def rows(self, name: str = "strange noise 5 dB") -> list[tuple[str, str, str, str]]:
        with mock.patch.object(degraded_answers.subprocess, "run", self.evaluate):
            return answers(Path("runs", "kind"), Condition(name, self.degrade), DATA, SAMPLES, self.work)

    def test_a_row_for_each_recording(self):
        rows = self.rows()
        self.assertEqual(sorted(row[1] for row in rows), sorted(recording.utterance for recording in DATA.recordings))
        true = {recording.utterance: recording.label for recording in DATA.recordings}
        for condition, utterance, label, predicted in rows:
            self.assertEqual(
                (condition, label, predicted),
                ("strange noise 5 dB", DATA.classes[true[utterance]], DATA.classes[(true[utterance] + 1) % 7]),
            )

    def test_the_modules_classify_what_was_degraded(self):
        self.rows()
        folder = Path(self.command[self.command.index("--data") + 1])
        self.assertEqual(self.command[self.command.index("evaluate") + 1], str(Path("runs", "kind")))
        for recording, samples in zip(DATA.recordings, SAMPLES):
            np.testing.assert_array_equal(read_wav(folder / f"{recording.utterance}.wav"), np.round(-samples * 32768))

    def test_others_are_the_recordings_of_other_speakers(self):
        self.rows()
        for index, recording in enumerate(DATA.recordings):
            expected = [samples for samples, other in zip(SAMPLES, DATA.recordings) if other.speaker != recording.speaker]
            self.assertEqual([len(other) for other in self.calls[index][0]], [len(other) for other in expected])

    def test_each_recording_and_condition_has_its_own_numbers_and_the_same_again(self):
        self.rows("one")
        numbers = {index: its[1] for index, its in self.calls.items()}
        self.assertEqual(len({its.tobytes() for its in numbers.values()}), len(DATA.recordings))
        self.rows("two")
        self.assertTrue(all((self.calls[index][1] != its).all() for index, its in numbers.items()))
        self.work = self.work / "again"
        self.work.mkdir()
        self.rows("one")
        self.assertTrue(all((self.calls[index][1] == its).all() for index, its in numbers.items()))


class Place(InFolder):
    """Where the table goes: only whole EMO-DB, asked of the shipped recipe's modules, is the model card's."""

    def written(self, content: str) -> Path:
        found = []
        dataset = mock.Mock(content=content, recordings=[])
        with (
            mock.patch.object(sys, "argv", ["robustness", "loso-full-ce", "--runs", str(self.work)]),
            mock.patch.multiple(
                robustness,
                read_dataset=lambda *_: dataset,
                load_front_end=mock.Mock(),
                conditions=list,
                write_rows=lambda path, rows: found.append(path),
            ),
        ):
            robustness.main()
        return found[0].parent

    def test_it_is_the_card_s_place_for_whole_emo_db_alone(self):
        beside = self.work / "loso-full-ce" / "results"
        self.assertEqual(self.written(EMO_DB_HASH), V2_RESULTS)
        self.assertEqual(self.written("another"), beside)
        beside.mkdir(parents=True)
        self.assertEqual(self.written(EMO_DB_HASH), beside)


if __name__ == "__main__":
    unittest.main()
