"""Compiled code on disk: torn and foreign files, other versions, many processes, places where nobody can write."""

import os
import stat
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

import wasmtime

from light_sernet import Recognizer, compiled

from .support import TemporaryFolder, run_python, voice

PROGRAM = """
import wasmtime
compilations = []
make = wasmtime.Module.__init__
wasmtime.Module.__init__ = lambda *values: (compilations.append(1), make(*values))[1]
from light_sernet import Recognizer
import numpy
logits = Recognizer("micro").classify(numpy.arange(20000, dtype=numpy.int16), 16000).logits
print(len(compilations), list(logits.values()))
"""


class Cache(TemporaryFolder):
    def setUp(self) -> None:
        super().setUp()
        self.cache = self.folder / "cache"

    def run_in(self, cache: Path | str) -> tuple[int, str]:
        """How many modules a new process compiles, and its answer."""
        count, answer = run_python(PROGRAM, {compiled.CACHE_VARIABLE: str(cache)}).split(" ", 1)
        return int(count), answer

    def files(self) -> list[Path]:
        return sorted(self.cache.iterdir())

    def test_another_process_does_not_compile(self) -> None:
        first, answer = self.run_in(self.cache)
        self.assertEqual(first, 2)  # the model and the driver
        self.assertEqual(self.run_in(self.cache), (0, answer))
        self.assertEqual([file.suffix for file in self.files()], [".code", ".code"])
        for file in self.files():
            self.assertIn(f"-wasmtime-{compiled.wasmtime_version()}-{compiled.processor()}", file.name)

    def test_damaged_files_are_compiled_again(self) -> None:
        """Torn, empty, of another program, with one changed bit, with a whole module of another version."""
        _, answer = self.run_in(self.cache)
        whole = {file: file.read_bytes() for file in self.files()}
        for damage in (
            lambda content: content[: len(content) // 2],
            lambda content: b"",
            lambda content: b"\x7fELF of another program",
            lambda content: content[:-1000] + bytes([content[-1000] ^ 1]) + content[-999:],
            lambda content: content[: len(compiled._MAGIC) + 32] + b"\0" * 5000,
        ):
            for file, content in whole.items():
                file.write_bytes(damage(content))
            self.assertEqual(self.run_in(self.cache), (2, answer))
            self.assertEqual({file: file.read_bytes()[:32] for file in whole}, {file: content[:32] for file, content in whole.items()})

    def test_code_that_wasmtime_refuses_is_compiled_again(self) -> None:
        """With the right checksum, as of a version with the same name."""
        with mock.patch.dict(os.environ, {compiled.CACHE_VARIABLE: str(self.cache)}):
            path = compiled.cache_path(b"\0asm\1\0\0\0")
            assert path is not None
            compiled.save(path, b"nothing that wasmtime has written")
            self.assertTrue(path.exists())
            self.assertIsNone(compiled.load(compiled.shared_engine(), path))
            compiled.compiled.cache_clear()
            compiled.compiled(b"\0asm\1\0\0\0")
            self.assertIsNotNone(compiled.load(compiled.shared_engine(), path))

    def test_many_processes_at_once(self) -> None:
        environment = {**os.environ, compiled.CACHE_VARIABLE: str(self.cache)}
        started = [subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, text=True) for _ in range(6)]
        answers = {process.communicate()[0].split(" ", 1)[1] for process in started}
        self.assertEqual(len(answers), 1)
        self.assertEqual(len(self.files()), 2)
        self.assertEqual(self.run_in(self.cache)[0], 0)

    def test_no_cache(self) -> None:
        """Turned off; a file in the place of the folder; a folder where others may write, or that cannot be made."""
        occupied = self.folder / "occupied"
        occupied.write_text("")
        public = self.folder / "public"
        public.mkdir()
        public.chmod(0o777)
        answers = {self.run_in(place) for place in ("", occupied, public, "/proc/nowhere/cache")}
        self.assertEqual({count for count, _ in answers}, {2})
        self.assertEqual(len(answers), 1)
        self.assertEqual(list(public.iterdir()), [])

    def test_a_full_or_read_only_disk(self) -> None:
        """Nothing is left, and nothing is said."""
        self.cache.mkdir(mode=0o700)
        with mock.patch("os.replace", side_effect=OSError(28, "No space left on device")):
            compiled.save(self.cache / "module.code", b"code")
        self.assertEqual(self.files(), [])
        with mock.patch.object(Path, "write_bytes", side_effect=PermissionError(13, "Permission denied")):
            compiled.save(self.cache / "module.code", b"code")
        self.assertEqual(self.files(), [])

    def test_the_folder_is_the_users_own(self) -> None:
        self.run_in(self.cache)
        self.assertEqual(stat.S_IMODE(self.cache.stat().st_mode), 0o700)
        with mock.patch.dict(os.environ, {"XDG_CACHE_HOME": str(self.folder / "xdg")}), mock.patch.dict(os.environ):
            os.environ.pop(compiled.CACHE_VARIABLE, None)
            if sys.platform == "linux":
                self.assertEqual(compiled.cache_folder(), self.folder / "xdg" / "light-sernet")


class Fork(unittest.TestCase):
    @unittest.skipUnless(hasattr(os, "fork"), "this system has no fork")
    def test_a_forked_process_compiles(self) -> None:
        """It has none of the threads of its parent."""
        program = """
import multiprocessing, os
os.environ["LIGHT_SERNET_CACHE"] = ""
from light_sernet import Recognizer
import numpy
sound = numpy.arange(20000, dtype=numpy.int16)
def label(model):
    return Recognizer(model).classify(sound, 16000).label
expected = label("micro"), label("full")
recognizer = Recognizer("micro")
from light_sernet import compiled
compiled.compiled.cache_clear()
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(tuple(pool.map_async(label, ["micro", "full"]).get(60)) == expected)
"""
        self.assertEqual(run_python(program), "True\n")


if __name__ == "__main__":
    unittest.main()
