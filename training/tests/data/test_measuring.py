"""Which sounds measure: none of them may be among those that train."""

import csv
import hashlib
import tempfile
import unittest
from pathlib import Path

from ..support import need, need_tools, spoken, write_wav

need("soundfile", "scipy", "wasmtime", "tqdm")
need_tools()

from training.data import licences
from training.data.corpora import COLUMNS, read_corpora
from training.data.measuring import held_back_backgrounds, measuring_noises, measuring_rooms


class Measuring(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.folder = Path(work.name)
        rows = [(f"train/{number}.wav", "train", "anger", str(number), "CC0") for number in range(2)]
        rows += [(f"streets/{number}.wav", "background", "", "", "CC0" if number < 8 else "CC BY-NC-SA 4.0") for number in range(16)]
        rows += [("noise-table/car.wav", "noise-table", "", "", "none stated"), ("noise-table/hall.wav", "room", "", "", "MIT"), ("noise-train/wind.wav", "noise-train", "", "", "MIT")]
        with (self.folder / "labels.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for name, part, emotion, speaker, licence in rows:
                write_wav(self.folder / name, spoken(name))
                writer.writerow([name, part, emotion, speaker, "en", "acted", "x", licence])

    def test_noises_and_rooms_of_the_table(self):
        for given in (self.folder, self.folder / "labels.csv"):
            self.assertEqual([sound.name for sound in measuring_noises([given])], ["noise-table/car.wav"])
            self.assertEqual([sound.name for sound in measuring_rooms([given])], ["noise-table/hall.wav"])
        self.assertEqual(measuring_noises([self.folder / "train"]), [], "a folder of WAV files has none")

    def test_backgrounds_that_training_did_not_use(self):
        for admitted, left_out in ((licences.ANY, set()), (licences.FREE, {f"streets/{number}.wav" for number in range(8, 16)})):
            dataset = read_corpora([self.folder], admitted)
            trained = {sound.name for sound in dataset.sounds}
            found = {sound.name for sound in held_back_backgrounds(dataset, [self.folder])}
            every = {f"streets/{number}.wav" for number in range(16)}
            quarter = {name for name in every if hashlib.sha256((self.folder / name).read_bytes()).hexdigest()[0] in "0123"}
            self.assertTrue(0 < len(quarter) < 8, "some are held back, and some are not")
            self.assertEqual(found, quarter | left_out | {"noise-table/car.wav"})
            self.assertEqual(found & trained, set())


if __name__ == "__main__":
    unittest.main()
