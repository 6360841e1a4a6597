"""Prediction files: what is written is read back to the bit, and what is damaged is refused with a sentence that says where."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

from training.results.predictions import Predictions, file_name, read_predictions, write_predictions

GOOD = "utterance,fold,true,predicted,calm,angry,sad\na1,03,calm,calm,0.5,0.25,0.25\na2,08,angry,sad,0.0,1e-05,0.99999\n"


def some_predictions(probabilities: np.ndarray) -> Predictions:
    count = len(probabilities)
    utterances, folds = [f"u{i}" for i in range(count)], [f"{i % 10:02}" for i in range(count)]
    return Predictions(utterances, folds, ("calm", "angry", "sad"), np.arange(count) % 3, probabilities)


class PredictionFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "results" / "loso-int8-full-ce.csv"

    def assert_refused(self, content: str | bytes, line: int | None, why: str) -> None:
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with self.assertRaises(ValueError) as caught:
            read_predictions(self.path)
        message = str(caught.exception)
        self.assertTrue(message.startswith(f"{self.path}:" if line is None else f"{self.path}, line {line}: "), message)
        self.assertIn(why, message)
        self.assertNotIn("\n", message)

    def test_round_trip(self):
        # Spread over many powers of ten: small probabilities use exponents and every digit.
        weights = np.exp(np.random.default_rng(0).uniform(-60, 0, (300, 3)))
        probabilities = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
        probabilities[0], probabilities[1] = (0, 0, 1), (0.25, 0.375, 0.375)
        written = some_predictions(probabilities)
        write_predictions(self.path, written)
        read = read_predictions(self.path)
        self.assertEqual((read.utterances, read.folds, read.classes), (written.utterances, written.folds, written.classes))
        np.testing.assert_array_equal(read.labels, written.labels)
        np.testing.assert_array_equal(read.probabilities.view(np.uint32), probabilities.view(np.uint32))
        self.assertEqual((read.labels.dtype, read.probabilities.dtype), (np.int64, np.float32))
        self.assertEqual([file.name for file in self.path.parent.iterdir()], [self.path.name])

    def test_text_of_the_file(self):
        probabilities = np.array([[0.1, 0.2, 0.7], [0.5, 0.5, 0]], np.float32)
        write_predictions(self.path, some_predictions(probabilities))
        self.assertEqual(
            self.path.read_bytes().decode(),
            "utterance,fold,true,predicted,calm,angry,sad\nu0,00,calm,sad,0.1,0.2,0.7\nu1,01,angry,calm,0.5,0.5,0.0\n",
        )

    def test_names_that_need_quotes(self):
        written = Predictions(['a,b "c"', "é"], ["x,y", ""], ("calm, low", "ä"), np.array([0, 1]), np.float32([[1, 0], [0, 1]]))
        write_predictions(self.path, written)
        read = read_predictions(self.path)
        self.assertEqual((read.utterances, read.folds, read.classes), (written.utterances, written.folds, written.classes))

    def test_names_that_a_spreadsheet_would_run(self):
        written = Predictions(["=1+1", "'@x", "'x"], ["-1", "", "\tx"], ("+joy", "'=b"), np.array([0, 1, 0]), np.float32([[1, 0], [0, 1], [1, 0]]))
        write_predictions(self.path, written)
        text = self.path.read_bytes().decode()
        self.assertTrue(text.startswith("utterance,fold,true,predicted,'+joy,''=b\n'=1+1,'-1,'+joy,'+joy,1.0,0.0\n''@x,,"), text)
        read = read_predictions(self.path)
        self.assertEqual((read.utterances, read.folds, read.classes), (written.utterances, written.folds, written.classes))

    def test_good_file(self):
        self.path.parent.mkdir()
        for text in (GOOD, GOOD.replace("\n", "\r\n"), GOOD.replace("0.5,0.25,0.25", "0.5005,0.25,0.25")):
            self.path.write_bytes(text.encode())
            self.assertEqual(read_predictions(self.path).labels.tolist(), [0, 1])

    def test_numbers_that_only_some_models_have_are_not_read(self):
        self.path.parent.mkdir()
        more = [",".join((*fields[:4], *added, *fields[4:])) for added, line in zip((("voice", "valence"), ("0.9", "0.3"), ("1.0", "0.0")), GOOD.splitlines()) for fields in [line.split(",")]]
        self.path.write_text("\n".join(more) + "\n")
        read = read_predictions(self.path)
        self.path.write_text(GOOD)
        expected = read_predictions(self.path)
        self.assertEqual((read.classes, read.labels.tolist()), (expected.classes, expected.labels.tolist()))
        np.testing.assert_array_equal(read.probabilities, expected.probabilities)

    def test_hostile_files(self):
        header = GOOD.splitlines()[0]
        for content, line, why in (
            ("", 1, "header must begin with utterance,fold,true,predicted"),
            ("\n", 1, "header must begin"),
            ("\ufeff" + GOOD, 1, "header must begin"),
            (GOOD.replace("predicted", "answered"), 1, "header must begin"),
            (GOOD.replace(",calm,angry,sad", ",calm"), 1, "two classes"),
            (GOOD.replace(",calm,angry,sad", ",calm,angry,calm"), 1, "each once"),
            (GOOD.replace(",calm,angry,sad", ",calm,,sad"), 1, "two classes"),
            (header + "\n", 1, "no utterances"),
            (GOOD + "\n", 4, "there are 0 fields, the header has 7"),
            (GOOD.replace("0.5,0.25,0.25", "0.5,0.5"), 2, "there are 6 fields"),
            (GOOD.replace("0.5,0.25,0.25", "0.5,0.25,0.25,0"), 2, "there are 8 fields"),
            (GOOD.replace("a2,", ","), 3, "no name"),
            (GOOD.replace("angry,sad,0", "anger,sad,0"), 3, "true is 'anger'"),
            (GOOD.replace("angry,sad,0", "angry,blue,0"), 3, "predicted is 'blue'"),
            (GOOD.replace("angry,sad,0", "angry,angry,0"), 3, "predicted is angry, but the largest probability is that of sad"),
            (GOOD.replace("calm,calm,0.5,0.25,0.25", "calm,angry,0.5,0.5,0"), 2, "largest probability is that of calm"),
            (GOOD.replace("0.5,", "0;5,"), 2, "'0;5' is not a number"),
            (GOOD.replace("0.5,", ","), 2, "'' is not a number"),
            (GOOD.replace("0.5,", "nan,"), 2, "not finite"),
            (GOOD.replace("0.5,", "inf,"), 2, "not finite"),
            (GOOD.replace("0.5,", "1e999,"), 2, "not finite"),
            (GOOD.replace("0.5,0.25,0.25", "1.5,-0.25,-0.25"), 2, "not between 0 and 1"),
            (GOOD.replace("0.5,0.25,0.25", "0.502,0.25,0.25"), 2, "sum to 1.002"),
            (GOOD.replace("0.5,0.25,0.25", "0,0,0"), 2, "sum to 0"),
            (GOOD.replace("a2,", "a1,"), 3, "a1 is in line 2 already"),
            (GOOD[:-2], 3, "truncated"),
            (GOOD.replace("a2,", '"a2,'), 3, "unexpected end of data"),
            (GOOD.encode().replace(b"a2", b"\xff2"), None, "not UTF-8 text"),
        ):
            with self.subTest(content=content):
                self.assert_refused(content, line, why)

    def test_nothing_unreadable_is_written(self):
        for row, why in (((0.5, 0.25, 0.3), "line 2: the probabilities sum"), ((np.nan, 0, 0), "line 2: a probability is not finite")):
            with self.assertRaisesRegex(ValueError, why):
                write_predictions(self.path, some_predictions(np.float32([row])))
        self.assertFalse(self.path.exists())

    def test_old_file_stays_when_writing_fails(self):
        write_predictions(self.path, some_predictions(np.float32([[1, 0, 0]])))
        before = self.path.read_bytes()
        with self.assertRaises(ValueError):
            write_predictions(self.path, some_predictions(np.float32([[1, 1, 0]])))
        self.assertEqual(self.path.read_bytes(), before)

    def test_parts_that_do_not_fit(self):
        labels, probabilities = np.array([0, 1]), np.float32([[1, 0], [0, 1]])
        for parts, why in (
            ((["a"], ["1", "2"], ("x", "y"), labels, probabilities), "do not fit"),
            ((["a", "b"], ["1"], ("x", "y"), labels, probabilities), "do not fit"),
            ((["a", "b"], ["1", "2"], ("x", "y", "z"), labels, probabilities), "do not fit"),
            ((["a", "b"], ["1", "2"], ("x", "y"), labels + 1, probabilities), "not an index"),
            ((["a", "b"], ["1", "2"], ("x", "y"), labels - 1, probabilities), "not an index"),
            ((["a", "b"], ["1", "2"], ("x", "y"), labels, probabilities.astype(np.float64)), "not int64 and float32"),
        ):
            with self.subTest(why), self.assertRaisesRegex(ValueError, why):
                Predictions(*parts)

    def test_file_name(self):
        self.assertEqual(file_name("random", "float16", "micro", "focal"), "random-float16-micro-focal.csv")
        with self.assertRaisesRegex(ValueError, "int4 is not one of float32, float16, int8"):
            file_name("loso", "int4", "full", "ce")


if __name__ == "__main__":
    unittest.main()
