"""A folder of Parquet files that a run fills and an interrupted run goes on with (the extra `parquet`)."""

import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from .errors import RecognizerError
from .model import ModelInfo
from .result import Recognition
from .rows import Row, rows, schema, table_name

PART_ROWS = 20_000
PART_SECONDS = 60
"""A part is written when it has that many rows, or after that time: as much work is lost at most when the run is killed."""
MANIFEST = "_manifest.json"
"""Readers of a folder of Parquet files leave out names that begin so."""
LOCK = ".lock"


class ParquetFolder:
    """`part-00000.parquet`, ...: each with all rows of its files, and complete once it has its name. So the parts say which files are done, and nothing else has to
    agree with them. `_manifest.json` says what the rows were made with; another run must use the same."""

    def __init__(self, folder: Path, model: ModelInfo, settings: dict[str, str]):
        """Raises RecognizerError if the folder is of another run, another run writes to it, or pyarrow is missing."""
        try:
            import pyarrow  # type: ignore[import-untyped]
            import pyarrow.parquet  # type: ignore[import-untyped]
        except ImportError:
            raise RecognizerError("BAD_ARGUMENT", 'Parquet files need pyarrow; install it: pip install "light-sernet[parquet]"') from None
        self._arrow, self._parquet = pyarrow, pyarrow.parquet
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = locked(folder)
        self._schema = schema(model)
        self._check_manifest(manifest(model, settings))
        for rest in folder.glob(".*.part"):
            rest.unlink()
        self.done: set[str] = set()
        """Names of the files that earlier runs have finished, as table_name() writes them."""
        self.failed = 0
        """How many of these failed."""
        self._parts = 0
        for part in sorted(folder.glob("part-*.parquet")):
            self._read(part)
        self._rows: list[Row] = []
        self._begun = time.monotonic()

    def add(self, file: str, answer: Recognition | str) -> None:
        self._rows.extend(rows(table_name(file), answer))
        if len(self._rows) >= PART_ROWS or time.monotonic() - self._begun >= PART_SECONDS:
            self._write()

    def _read(self, part: Path) -> None:
        try:
            table = self._parquet.read_table(part, columns=["file", "error"])
        except self._arrow.ArrowInvalid:
            raise RecognizerError("BAD_ARGUMENT", f"{part} is damaged; remove it, and its files are classified again") from None
        self.done.update(table["file"].to_pylist())
        self.failed += len(table) - table["error"].null_count
        self._parts = max(self._parts, int(part.stem.removeprefix("part-")) + 1)

    def _write(self) -> None:
        """A file's rows are in one part, so that it is there as a whole or not at all."""
        self._begun = time.monotonic()
        if not self._rows:
            return
        table = self._arrow.Table.from_pylist(self._rows, self._schema)
        name = f"part-{self._parts:05d}.parquet"
        temporary = self._folder / f".{name}.part"
        self._parquet.write_table(table, temporary, compression="zstd")
        os.replace(temporary, self._folder / name)
        self._parts += 1
        self._rows = []

    def _check_manifest(self, settings: dict[str, Any]) -> None:
        path = self._folder / MANIFEST
        try:
            check_manifest(path.read_bytes(), settings, self._folder)
        except FileNotFoundError:
            if any(self._folder.glob("*.parquet")):
                raise RecognizerError("BAD_ARGUMENT", f"{self._folder} has Parquet files and no {MANIFEST}; choose another folder") from None
            temporary = self._folder / f".{MANIFEST}.part"
            temporary.write_bytes(manifest_bytes(settings))
            os.replace(temporary, path)

    def __enter__(self) -> "ParquetFolder":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Also of an interrupted run: what is done is kept."""
        self._write()
        if self._lock is not None:
            os.close(self._lock)


def manifest(model: ModelInfo, settings: dict[str, Any]) -> dict[str, Any]:
    """What rows are made with."""
    return {"light-sernet": 1, "model": {"id": model.id, "sha256": model.sha256}, **settings}


def manifest_bytes(settings: dict[str, Any]) -> bytes:
    return f"{json.dumps(settings, indent=2)}\n".encode()


def check_manifest(found: bytes, settings: dict[str, Any], folder: Path | str) -> None:
    """Raises RecognizerError unless the rows in the folder were made with the same."""
    try:
        same = json.loads(found) == settings
    except ValueError:
        same = False
    if not same:
        raise RecognizerError("BAD_ARGUMENT", f"{folder} has answers of another model, or with other options ({MANIFEST}); choose another folder")


def locked(folder: Path) -> int | None:
    """Holds the folder for this process; None where the system or the file system has no such locks."""
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise RecognizerError("BAD_ARGUMENT", f"another run is writing to {folder}; wait for it, or choose another folder") from None
    except OSError:
        os.close(handle)
        return None
    return handle
