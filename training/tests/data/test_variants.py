"""Variants depend on their recording alone, are kept, and are made again when what they come from has changed."""

import contextlib
import dataclasses
import tempfile
import unittest
from concurrent.futures import Future
from pathlib import Path
from unittest import mock

import numpy as np

from .. import CACHES
from ..support import need, need_tools, spoken, write_emodb, write_wav

need("pyworld", "scipy", "tqdm", "wasmtime")
need_tools()

from training.data import variants
from training.data.augmentation import KINDS, PLAIN, REAL
from training.data.dataset import Dataset
from training.data.front_end import MFCC, SPECTROGRAM, FrontEnd, load_front_end
from training.data.reading import read_dataset
from training.data.variants import content_hash, load_clean, load_variants, shortened, variants_of
from training.files import save, write_beside

DURATION = 0.3  # s, 15 frames


class AtOnce:
    """In place of processes: another one would not have the tests' caches (see elsewhere.py)."""

    def __init__(self, *_):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def submit(self, function, *arguments) -> Future:
        future = Future()
        future.set_result(function(*arguments))
        return future


class Recordings(unittest.TestCase):
    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.caches = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(mock.patch.object(variants, "RUNS", self.caches))
        stack.enter_context(mock.patch.object(variants, "ProcessPoolExecutor", AtOnce))
        stack.enter_context(mock.patch.dict(variants.COUNTS, dict.fromkeys(KINDS, 3)))
        write_emodb(self.folder, ("03", "08"), letters="WT", texts=("a01",))
        self.front_end = load_front_end(MFCC, DURATION)

    def dataset(self) -> Dataset:
        return read_dataset("EMO-DB", self.folder)

    def load(self, kind: str = PLAIN, jobs: int = 2) -> np.ndarray:
        return load_variants(self.dataset(), kind, MFCC, DURATION, jobs)


class OfOneRecording(Recordings):
    def test_the_same_again_whatever_was_heard_before(self):
        recording = self.dataset().recordings[0]
        for kind in KINDS:
            one = variants_of(recording, kind, self.front_end)
            self.front_end.features(spoken("something else"))
            np.testing.assert_array_equal(variants_of(recording, kind, self.front_end), one)
            np.testing.assert_array_equal(variants_of(recording, kind, load_front_end(MFCC, DURATION)), one)

    def test_shape_and_numbers(self):
        for kind in KINDS:
            found = variants_of(self.dataset().recordings[1], kind, self.front_end)
            self.assertEqual((found.dtype, found.shape), (np.float16, (3, 15, 40)))
            self.assertTrue(np.isfinite(found).all())

    def test_each_is_another_one(self):
        recordings = self.dataset().recordings[:2]
        renamed = dataclasses.replace(recordings[0], utterance="03a01Wb")
        found = [variants_of(recording, kind, self.front_end) for kind in KINDS for recording in (*recordings, renamed)]
        self.assertEqual(len({variant.tobytes() for of_recording in found for variant in of_recording}), 3 * len(found))

    def test_plain_ones_are_the_recording_elsewhere_in_the_window(self):
        """A recording of half the window is silent around, and at another place each time."""
        path = self.folder / "09a01Wa.wav"
        write_wav(path, spoken("x")[:2400])
        found = variants_of(self.dataset().recordings[-1], PLAIN, self.front_end).astype(np.float32)
        silent = (found == self.front_end.silent_frame().astype(np.float16)).all(axis=2)
        self.assertTrue(silent.any(axis=1).all())
        self.assertEqual(len({row.tobytes() for row in silent}), 3)

    def test_the_real_counts(self):
        with mock.patch.dict(variants.COUNTS, {PLAIN: 8}):
            self.assertEqual(len(variants_of(self.dataset().recordings[0], PLAIN, self.front_end)), 8)


class Shortened(unittest.TestCase):
    def test_only_what_nearly_fills_the_window_loses_up_to_a_fifth_of_one_end(self):
        shares = {}
        for count in (1000, 1500, 1501, 1800, 2000, 2001, 3000):
            samples = np.arange(count)
            lengths = []
            for seed in range(300):
                found = shortened(samples, 2000, np.random.default_rng(seed))
                self.assertTrue(found[0] == 0 or found[-1] == count - 1)
                np.testing.assert_array_equal(np.diff(found), 1)
                lengths.append(len(found))
            self.assertGreaterEqual(min(lengths), 0.8 * count)
            shares[count] = np.mean(np.array(lengths) < count)
        for count, share in shares.items():
            if 1500 < count <= 2000:
                self.assertAlmostEqual(share, variants.SHORTENED, delta=0.1)
            else:
                self.assertEqual(share, 0)


class Loaded(Recordings):
    def test_each_recording_has_its_own(self):
        for kind in KINDS:
            found = self.load(kind)
            self.assertEqual((found.dtype, found.shape), (np.float16, (4, 3, 15, 40)))
            for recording, its in zip(self.dataset().recordings, found):
                np.testing.assert_array_equal(its, variants_of(recording, kind, self.front_end))

    def test_other_recordings_do_not_matter(self):
        before = {kind: np.array(self.load(kind)) for kind in KINDS}
        write_wav(self.folder / "03a01Wa.wav", spoken("another voice"))
        write_wav(self.folder / "02a01Wa.wav", spoken("one more, first of all"))
        for kind in KINDS:
            after = self.load(kind)
            self.assertEqual(len(after), 5)
            np.testing.assert_array_equal(after[[1, 3, 4]], before[kind][[0, 2, 3]])
            self.assertTrue((after[2] != before[kind][1]).any())

    def test_the_second_time_they_are_read(self):
        one = self.load()
        with mock.patch.object(variants, "write_variants", side_effect=AssertionError):
            np.testing.assert_array_equal(self.load(), one)
        self.assertEqual([path.suffix for path in self.caches.iterdir()], [".npy"])

    def test_it_goes_on_where_it_was_killed(self):
        write = variants.write_variants
        done = []

        def write_two(recording, *arguments) -> None:
            if len(done) == 2:
                raise KeyboardInterrupt
            done.append(recording.utterance)
            write(recording, *arguments)

        with mock.patch.object(variants, "write_variants", write_two), self.assertRaises(KeyboardInterrupt):
            self.load(REAL)
        with mock.patch.object(variants, "write_variants", side_effect=write) as rest:
            found = self.load(REAL)
        self.assertEqual(rest.call_count, 2)
        self.assertFalse({call.args[0].utterance for call in rest.call_args_list} & set(done))
        for recording, its in zip(self.dataset().recordings, found):
            np.testing.assert_array_equal(its, variants_of(recording, REAL, self.front_end))
        self.assertFalse(list(self.caches.glob("*.parts")))

    def test_clean_is_the_center_of_each(self):
        found = load_clean(self.dataset(), MFCC, DURATION)
        self.assertEqual((found.dtype, found.shape), (np.float32, (4, 15, 40)))
        for recording, row in zip(self.dataset().recordings, found):
            np.testing.assert_array_equal(row, load_front_end(MFCC, DURATION).features(load_front_end(MFCC, DURATION).read_wav(recording.path)))
        with mock.patch.object(FrontEnd, "features", side_effect=AssertionError):
            np.testing.assert_array_equal(load_clean(self.dataset(), MFCC, DURATION), found)


class ContentHash(Recordings):
    def test_it_changes_with_whatever_changes_a_variant(self):
        hashes = [
            content_hash(self.dataset(), MFCC, DURATION),
            content_hash(self.dataset(), SPECTROGRAM, DURATION),
            content_hash(self.dataset(), MFCC, 1.0),
        ]
        write_wav(self.folder / "03a01Wa.wav", spoken("another voice"))
        hashes.append(content_hash(self.dataset(), MFCC, DURATION))
        (self.folder / "03a01Wa.wav").rename(self.folder / "03a01Wb.wav")
        hashes.append(content_hash(self.dataset(), MFCC, DURATION))
        self.assertEqual(len(set(hashes)), 5)
        for found in hashes:
            self.assertRegex(found, "^[0-9a-f]{16}$")

    def test_it_does_not_change_with_the_folder(self):
        before = content_hash(self.dataset(), MFCC, DURATION)
        for path in self.folder.iterdir():
            (self.folder / "deeper").mkdir(exist_ok=True)
            if path.is_file():
                path.rename(self.folder / "deeper" / path.name)
        self.assertEqual(content_hash(self.dataset(), MFCC, DURATION), before)

    def test_it_changes_with_the_code_that_computes_features(self):
        """Which frames are silent, for one, is decided there."""
        before = content_hash(self.dataset(), MFCC, DURATION)
        read = Path.read_bytes
        for name in ("augmentation.py", "variants.py", "segment.py", "front_end.py"):
            with mock.patch.object(Path, "read_bytes", lambda path: read(path) + (b"# changed\n" if path.name == name else b"")):
                self.assertNotEqual(content_hash(self.dataset(), MFCC, DURATION), before, name)


class Files(unittest.TestCase):
    def test_a_file_is_there_whole_or_not_at_all(self):
        with tempfile.TemporaryDirectory() as work:
            path = Path(work, "deep", "x.npy")
            save(path, np.arange(3))

            def half(file) -> None:
                file.write(b"half")
                raise OSError("the disk is full")

            with self.assertRaises(OSError):
                write_beside(path, half)
            np.testing.assert_array_equal(np.load(path), [0, 1, 2])

    def test_the_tests_keep_their_caches_to_themselves(self):
        self.assertEqual(variants.RUNS, CACHES)


if __name__ == "__main__":
    unittest.main()
