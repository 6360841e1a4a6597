"""Every picture: it is there, it is XML on white with its words as text, and the same numbers give the same bytes."""

import importlib.util
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
CLASSES = ("calm", "angry", "sad")
LARGEST_BYTES = 60_000


def draw(folder: Path) -> dict[str, list[str]]:
    """Every picture into the folder; the words that each must hold."""
    from training.results import pictures
    from training.results.calibration import Bin

    pictures.confusion_matrix(folder / "confusion.svg", [[3, 1, 0], [0, 37, 0], [0, 0, 0]], CLASSES, "Confusion <int8>")
    pictures.recall_bars(
        folder / "recall.svg",
        CLASSES,
        {"float32": [0.8, 0.6, None], "int8": [0.7, 0.6, 0.5]},
        {"float32": [(0.7, 0.9), (0.5, 0.7), None], "int8": [(0.6, 0.8), (0.5, 0.7), (0.1, 0.9)]},
        "Recall & intervals",
    )
    bins = [Bin(0.0, 0.5, 0, None, None), Bin(0.5, 1.0, 12, 0.8, 0.75)]
    pictures.reliability_diagram(folder / "reliability.svg", bins, "Reliability")
    pictures.coverage_curves(folder / "coverage.svg", {"full": ([0.1, 0.5, 1], [1, 0.9, 0.7]), "micro": ([0.2, 1], [0.9, 0.6])}, "Coverage")
    pictures.learning_curves(
        folder / "learning.svg", {"loss": [2, 1, 0.5], "accuracy": [0.3, 0.6, 0.9]}, {"loss": [2, 1.5], "accuracy": [0.3, 0.5]}, "Fold 03"
    )
    pictures.learning_curves(folder / "learning-alone.svg", {"loss": [2, 1], "accuracy": [0.3, 0.6]}, None, "All")
    pictures.robustness_lines(folder / "robustness.svg", {"white": {20: 0.7, 0: 0.4, 10: 0.6}, "babble": {0: 0.3, 20: 0.6}}, 0.72, "Noise")
    return {
        "confusion.svg": ["Confusion <int8>", "calm", "angry", "sad", "75%", "37", "100%", "–", "answered", "true"],
        "recall.svg": ["Recall & intervals", "calm", "float32", "int8", "recall"],
        "reliability.svg": ["Reliability", "confidence", "accuracy", "answers", "perfectly calibrated"],
        "coverage.svg": ["Coverage", "full", "micro", "accuracy of the accepted"],
        "learning.svg": ["Fold 03", "training", "validation", "epoch", "loss", "accuracy"],
        "learning-alone.svg": ["All", "training"],
        "robustness.svg": ["Noise", "white", "babble", "clean", "UA", "20", "signal-to-noise ratio (dB)"],
    }


@unittest.skipUnless(importlib.util.find_spec("matplotlib"), "matplotlib is not installed; training/requirements.txt brings it")
class Pictures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.first, cls.second = Path(folder.name) / "first", Path(folder.name) / "second"
        cls.words = draw(cls.first)
        draw(cls.second)

    def test_only_the_pictures_are_there(self):
        self.assertEqual(sorted(file.name for file in self.first.iterdir()), sorted(self.words))

    def test_same_bytes(self):
        for name in self.words:
            self.assertEqual((self.first / name).read_bytes(), (self.second / name).read_bytes(), name)

    def test_words_are_text(self):
        for name, words in self.words.items():
            root = ElementTree.parse(self.first / name).getroot()
            lines = {line for text in root.iter(f"{SVG}text") for line in "".join(text.itertext()).split("\n")}
            self.assertLessEqual(set(words), lines, name)
            self.assertEqual(root.find(f"{SVG}title").text, words[0])

    def test_small_white_and_without_a_date(self):
        for name in self.words:
            text = (self.first / name).read_text(encoding="utf-8")
            self.assertLess(len(text), LARGEST_BYTES, name)
            self.assertNotIn("dc:date", text)
            self.assertNotIn("<image", text)
            background = ElementTree.fromstring(text).find(f"{SVG}g/{SVG}g/{SVG}path")
            self.assertEqual(background.get("style"), "fill: #ffffff", name)

    def test_recall_without_a_bar_for_an_absent_class(self):
        text = (self.first / "recall.svg").read_text(encoding="utf-8")
        self.assertNotIn("nan", text.lower())

    def test_settings_of_others_stay(self):
        import matplotlib

        self.assertNotEqual(matplotlib.rcParams["svg.fonttype"], "none")


if __name__ == "__main__":
    unittest.main()
