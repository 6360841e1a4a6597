"""A folder of Parquet files: the rows of a run that was interrupted are those of one that was not. Needs the extra `parquet`."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from light_sernet import Recognizer, parquet
from light_sernet.parquet import ParquetFolder
from light_sernet.workers import Settings, answers

from .support import TemporaryFolder, run_command, voice, write_wav

try:
    import pyarrow.dataset
except ImportError:
    raise unittest.SkipTest("pyarrow is not installed: pip install 'light-sernet[parquet]'") from None

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]

MICRO = ("--model", "micro")


def read(folder: Path) -> list[dict[str, Any]]:
    """All rows, as a program reads the folder."""
    rows: list[dict[str, Any]] = pyarrow.dataset.dataset(folder).to_table().to_pylist()
    return sorted(rows, key=lambda row: (row["file"], row["start_ms"] or 0))


class Parquet(TemporaryFolder):
    def setUp(self) -> None:
        super().setUp()
        self.sounds = self.folder / "sounds"
        self.sounds.mkdir()
        self.out = self.folder / "out"

    def write_sounds(self, count: int, seconds: float = 1) -> list[Path]:
        (self.sounds / "text.wav").write_text("This is a text, and no sound at all, however long it is.")
        return [write_wav(self.sounds / f"{number:03d}.wav", voice(seconds, seed=number)) for number in range(count)]

    def test_rows(self) -> None:
        files = self.write_sounds(2, 5)
        found = run_command(*MICRO, "--parquet", self.out, self.sounds)
        self.assertEqual((found.code, found.out), (1, ""))
        rows = read(self.out)
        recognizer = Recognizer("micro")
        expected = [(str(file), segment) for file in files for segment in recognizer.classify_file(file).segments]
        self.assertEqual(len(rows), len(expected) + 1)
        for row, (file, segment) in zip(rows, expected):
            self.assertEqual((row["file"], row["start_ms"], row["end_ms"], row["label"]), (file, segment.start_ms, segment.end_ms, segment.label))
            self.assertEqual((row["probabilities"], row["voice"], row["accepted"]), (segment.probabilities, segment.voice, segment.accepted))
            self.assertEqual((row["sample_rate"], row["duration_ms"], row["warnings"], row["error"]), (16_000, 5_000, [], None))
        self.assertIn("this is not a WAV file", rows[-1]["error"])
        self.assertIsNone(rows[-1]["label"])

    def test_it_goes_on_where_it_was(self) -> None:
        """Nothing is done twice: a file that is done is not even read."""
        first = self.write_sounds(3)
        self.assertEqual(run_command(*MICRO, "--parquet", self.out, self.sounds).code, 1)
        before = read(self.out)
        for file in first:
            file.write_bytes(b"")
        self.assertEqual(run_command(*MICRO, "--parquet", self.out, self.sounds).code, 1)
        self.assertEqual(read(self.out), before)
        write_wav(self.sounds / "more.wav", voice(2))
        found = run_command(*MICRO, "--parquet", self.out, self.sounds)
        self.assertIn("4 of 5 files are done already, 1 of them with an error", found.err)
        self.assertEqual(len(read(self.out)), len(before) + 1)

    def test_a_killed_run(self) -> None:
        """Killed at any moment, with small parts, again and again, until it is done."""
        self.write_sounds(24)
        self.assertEqual(run_command(*MICRO, "--parquet", self.folder / "whole", self.sounds).code, 1)
        program = f"import sys; from light_sernet import parquet, __main__; parquet.PART_ROWS = 3; sys.exit(__main__.main({[*MICRO, '--parquet', str(self.out), str(self.sounds)]!r}))"
        kills = 0
        for attempt in range(50):
            process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL)
            parts = len(list(self.out.glob("part-*"))) if self.out.exists() else 0
            # Until a few more parts are there: the whole takes at least three attempts.
            while process.poll() is None and len(list(self.out.glob("part-*"))) < parts + 4:
                time.sleep(0.001)
            if process.poll() is not None:
                break
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
        self.assertEqual(process.returncode, 1)
        self.assertGreaterEqual(kills, 2)
        self.assertEqual(read(self.out), read(self.folder / "whole"))
        self.assertEqual([file for file in os.listdir(self.out) if file.endswith(".part")], [])

    def test_an_interrupted_run_keeps_what_is_done(self) -> None:
        files = self.write_sounds(5)
        model = Recognizer("micro").model
        with self.assertRaises(KeyboardInterrupt), ParquetFolder(self.out, model, {"long": "windows"}) as folder:
            for index, (file, answer) in enumerate(answers([str(file) for file in files], Settings("micro", "auto", "windows"), 1)):
                if index == 3:
                    raise KeyboardInterrupt
                folder.add(file, answer)
        self.assertEqual(len(read(self.out)), 3)

    def test_a_file_that_is_named_twice_is_one_row(self) -> None:
        files = self.write_sounds(2)
        run_command(*MICRO, "--parquet", self.out, *files, files[1])
        self.assertEqual(sorted(row["file"] for row in read(self.out)), sorted(str(file) for file in files))

    @unittest.skipIf(fcntl is None, "this system has no flock")
    def test_a_file_system_without_locks(self) -> None:
        """Not every network file system has them: nobody else can be seen there, and nobody is said to write."""
        with mock.patch.object(fcntl, "flock", side_effect=OSError(errno.ENOLCK, "No locks available")):
            self.assertIsNone(parquet.locked(self.folder))

    def test_several_processes_write_the_same_rows(self) -> None:
        self.write_sounds(6)
        for jobs in ("1", "2"):
            run_command(*MICRO, "--jobs", jobs, "--parquet", self.folder / jobs, self.sounds)
        self.assertEqual(read(self.folder / "1"), read(self.folder / "2"))

    def test_refusals(self) -> None:
        self.write_sounds(1)
        run_command(*MICRO, "--parquet", self.out, self.sounds)
        before = read(self.out)

        def refused(part: str, *arguments: str | Path) -> None:
            found = run_command(*arguments, self.sounds)
            self.assertEqual(found.code, 1)
            self.assertIn(part, found.err)
            self.assertEqual(len(found.err.splitlines()), 1)

        refused("another model, or with other options", "--parquet", self.out)
        refused("another model, or with other options", *MICRO, "--long", "center", "--parquet", self.out)
        with ParquetFolder(self.out, Recognizer("micro").model, {"long": "windows"}):
            refused("another run is writing", *MICRO, "--parquet", self.out)
        (self.out / "part-00000.parquet").write_bytes(b"torn")
        refused("part-00000.parquet is damaged", *MICRO, "--parquet", self.out)
        (self.out / "part-00000.parquet").unlink()
        run_command(*MICRO, "--parquet", self.out, self.sounds)
        self.assertEqual(read(self.out), before)
        (self.out / parquet.MANIFEST).unlink()
        refused(f"no {parquet.MANIFEST}", *MICRO, "--parquet", self.out)
        occupied = self.folder / "occupied"
        occupied.write_text("")
        refused("occupied", *MICRO, "--parquet", occupied)

    def test_manifest(self) -> None:
        self.write_sounds(1)
        run_command(*MICRO, "--parquet", self.out, self.sounds)
        self.assertEqual(json.loads((self.out / parquet.MANIFEST).read_text())["model"]["id"], Recognizer("micro").model.id)


if __name__ == "__main__":
    unittest.main()
