"""Variants of a speaker depend on that speaker and the sounds that its corpus may have, are kept, and are made again when what they come from has changed."""

import contextlib
import dataclasses
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from ..support import as_int16, need, need_tools, spoken, vowel, write_emodb, write_wav

need("pyworld", "scipy", "soundfile", "tqdm", "wasmtime")
need_tools()

from training.data import front_end, session_files
from training.data.corpora import COLUMNS, read_corpora
from training.data.dataset import Dataset
from training.data.front_end import RAW_MFCC, load_front_end
from training.data.normalization import has_speech
from training.data.session_files import UTTERANCES, load_centers, load_sessions, read_speaker, sessions_hash, speaker_hash, speakers_of, write_speaker

DURATION = 0.3  # s, 15 frames


class Corpora(unittest.TestCase):
    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.caches = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        module = front_end.front_end_module(DURATION, raw=True)
        (self.caches / module.name).symlink_to(module)
        stack.enter_context(mock.patch.object(front_end, "RUNS", self.caches))
        for name in ("OF_A_CORPUS", "OF_A_RESTRICTED_CORPUS"):
            stack.enter_context(mock.patch.object(session_files, name, 12))
        write_emodb(self.folder / "wav", ("03", "08"), letters="WT", texts=("a01",))
        rows = [("1.wav", "train", "anger", "A", "x", "CC BY-NC-SA 4.0"), ("2.wav", "train", "fear", "A", "x", "CC BY-NC-SA 4.0")]
        self.sounds = [("t.wav", "talkers", "", "", "free", "MIT"), ("b.wav", "background", "", "", "x", "CC BY-NC-SA 4.0")]
        self.write([*rows, *self.sounds])

    def write(self, rows: list[tuple[str, ...]]) -> None:
        self.rows = rows
        lines = [",".join(COLUMNS)]
        for file, part, emotion, speaker, corpus, licence in rows:
            if not (self.folder / file).exists():
                write_wav(self.folder / file, spoken(file))
            lines.append(",".join((file, part, emotion, speaker, "pl", "acted", corpus, licence)))
        (self.folder / "labels.csv").write_text("\n".join(lines) + "\n")

    def dataset(self) -> Dataset:
        return read_corpora([self.folder / "wav", self.folder / "labels.csv"])

    def hashes(self) -> dict[str, str]:
        return {name: speaker_hash(speaker) for name, (_, speaker) in speakers_of(self.dataset(), DURATION).items()}


class Kept(Corpora):
    def test_whole_sessions_of_every_recording(self):
        dataset = self.dataset()
        found = load_sessions(dataset, DURATION, 1)
        self.assertEqual([dataset.speakers[indices].tolist() for indices, _ in found], [["EMO-DB 03"] * 2, ["EMO-DB 08"] * 2, ["x A"] * 2])
        for indices, variants in found:
            copies = 3 if len(found[0][0]) == len(indices) and dataset.corpora[indices[0]] == "EMO-DB" else 6
            self.assertEqual(len(variants.raw), -(-2 * copies // UTTERANCES) * UTTERANCES)
            self.assertEqual((variants.raw.dtype, variants.raw.shape[1:]), (np.float16, (15, 40)))
            counts = np.bincount(variants.recording)
            self.assertLessEqual(counts.max() - counts.min(), 1)
            self.assertEqual(variants.session.tolist(), np.repeat(np.arange(len(variants.raw) // UTTERANCES), UTTERANCES).tolist())
            raw = np.asarray(variants.raw, np.float32)
            speech = has_speech(raw)
            np.testing.assert_array_equal(variants.counts, speech.sum(axis=1))
            np.testing.assert_allclose(variants.sums, (raw * speech[..., np.newaxis]).sum(axis=1), rtol=1e-4, atol=1e-3)
            self.assertTrue((raw[..., 0] < 3).all() and (raw[..., 0] > -14).all())

    def test_the_second_time_they_are_read(self):
        one = load_sessions(self.dataset(), DURATION, 1)
        with mock.patch.object(session_files, "variants_of", side_effect=AssertionError):
            two = load_sessions(self.dataset(), DURATION, 1)
        for (_, before), (_, after) in zip(one, two):
            np.testing.assert_array_equal(before.raw, after.raw)

    def test_it_goes_on_where_it_was_killed(self):
        write, done = session_files.write_speaker, []

        def write_one(speaker) -> int:
            if done:
                raise KeyboardInterrupt
            done.append(speaker)
            return write(speaker)

        with mock.patch.object(session_files, "write_speaker", write_one), self.assertRaises(KeyboardInterrupt):
            load_sessions(self.dataset(), DURATION, 1)
        with mock.patch.object(session_files, "write_speaker", side_effect=write) as rest:
            load_sessions(self.dataset(), DURATION, 1)
        self.assertEqual(rest.call_count, 2)
        self.assertNotIn(done[0], [call.args[0] for call in rest.call_args_list])

    def test_a_file_without_details_is_made_again(self):
        speaker = speakers_of(self.dataset(), DURATION)["EMO-DB 03"][1]
        write_speaker(speaker)
        before = np.array(read_speaker(speaker).raw)
        path = session_files.details_path(speaker)
        path.unlink()
        path.with_suffix(".npy").write_bytes(b"half a file")
        load_sessions(self.dataset(), DURATION, 1)
        np.testing.assert_array_equal(read_speaker(speaker).raw, before)

    def test_centers_are_what_a_device_hears(self):
        dataset, raw_mfcc = self.dataset(), load_front_end(RAW_MFCC, DURATION)
        found = load_centers(dataset, DURATION)
        for recording, row in zip(dataset.recordings, found):
            np.testing.assert_array_equal(row, raw_mfcc.features(raw_mfcc.read_wav(recording.path)))
        with mock.patch.object(session_files, "read_sound", side_effect=AssertionError):
            np.testing.assert_array_equal(load_centers(dataset, DURATION), found)


class Hashes(Corpora):
    def test_a_free_corpus_hears_free_sounds_only(self):
        speakers = {name: {sound.name for sound in speaker.sounds} for name, (_, speaker) in speakers_of(self.dataset(), DURATION).items()}
        self.assertEqual(speakers, {"EMO-DB 03": {"t.wav"}, "EMO-DB 08": {"t.wav"}, "x A": {"t.wav", "b.wav"}})

    def test_what_changes_them(self):
        before = self.hashes()
        write_wav(self.folder / "wav" / "03a01Wa.wav", spoken("other"))
        changed = self.hashes()
        self.assertEqual({name for name in before if before[name] != changed[name]}, {"EMO-DB 03"})
        write_wav(self.folder / "b.wav", as_int16(vowel(200, 0.3)))
        again = self.hashes()
        self.assertEqual({name for name in before if again[name] != changed[name]}, {"x A"})
        write_wav(self.folder / "t.wav", as_int16(vowel(210, 0.3)))
        self.assertFalse(set(self.hashes().values()) & set(again.values()))

    def test_other_speakers_do_not_matter(self):
        before = self.hashes()
        self.write([row for row in self.rows if row[4] == "free"])
        alone = self.hashes()
        self.assertEqual(alone, {name: value for name, value in before.items() if name != "x A"})

    def test_the_code_and_the_front_end_matter_and_the_folder_does_not(self):
        data = self.dataset()
        before = sessions_hash(data, DURATION)
        moved = dataclasses.replace(data, recordings=tuple(dataclasses.replace(r, path=Path("elsewhere", r.path.name)) for r in data.recordings))
        self.assertEqual(sessions_hash(moved, DURATION), before)
        for name in ("code_hash", "front_end_print"):
            session_files.speaker_hash.cache_clear()
            with mock.patch.object(session_files, name, lambda *_: "other"):
                self.assertNotEqual(sessions_hash(data, DURATION), before, name)
            session_files.speaker_hash.cache_clear()

    def test_sessions_name_the_corpora_of_their_sounds(self):
        with mock.patch.object(session_files, "OF_A_RESTRICTED_CORPUS", 200):
            speaker = speakers_of(self.dataset(), DURATION)["x A"][1]
            names = {name for sources in session_files.variants_of(speaker).sources for name in json.loads(sources)}
        self.assertLessEqual(names, {"free", "x"})
        self.assertTrue(names)


if __name__ == "__main__":
    unittest.main()
