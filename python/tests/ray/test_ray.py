"""Archives on a real Ray, with two workers: whatever is killed, the files are those of an undisturbed run, to the byte. `bash tests/setup/ray.sh`, which `npm run test:apps` runs."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from light_sernet import RecognizerError

from ..support import TemporaryFolder, voice, write_wav

try:
    import pyarrow as pa
    import pyarrow.parquet
    import ray
except ImportError:
    raise unittest.SkipTest("Ray is not installed: pip install 'light-sernet[ray]'") from None

from light_sernet import parts
from light_sernet.ray import classify_audio

from ..test_archive import TEXT, content, expected, read

SOUNDS = 240
PART = 4  # sounds
PROGRAM = f"import sys; from light_sernet import parts, ray; parts.PART_SOUNDS = {PART}; sys.exit(ray.main(sys.argv[1:]))"


def children(process: int) -> list[int]:
    """Of a process, at any depth."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            pass
    found = [process]
    for parent in found:
        found += [child for child, above in parents.items() if above == parent]
    return found[1:]


def workers(driver: int) -> list[int]:
    """The processes that classify."""
    return [process for process in children(driver) if "PartWriter" in name(process)]


def name(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


class OnRay(TemporaryFolder):
    sounds: Path

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(prefix="light-sernet-")
        cls.addClassCleanup(folder.cleanup)
        cls.sounds = Path(folder.name, "sounds")
        for number in range(SOUNDS):
            caller = cls.sounds / f"caller {number % 3}"
            caller.mkdir(parents=True, exist_ok=True)
            write_wav(caller / f"{number:03d}.wav", voice(1 + number % 5, seed=number))
        (cls.sounds / "caller 1" / "text.wav").write_bytes(TEXT)

    def setUp(self) -> None:
        super().setUp()
        self.out = self.folder / "out"
        self.addCleanup(setattr, parts, "PART_SOUNDS", parts.PART_SOUNDS)
        parts.PART_SOUNDS = PART

    @classmethod
    @cache
    def undisturbed(cls) -> dict[str, bytes]:
        """The files of a run that nobody kills; ends this process's Ray, which has the processors."""
        with tempfile.TemporaryDirectory(prefix="light-sernet-") as out:
            classify_audio(cls.sounds, out, model="micro", workers=2)
            ray.shutdown()
            return content(out)

    def assert_same(self) -> None:
        found = content(str(self.out))
        self.assertEqual(found.keys(), self.undisturbed().keys())
        self.assertEqual(found, self.undisturbed())

    def start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", PROGRAM, "--model", "micro", "--workers", "2", str(self.sounds), str(self.out)]
        # In its own session, so that Ctrl+C of these tests ends them all.
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "RAY_ADDRESS": "local"})
        self.addCleanup(process.stderr.close)  # type: ignore[union-attr]
        return process

    def done(self) -> int:
        return len(list(self.out.glob("*/part-*.parquet")))

    def wait_for(self, process: "subprocess.Popen[bytes]", count: int) -> None:
        """Until so many parts are there."""
        limit = time.monotonic() + 120
        while self.done() < count and process.poll() is None and time.monotonic() < limit:
            time.sleep(0.005)
        self.assertIsNone(process.poll(), "it was done before it was killed")

    def test_rows(self) -> None:
        summary = classify_audio(self.sounds, self.out, model="micro", workers=2)
        found, wanted = read(str(self.out)), expected(self.sounds)
        self.assertEqual([{column: row[column] for column in other} for row, other in zip(found, wanted)], wanted)
        self.assertEqual((len(found), summary.windows, summary.failed), (len(wanted), len(wanted) - 1, 1))

    def test_killed_workers(self) -> None:
        self.undisturbed()
        ray.shutdown()
        process = self.start()
        for count in (3, 12):
            self.wait_for(process, count)
            # A worker that is being restarted has another name.
            killed = workers(process.pid)
            self.assertGreater(len(killed), 0)
            os.kill(killed[0], signal.SIGKILL)
        error = process.stderr.read()  # type: ignore[union-attr]
        self.assertEqual(process.wait(), 1, error.decode()[-2000:])
        self.assert_same()

    def test_killed_run(self) -> None:
        whole = self.undisturbed()
        ray.shutdown()
        kills = 0
        while kills < 3:
            before = self.done()
            process = self.start()
            self.wait_for(process, before + 5)
            left = children(process.pid)
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            # Two runs on one machine at the same time would take twice as long; the files are the same either way.
            limit = time.monotonic() + 60
            while any("ray" in name(child) for child in left) and time.monotonic() < limit:
                time.sleep(0.05)
        self.assertLess(self.done(), len([file for file in whole if file.endswith(".parquet")]))
        process = self.start()
        error = process.stderr.read()  # type: ignore[union-attr]
        self.assertEqual(process.wait(), 1, error.decode()[-2000:])
        self.assert_same()

    def test_a_parquet_column(self) -> None:
        table = self.folder / "table"
        table.mkdir()
        files = sorted(self.sounds.glob("*/*.wav"))[:20]
        columns = {"audio": [{"bytes": file.read_bytes(), "path": str(file.relative_to(self.sounds))} for file in files]}
        pa.parquet.write_table(pa.table(columns), table / "a.parquet", row_group_size=3)
        classify_audio(table, self.out, column="audio.bytes", name="audio.path", model="micro", workers=2)
        wanted = [row for row in expected(self.sounds) if row["file"] in {str(file.relative_to(self.sounds)) for file in files}]
        found = read(str(self.out))
        self.assertEqual([{column: row[column] for column in other} for row, other in zip(found, wanted)], wanted)
        self.assertEqual(len(found), len(wanted))

    def test_a_path_of_fsspec(self) -> None:
        archive = self.folder / "sounds.zip"
        with zipfile.ZipFile(archive, "w") as file:
            for sound in sorted(self.sounds.glob("*/*.wav"))[:20]:
                file.write(sound, str(sound.relative_to(self.sounds)))
        classify_audio(f"zip://::file://{archive}", f"file://{self.out}", model="micro", workers=2)
        wanted = [row for row in expected(self.sounds) if row["file"] in zipfile.ZipFile(archive).namelist()]
        found = read(str(self.out))
        self.assertEqual([{column: row[column] for column in other} for row, other in zip(found, wanted)], wanted)

    def test_refusals(self) -> None:
        def refused(sentence: str, **more: Any) -> None:
            with self.assertRaisesRegex(RecognizerError, sentence):
                classify_audio(**{"source": self.sounds, "output": self.out, **more})

        refused("workers must be", workers=0)
        refused("in the memory of this process", source="memory://sounds")
        with self.assertRaises(FileNotFoundError):
            classify_audio(self.folder / "nowhere", self.out)


def tearDownModule() -> None:
    ray.shutdown()


if __name__ == "__main__":
    unittest.main()
