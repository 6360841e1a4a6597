"""Recordings, their emotions and speakers, from the names of files and folders alone."""

import dataclasses
import hashlib
import os
import tempfile
import unittest
from pathlib import Path

from training.data.dataset import DEFAULT_RECORDINGS, EMO_DB_HASH, is_whole_emo_db, wav_files
from training.data.reading import read_dataset


class InFolder(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.folder = Path(work.name)

    def put(self, *names: str) -> None:
        for name in names:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    def refusal(self, name: str, folder: Path | None = None, audio_type: str = "all") -> str:
        with self.assertRaises(ValueError) as caught:
            read_dataset(name, folder or self.folder, audio_type)
        self.assertNotIn("\n", str(caught.exception))
        return str(caught.exception)


class Emodb(InFolder):
    def test_names_say_speaker_text_and_emotion(self):
        self.put("08b02Ld.wav", "03a01Fa.wav", "16a05Nb.WAV")
        found = read_dataset("EMO-DB", self.folder)
        self.assertEqual(found.classes, ("boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness"))
        facts = [(recording.utterance, recording.speaker, recording.text, recording.label) for recording in found.recordings]
        self.assertEqual(facts, [("03a01Fa", "03", "a01", 6), ("08b02Ld", "08", "b02", 0), ("16a05Nb", "16", "a05", 1)])
        self.assertEqual(found.labels.tolist(), [6, 0, 1])
        self.assertEqual(found.speakers.tolist(), ["03", "08", "16"])

    def test_every_letter(self):
        self.put(*(f"03a01{letter}a.wav" for letter in "LNTAWEF"))
        found = read_dataset("emodb", self.folder)
        emotion = {recording.utterance[5]: found.classes[recording.label] for recording in found.recordings}
        expected = {"L": "boredom", "N": "neutral", "T": "sadness", "A": "fear", "W": "anger", "E": "disgust", "F": "happiness"}
        self.assertEqual(emotion, expected)

    def test_the_order_is_that_of_the_names_wherever_the_files_lie(self):
        self.put("z/03a01Fa.wav", "a/03a02Wa.wav", "03a01Wa.wav")
        found = read_dataset("emo_db", self.folder)
        self.assertEqual([recording.utterance for recording in found.recordings], ["03a01Fa", "03a01Wa", "03a02Wa"])

    def test_other_files_are_left_alone(self):
        self.put("03a01Fa.wav", "readme.txt", "03a01Fa.lab")
        (self.folder / "folder.wav").mkdir()
        self.assertEqual(len(read_dataset("EMO-DB", self.folder).recordings), 1)

    def test_wrong_names(self):
        for name in ("recording.wav", "03a01Xa.wav", "3a01Fa.wav", "xxa01Fa.wav", "03a01Faa.wav", "03a01F.wav", "03a01fa.wav"):
            with self.subTest(name):
                self.put(name)
                self.assertIn(name, self.refusal("EMO-DB"))
                (self.folder / name).unlink()

    def test_the_same_utterance_twice(self):
        self.put("one/03a01Fa.wav", "two/03a01Fa.wav")
        refusal = self.refusal("EMO-DB")
        self.assertIn(str(Path("one", "03a01Fa.wav")), refusal)
        self.assertIn(str(Path("two", "03a01Fa.wav")), refusal)

    def test_nothing_there(self):
        for folder in (self.folder, self.folder / "missing"):
            self.assertIn(str(folder), self.refusal("EMO-DB", folder))

    def test_it_has_no_audio_types(self):
        self.put("03a01Fa.wav")
        self.assertIn("scripted", self.refusal("EMO-DB", audio_type="scripted"))

    def test_unknown_data_set(self):
        self.assertIn("RAVDESS", self.refusal("RAVDESS"))

    @unittest.skipUnless(DEFAULT_RECORDINGS.is_dir(), "../shared/emodb is not there")
    def test_the_real_one(self):
        found = read_dataset("EMO-DB", DEFAULT_RECORDINGS)
        self.assertEqual(len(found.recordings), 535)
        self.assertEqual([(found.labels == label).sum() for label in range(7)], [81, 79, 62, 69, 127, 46, 71])
        self.assertEqual(len(set(found.speakers)), 10)


class Folders(InFolder):
    def test_a_folder_for_each_class(self):
        self.put("sad/one.wav", "calm/two.wav", "calm/one.WAV")
        found = read_dataset("folders", self.folder)
        self.assertEqual(found.classes, ("calm", "sad"))
        facts = [(recording.utterance, recording.speaker, recording.label) for recording in found.recordings]
        self.assertEqual(facts, [("calm/one", "", 0), ("calm/two", "", 0), ("sad/one", "", 1)])

    def test_a_folder_for_each_speaker_in_it(self):
        self.put("sad/ann/one.wav", "sad/bob/one.wav", "calm/ann/session 1/x.wav")
        found = read_dataset("folders", self.folder)
        facts = [(recording.utterance, recording.speaker, recording.label) for recording in found.recordings]
        self.assertEqual(facts, [("calm/ann/session 1/x", "ann", 0), ("sad/ann/one", "ann", 1), ("sad/bob/one", "bob", 1)])

    def test_some_with_a_speaker_and_some_without(self):
        self.put("sad/ann/one.wav", "sad/one.wav", "calm/one.wav")
        self.assertEqual(read_dataset("folders", self.folder).speakers.tolist(), ["", "ann", ""])

    def test_audio_types(self):
        self.put("acted/sad/one.wav", "acted/calm/one.wav", "free/sad/two.wav", "free/glad/two.wav")
        found = read_dataset("folders", self.folder, "free")
        self.assertEqual(found.classes, ("glad", "sad"))
        self.assertEqual(
            [recording.path for recording in found.recordings], [self.folder / "free/glad/two.wav", self.folder / "free/sad/two.wav"]
        )
        self.assertIn("sung", self.refusal("folders", audio_type="sung"))

    def test_fewer_than_two_classes(self):
        self.assertIn(str(self.folder), self.refusal("folders"))
        self.put("sad/one.wav")
        self.assertIn("1 class", self.refusal("folders"))

    def test_no_such_folder(self):
        self.put("file")
        for folder in (self.folder / "missing", self.folder / "file"):
            self.assertIn(str(folder), self.refusal("folders", folder))

    def test_hidden_folders_are_no_classes(self):
        self.put("calm/one.wav", "sad/two.wav", ".cache/three.wav")
        self.assertEqual(read_dataset("folders", self.folder).classes, ("calm", "sad"))

    def test_a_class_without_recordings(self):
        self.put("calm/one.wav", "sad/notes.txt")
        self.assertIn(f"{self.folder / 'sad'}: there are no .wav files; remove the folder", self.refusal("folders"))

    def test_the_same_utterance_twice(self):
        self.put("calm/one.wav", "calm/one.WAV", "sad/one.wav")
        if len(list((self.folder / "calm").iterdir())) == 2:  # a file system may know no upper case
            self.assertIn("one.WAV", self.refusal("folders"))


class InOneLine(InFolder):
    def test_recordings_speakers_and_classes_in_their_order(self):
        self.put("03a01Wa.wav", "03a02Wa.wav", "08a01Wa.wav", "08a01Fa.wav", "09a01La.wav")
        self.assertEqual(
            str(read_dataset("EMO-DB", self.folder)),
            "EMO-DB: 5 recordings, 3 speakers; 7 classes: boredom 1, neutral 0, sadness 0, fear 0, anger 3, disgust 0, happiness 1",
        )

    def test_speakers_that_nobody_knows(self):
        self.put("sad/one.wav", "calm/one.wav", "calm/two.wav")
        self.assertEqual(str(read_dataset("folders", self.folder)), f"{self.folder.name}: 3 recordings, speakers unknown; 2 classes: calm 2, sad 1")

    def test_those_that_are_known_are_counted(self):
        self.put("sad/ann/one.wav", "sad/one.wav", "calm/bob/one.wav", "calm/ann/one.wav")
        self.assertIn(": 4 recordings, 2 speakers; 2 classes: calm 2, sad 2", str(read_dataset("folders", self.folder)))


class Content(InFolder):
    def content(self, folder: str, files: dict[str, bytes]) -> str:
        """Of the folder with these recordings and no others."""
        for name, data in files.items():
            self.put(f"{folder}/{name}")
            (self.folder / folder / name).write_bytes(data)
        return read_dataset("folders", self.folder / folder).content

    def test_sixteen_digits_that_every_byte_and_every_name_changes(self):
        files = {"calm/a.wav": b"one", "calm/b.wav": b"two", "sad/a.wav": b"three"}
        others = (
            files | {"sad/a.wav": b"thred"},
            files | {"sad/a.wav": b"three\0"},
            files | {"calm/a.wav": b"two", "calm/b.wav": b"one"},
            {"calm/a.wav": b"one", "calm/c.wav": b"two", "sad/a.wav": b"three"},
            {"calm/a.wav": b"one", "sad/b.wav": b"two", "sad/a.wav": b"three"},
            {"calm/a.wav": b"one", "sad/a.wav": b"three"},
            files | {"sad/b.wav": b""},
        )
        found = [self.content(f"number {number}", which) for number, which in enumerate((files, *others))]
        self.assertEqual(len(set(found)), len(found))
        for digits in found:
            self.assertRegex(digits, "^[0-9a-f]{16}$")

    def test_neither_the_folder_nor_other_files_change_it(self):
        files = {"calm/a.wav": b"one", "sad/ann/a.wav": b"two"}
        expected = self.content("one", files)
        self.assertEqual(self.content("two/deep", files), expected)
        self.assertEqual(self.content("three", files | {"sad/notes.txt": b"three"}), expected)

    def test_it_is_what_it_was(self):
        """Runs and the model card know recordings by it."""
        whole = b"".join(name + hashlib.sha256(data).digest() for name, data in ((b"calm/a", b"one"), (b"sad/b", b"two")))
        self.assertEqual(self.content("one", {"sad/b.wav": b"two", "calm/a.wav": b"one"}), hashlib.sha256(whole).hexdigest()[:16])

    @unittest.skipUnless(DEFAULT_RECORDINGS.is_dir(), "../shared/emodb is not there")
    def test_that_of_the_real_one(self):
        dataset = read_dataset("EMO-DB", DEFAULT_RECORDINGS)
        self.assertEqual((dataset.content, len(dataset.recordings)), (EMO_DB_HASH, 535))
        self.assertTrue(is_whole_emo_db(dataset))
        self.assertFalse(is_whole_emo_db(dataclasses.replace(dataset, recordings=dataset.recordings[1:])))


class WavFiles(InFolder):
    def test_by_name(self):
        self.put("b.wav", "a.WAV", "c.mp3", "d/e.wav")
        self.assertEqual([path.name for path in wav_files(self.folder, "advice")], ["a.WAV", "b.wav", "e.wav"])

    def test_links_to_folders_are_followed_and_each_folder_is_read_once(self):
        self.put("set/s/a.wav", "set/t/b.wav", "elsewhere/deep/c.wav")
        links = {"set/loop": ".", "set/s/up": "..", "set/0": "s", "set/far": "../elsewhere", "set/near": "../elsewhere/deep", "set/gone": "nowhere"}
        for link, target in links.items():
            (self.folder / link).symlink_to(target)
        folder = self.folder / "set"
        self.assertEqual([str(path.relative_to(folder)) for path in wav_files(folder, "advice")], ["far/deep/c.wav", "s/a.wav", "t/b.wav"])

    def test_what_macos_adds_is_left_out(self):
        self.put("calm/a.wav", "calm/._a.wav", "sad/b.wav", "__MACOSX/calm/._a.wav", "sad/__MACOSX/c.wav")
        found = read_dataset("folders", self.folder)
        self.assertEqual((found.classes, [recording.utterance for recording in found.recordings]), (("calm", "sad"), ["calm/a", "sad/b"]))

    def test_a_pipe_is_not_opened(self):
        self.put("a.wav")
        os.mkfifo(self.folder / "b.wav")
        self.assertEqual([path.name for path in wav_files(self.folder, "advice")], ["a.wav"])


if __name__ == "__main__":
    unittest.main()
