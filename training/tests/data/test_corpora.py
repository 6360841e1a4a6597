"""Files of labels: what is read, what is reported, and what may never join training."""

import csv
import hashlib
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from ..support import SHARED, need, spoken, write_emodb, write_wav

need("soundfile", "wasmtime")

import soundfile

from training.data import sounds
from training.data.corpora import COLUMNS, licence_of, read_corpora
from training.data.dataset import EMODB_CLASS_OF_LETTER
from training.data.licences import FREE
from training.data.reading import read_dataset
from training.data.sounds import PARTS, Sound

RESTRICTED = "CC BY-NC-SA 4.0"


class Folder(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.folder = Path(work.name)

    def labels(self, *rows: dict[str, str], name: str = "labels.csv", files: bool = True) -> Path:
        """A file of labels; what a row leaves out is that of a Polish corpus."""
        usual = {"part": "train", "emotion": "anger", "speaker": "A", "language": "pl", "style": "acted", "corpus": "one", "licence": RESTRICTED}
        with (self.folder / name).open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            for row in rows:
                writer.writerow(usual | row)
                if files and not (self.folder / row["file"]).exists():
                    self.flac(row["file"])
        return self.folder / name

    def flac(self, name: str, rate: int = 16_000) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(self.folder / name, spoken(name), rate, format="FLAC")

    def refused(self, path: Path) -> list[str]:
        """The lines."""
        with self.assertRaises(ValueError) as caught:
            read_corpora([path])
        return str(caught.exception).splitlines()


class Reading(Folder):
    def test_recordings_and_sounds(self):
        path = self.labels(
            {"file": "a/1.flac"},
            {"file": "a/2.flac", "emotion": "fear", "speaker": "B"},
            *({"file": f"b/{part}.flac", "part": part, "emotion": "", "speaker": "", "corpus": "two", "licence": "MIT"} for part in PARTS),
        )
        with mock.patch.object(sounds, "HELD_BACK", ""):
            found = read_corpora([path])
        self.assertEqual([recording.utterance for recording in found.recordings], ["one/a/1", "one/a/2"])
        self.assertEqual(found.speakers.tolist(), ["one A", "one B"])
        self.assertEqual([found.classes[label] for label in found.labels], ["anger", "fear"])
        self.assertEqual({sound.part for sound in found.sounds}, set(PARTS))
        self.assertEqual(found.recordings[0].seconds, len(spoken("a/1.flac")) / 16_000)
        self.assertEqual((found.recordings[0].language, found.recordings[0].style, found.recordings[0].licence), ("pl", "acted", RESTRICTED))
        self.assertEqual(licence_of(found), RESTRICTED)

    def test_emodb_joins_through_its_folder(self):
        write_emodb(self.folder / "wav", ("03", "08"))
        path = self.labels({"file": "1.flac"})
        found = read_dataset("corpora", [self.folder / "wav", path])
        self.assertEqual(sorted(set(found.corpora)), ["EMO-DB", "one"])
        self.assertEqual(sorted(set(found.speakers)), ["EMO-DB 03", "EMO-DB 08", "one A"])
        self.assertEqual(read_dataset("corpora", [self.folder]).recordings[0].utterance, "one/1", "a folder that has labels.csv")

    def test_a_class_is_present_where_its_corpus_has_it(self):
        write_emodb(self.folder / "wav", ("03",), letters="WL")
        found = read_corpora([self.folder / "wav", self.labels({"file": "1.flac"}, {"file": "2.flac", "emotion": "fear"})])
        names = [{name for name, there in zip(found.classes, row) if there} for row in found.present]
        expected = {"EMO-DB": {"anger", "boredom"}, "one": {"anger", "fear"}}
        self.assertEqual(names, [expected[corpus] for corpus in found.corpora])

    def test_the_table(self):
        path = self.labels({"file": "1.flac"}, {"file": "2.flac", "emotion": "fear", "speaker": "B"}, {"file": "n.flac", "part": "talkers", "licence": "MIT"})
        lines = str(read_corpora([path])).splitlines()
        self.assertEqual(lines[0].split(), [*EMODB_CLASS_OF_LETTER.values(), "all", "speakers", "minutes", "languages", "licence"])
        self.assertEqual(lines[1].split()[:10], ["one", "-", "-", "-", "1", "1", "-", "-", "2", "2"])
        self.assertTrue(lines[2].startswith("talkers: 1 sounds"))
        self.assertEqual(lines[-2:], ["0 duplicates", f"weights that learn from all of this: {RESTRICTED}"])

    def test_duplicates_are_told_and_left_out(self):
        self.flac("1.flac")
        (self.folder / "2.flac").write_bytes((self.folder / "1.flac").read_bytes())
        found = read_corpora([self.labels({"file": "1.flac"}, {"file": "2.flac", "speaker": "B"}, {"file": "3.flac"})])
        self.assertEqual(found.labels.shape, (2,))
        self.assertIn("1 duplicates", str(found))
        self.assertIn(f"{self.folder / '2.flac'} has the same bytes as {self.folder / '1.flac'}", str(found))

    @unittest.skipUnless((SHARED / "corpora").is_dir(), "../shared/corpora is not there")
    def test_the_corpora(self):
        found = read_corpora([SHARED / "corpora"])
        self.assertEqual(len(found.recordings), 1247 + 720 + 988)
        self.assertEqual(licence_of(found), RESTRICTED)
        self.assertFalse([sound.name for sound in found.sounds if "noise-table" in sound.name])
        self.assertEqual(sum(sound.part == "room" for sound in found.sounds), 7)


class Licences(Folder):
    def test_free_leaves_out_what_is_not(self):
        write_emodb(self.folder / "wav", ("03",))
        path = self.labels(
            {"file": "1.flac"},
            {"file": "t.flac", "part": "talkers", "corpus": "two", "licence": "Apache-2.0"},
            {"file": "b.flac", "part": "background"},
            {"file": "n.flac", "part": "noise-train", "corpus": "three", "licence": "none stated"},
        )
        found = read_corpora([self.folder / "wav", path], FREE)
        self.assertEqual(set(found.corpora), {"EMO-DB"})
        self.assertEqual([sound.name for sound in found.sounds], ["t.flac"])
        self.assertEqual(licence_of(found), "MIT")
        self.assertIn("one: 2 files have no free licence, and are left out", str(found))
        with self.assertRaisesRegex(ValueError, "no recording to train on with a free licence; one"):
            read_corpora([self.labels({"file": "1.flac"})], FREE)

    def test_a_data_set_without_licences_cannot_be_checked(self):
        with self.assertRaisesRegex(ValueError, "states no licences"):
            read_dataset("EMO-DB", self.folder, "all", FREE)


class Measuring(Folder):
    def test_what_measures_never_joins(self):
        path = self.labels(
            {"file": "1.flac"},
            {"file": "k.flac", "part": "noise-table", "licence": "MIT"},
            {"file": "noise-table/room.flac", "part": "room", "licence": "MIT"},
            {"file": "noise-table/person.flac", "part": "talkers", "licence": "MIT"},
            {"file": "noise-table/speech.flac"},
            {"file": "r.flac", "part": "room", "licence": "MIT"},
        )
        found = read_corpora([path])
        self.assertEqual([sound.name for sound in found.sounds], ["r.flac"])
        self.assertEqual(len(found.recordings), 1)
        self.assertIn("4 sounds measure robustness, and are not used", str(found))

    def test_a_quarter_of_the_backgrounds_measures(self):
        names = [f"{number}.flac" for number in range(20)]
        found = read_corpora([self.labels({"file": "u.flac"}, *({"file": name, "part": "background", "licence": "MIT"} for name in names))])
        kept = {name for name in names if hashlib.sha256((self.folder / name).read_bytes()).hexdigest()[0] in "456789abcdef"}
        self.assertEqual({sound.name for sound in found.sounds}, kept)
        self.assertIn(f"{20 - len(kept)} sounds measure robustness, and are not used", str(found))
        self.assertTrue(0 < len(kept) < 20)

    def test_no_sound_can_be_made_of_it(self):
        for part, name in (("noise-table", "a.flac"), ("room", "noise-table/a.flac"), ("talkers", "x/noise-table/y/a.flac"), ("train", "a.flac")):
            with self.assertRaisesRegex(ValueError, "may not join training"):
                Sound(Path(name), name, part, "corpus", "MIT", "digest", 1.0)


class Faults(Folder):
    def test_every_file_that_cannot_be_used_has_a_sentence(self):
        path = self.labels({"file": "1.flac"}, {"file": "missing.flac"}, {"file": "broken.flac"}, {"file": "empty.wav"}, files=False)
        self.flac("1.flac")
        (self.folder / "broken.flac").write_bytes(b"fLaC and then nothing")
        write_wav(self.folder / "empty.wav", np.zeros(0, np.int16))
        lines = self.refused(path)
        self.assertEqual(lines[0], "3 files cannot be used; correct them or the labels:")
        for line, name in zip(lines[1:], ("missing.flac: there is no such file", "broken.flac: it cannot be read", "empty.wav: it has no samples")):
            self.assertIn(str(self.folder / name), line)

    def test_rows_that_make_no_sense(self):
        for row, said in (
            ({"emotion": "calm"}, "the emotion is 'calm'"),
            ({"part": "test"}, "the part is 'test'"),
            ({"speaker": ""}, "the speaker is empty"),
            ({"corpus": ""}, "the corpus is empty"),
        ):
            lines = self.refused(self.labels({"file": "1.flac"} | row))
            self.assertIn(f"row 2: {said}", lines[1])

    def test_files_that_are_no_labels(self):
        (self.folder / "labels.csv").write_text("file,emotion\n1.flac,anger\n")
        self.assertIn("the header has no column part, speaker", self.refused(self.folder / "labels.csv")[0])
        self.assertIn("there are no rows", self.refused(self.labels())[0])

    def test_one_folder_for_the_others(self):
        with self.assertRaisesRegex(ValueError, "only corpora may have several"):
            read_dataset("EMO-DB", [self.folder, self.folder])


if __name__ == "__main__":
    unittest.main()
