"""An archive's plan, and its parts as one process writes them: a file system that is not a disk, Parquet columns, bad sounds, parts that are written twice. Needs pyarrow and
fsspec, but not Ray, which tests/ray starts."""

import io
import unittest
from pathlib import Path
from typing import Any

from light_sernet import Recognizer, RecognizerError
from light_sernet.sound_files import find_sounds
from light_sernet.workers import Settings, answers

from .support import EXAMPLES, TemporaryFolder, run_python, voice, write_wav

try:
    import fsspec
    import pyarrow as pa
    import pyarrow.dataset
    import pyarrow.parquet
except ImportError:
    raise unittest.SkipTest("pyarrow and fsspec are not installed: pip install 'light-sernet[ray]'") from None

from light_sernet import parts
from light_sernet.archive import Item, Job, checked, items
from light_sernet.part_writer import PartWriter
from light_sernet.parts import Answers, plan
from light_sernet.rows import rows, table_name

TEXT = b"This is a text, and no sound at all, however long it is."


def write_missing(job: Job, most: int | None = None, workers: int = 2) -> int:
    """What a run without Ray does. Returns how many parts it has written."""
    missing = Answers(job).begin(workers)[:most]
    writer = PartWriter(job)
    for part in missing:
        writer.write(part)
    return len(missing)


def content(url: str) -> dict[str, bytes]:
    """The files of a folder."""
    fs, root = fsspec.core.url_to_fs(url)
    return {path[len(root) :]: fs.cat_file(path) for path in fs.find(root) if not path.endswith(".lock")}


def read(url: str) -> list[dict[str, Any]]:
    """All rows, as a program reads the folder."""
    fs, root = fsspec.core.url_to_fs(url)
    found: list[dict[str, Any]] = pyarrow.dataset.dataset(root, filesystem=fs, partitioning="hive").to_table().to_pylist()
    return sorted(found, key=lambda row: (row["file"], row["start_ms"] or 0))


def expected(folder: Path) -> list[dict[str, Any]]:
    """The rows of the plain command."""
    files = [file for file, _ in find_sounds([str(folder)])]
    answered = answers(files, Settings("micro", "auto", "windows"), 1)
    found = [row for file, answer in answered for row in rows(table_name(file.removeprefix(f"{folder}/")), answer)]
    return sorted(found, key=lambda row: (row["file"], row.get("start_ms") or 0))


class Archive(TemporaryFolder):
    def setUp(self) -> None:
        super().setUp()
        self.sounds = self.folder / "sounds"
        self.out = self.folder / "out"
        self.addCleanup(setattr, parts, "PART_SOUNDS", parts.PART_SOUNDS)
        parts.PART_SOUNDS = 3

    def job(self, **more: Any) -> Job:
        return checked(Job(**{"source": str(self.sounds), "output": str(self.out), "model": "micro", **more}))

    def write_sounds(self, count: int = 8) -> None:
        for number in range(count):
            caller = self.sounds / f"caller {number % 2}" / "2026"
            caller.mkdir(parents=True, exist_ok=True)
            write_wav(caller / f"{number:03d}.wav", voice(1 + number, seed=number))
        (self.sounds / "caller 0" / "text.wav").write_bytes(TEXT)
        (self.sounds / "notes.txt").write_text("no sound")
        (self.sounds / "._0.wav").write_text("of macOS")

    def assert_rows(self, found: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> None:
        self.assertEqual([{name: row[name] for name in other} for row, other in zip(found, wanted)], wanted)
        self.assertEqual(len(found), len(wanted))

    def test_the_rows_are_those_of_the_command(self) -> None:
        self.write_sounds()
        self.assertGreater(write_missing(self.job()), 3)
        found = read(str(self.out))
        self.assert_rows(found, expected(self.sounds))
        for row in found:
            self.assertEqual(row["folder"], row["file"].split("/")[0])
        self.assertEqual(Answers(self.job()).count(), (len(found) - 1, 1))
        self.assertIn("not a WAV file", next(row["error"] for row in found if row["file"] == "caller 0/text.wav"))

    def test_a_store_that_is_not_a_disk(self) -> None:
        self.write_sounds()
        (self.sounds / "__MACOSX").mkdir()
        write_wav(self.sounds / "__MACOSX" / "0.wav", voice(1))
        store = fsspec.filesystem("memory")
        self.addCleanup(store.rm, "/test", True)
        store.put(str(self.sounds), "/test/sounds", recursive=True)
        write_missing(self.job(source="memory://test/sounds", output="memory://test/out"))
        write_missing(self.job())
        self.assertEqual(read("memory://test/out"), read(str(self.out)))
        self.assertEqual([path for path in store.find("/test/out") if path.endswith(parts.TEMPORARY)], [])

    def test_it_goes_on_where_it_was(self) -> None:
        self.write_sounds()
        write_missing(self.job(output=str(self.folder / "whole")))
        total = write_missing(self.job(), 2) + len(Answers(self.job()).begin(2))
        before = content(str(self.out))
        (self.out / f".part.parquet.0{parts.TEMPORARY}").write_bytes(b"torn")
        # The plan stays, however many workers there are now.
        self.assertEqual(write_missing(self.job(), workers=7), total - 2)
        after = content(str(self.out))
        self.assertEqual({name: after[name] for name in before}, before)
        whole = content(str(self.folder / "whole"))
        self.assertEqual({name: data for name, data in after.items() if name.endswith(".parquet")}, {name: data for name, data in whole.items() if name.endswith(".parquet")})
        self.assertEqual(after.keys(), whole.keys())
        self.assertEqual(write_missing(self.job()), 0)

    def test_new_sounds_are_new_parts(self) -> None:
        self.write_sounds()
        write_missing(self.job())
        before = content(str(self.out))
        write_wav(self.sounds / "caller 0" / "2026" / "999.wav", voice(2))
        self.assertEqual(write_missing(self.job()), 1)
        after = content(str(self.out))
        self.assertEqual({name: after[name] for name in before}, before)
        self.assert_rows(read(str(self.out)), expected(self.sounds))

    def test_a_part_that_is_written_twice_is_there_once(self) -> None:
        """By workers of two runs at the same time, say."""
        self.write_sounds()
        job = self.job()
        missing = Answers(job).begin(2)
        for part in missing:
            PartWriter(job).write(part)
        before = content(str(self.out))
        (self.out / missing[1].name).unlink()
        for part in missing:
            PartWriter(job).write(part)
        self.assertEqual(content(str(self.out)), before)

    def test_a_part_that_fails_leaves_nothing(self) -> None:
        self.write_sounds()
        writer = PartWriter(self.job())
        part = Answers(self.job()).begin(2)[0]

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        writer._answers.items = full  # type: ignore[method-assign,assignment]
        before = content(str(self.out))
        self.assertRaises(OSError, writer.write, part)
        self.assertEqual(content(str(self.out)), before)

    def test_parquet_columns(self) -> None:
        sound = (EXAMPLES / "emodb" / "anger_15a04Wb.wav").read_bytes()
        (self.sounds / "2026").mkdir(parents=True)
        audio = [{"bytes": data, "path": f"{index}.wav"} for index, data in enumerate([sound, None, TEXT, sound, sound[:-7000], b""])]
        pa.parquet.write_table(pa.table({"audio": audio, "number": list(range(6)), "data": [entry["bytes"] for entry in audio]}), self.sounds / "2026" / "a.parquet", row_group_size=2)
        (self.sounds / "broken.parquet").write_bytes(b"PAR1, and then nothing")
        pa.parquet.write_table(pa.table({"other": [1]}), self.sounds / "other.parquet")
        write_missing(self.job(column="audio.bytes", name="audio.path"))
        found = {row["file"]: row for row in read(str(self.out))}
        answer = Recognizer("micro").classify_file(io.BytesIO(sound))
        for name in ("0.wav", "3.wav"):
            self.assertEqual((found[name]["probabilities"], str(found[name]["folder"])), (answer.segments[0].probabilities, "2026"))
        self.assertEqual({name for name, row in found.items() if row["error"]}, {"1.wav", "2.wav", "5.wav", "broken.parquet", "other.parquet (row group 0)"})
        self.assertEqual(found["4.wav"]["warnings"], ["WAV_SHORTER"])
        write_missing(self.job(column="data", output=str(self.folder / "names")))
        self.assertEqual({row["file"] for row in read(str(self.folder / "names")) if row["file"].startswith("2026")}, {f"2026/a.parquet#{row}" for row in range(6)})
        # Of a single file nothing beside it is read, so that answers may lie there.
        beside = self.sounds / "2026" / "numbers"
        write_missing(self.job(column="number", source=str(self.sounds / "2026" / "a.parquet"), output=str(beside)))
        self.assertIn("no bytes of sound files", read(str(beside))[0]["error"])

    def test_plan(self) -> None:
        def planned(sizes: list[int], **more: Any) -> list[list[str]]:
            found = [Item(f"{index % 2}/deeper/{index:02d}.wav", size) for index, size in enumerate(sizes)]
            return [[item.path for item in part] for part in plan(found, **{"depth": 1, "workers": 1, **more})]

        parts.PART_SOUNDS = 1000
        self.assertEqual([len(part) for part in planned([1] * 100)], [16, 16, 16, 2, 16, 16, 16, 2])
        self.assertEqual([len(part) for part in planned([1] * 1000, depth=0)], [63] * 15 + [55])
        self.assertEqual(planned([5 << 20] * 3, depth=0), [["0/deeper/00.wav"], ["1/deeper/01.wav"], ["0/deeper/02.wav"]])
        self.assertEqual([len(part) for part in planned([300 << 20] * 100, depth=0)], [3] * 33 + [1])
        self.assertEqual(max(len(part) for part in planned([1 << 28] * 1000, depth=0)), 4)

    def test_names_that_are_not_text(self) -> None:
        self.sounds.mkdir()
        name = b"caf\xe9.wav"
        try:
            with open(bytes(self.sounds) + b"/" + name, "wb") as file:
                file.write((EXAMPLES / "speech.wav").read_bytes())
        except OSError:
            self.skipTest("this file system has no such names")
        write_missing(self.job())
        self.assertEqual({(row["file"], row["folder"], row["error"]) for row in read(str(self.out))}, {("caf\\udce9.wav", ".", None)})

    def test_refusals(self) -> None:
        self.write_sounds(1)
        write_missing(self.job())

        def refused(sentence: str, kind: type[Exception] = RecognizerError, **more: Any) -> None:
            with self.assertRaisesRegex(kind, sentence):
                write_missing(self.job(**more))

        refused("another model, or with other options", model="full")
        refused("another model, or with other options", long="center")
        refused("has files and no _manifest.json", output=str(self.sounds))
        refused("has no sound files", source=str(self.folder / "out"), output=str(self.folder / "other"))
        refused("", FileNotFoundError, source=str(self.folder / "nowhere"), output=str(self.folder / "another"))
        refused("cannot be opened", source="nothing://known")
        refused("name the column", name="path")
        refused("lies in", column="audio", output=str(self.sounds / "out"))
        refused("partition must be", partition=-1)
        refused("long must be", long="short")

    def test_ray_is_not_imported(self) -> None:
        program = "import sys, light_sernet.part_writer, light_sernet.ray; print('ray' in sys.modules)"
        self.assertEqual(run_python(program), "False\n")

    def test_items_that_cannot_be_read(self) -> None:
        self.write_sounds(1)
        closed = self.sounds / "closed"
        closed.mkdir(mode=0)
        self.addCleanup(closed.chmod, 0o700)
        (self.sounds / "gone.wav").symlink_to(self.folder / "nowhere")
        found = {item.path: item.error for item in items(self.job())}
        self.assertIn("gone.wav", found)
        try:
            list(closed.iterdir())  # Root reads everything.
        except PermissionError:
            self.assertIn("permission denied", found["closed"] or "")
        write_missing(self.job())
        self.assertIn("no such file", next(row["error"] for row in read(str(self.out)) if row["file"] == "gone.wav"))


if __name__ == "__main__":
    unittest.main()
