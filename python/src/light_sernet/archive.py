"""An archive of sounds, on a disk or in an object store, whatever fsspec reaches (the extra `ray`): which sounds there are, without reading them."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

import fsspec
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet  # type: ignore[import-untyped]
from fsspec.implementations.local import LocalFileSystem

from . import tables
from .errors import RecognizerError, bad_argument
from .sound_files import has_extension, is_of_macos, walk
from .windows import Long
from .workers import error_sentence


@dataclass(frozen=True)
class Job:
    """What is classified, how, and where the answers go."""

    source: str
    """A file or folder, as fsspec writes it."""
    output: str
    column: str | None = None
    """Of Parquet files: what has the bytes of a sound file in each row. None: the source has sound files. A field of a column is "column.field"."""
    name: str | None = None
    """Of Parquet files: the column with each sound's name; None: the file's name and the row's number."""
    model: str = "full"
    build: str = "auto"
    long: Long = "windows"
    partition: int = 1
    """How many folders of a path below the source make the column `folder`, by which the output is partitioned."""


@dataclass(frozen=True)
class Item:
    """What is read as one: a sound file, or a row group of a Parquet file."""

    path: str
    """Below the source, with slashes."""
    size: int
    """Bytes, in the store."""
    group: int | None = None
    error: str | None = None
    """Why it cannot be read, if that is known."""


def filesystem(url: str) -> tuple[Any, str]:
    """The fsspec file system of a path, and the path there. Raises RecognizerError if there is none."""
    try:
        fs, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise RecognizerError("BAD_ARGUMENT", f"{url} cannot be opened ({error}); use a path that fsspec knows, and install what it needs") from None
    return fs, path.rstrip("/")


def is_local(fs: Any) -> bool:
    return isinstance(fs, LocalFileSystem)


def source_folder(job: Job) -> tuple[Any, str]:
    """Of a source that is a single file: where it lies."""
    fs, path = filesystem(job.source)
    return (fs, fs._parent(path)) if fs.isfile(path) else (fs, path)


def checked(job: Job) -> Job:
    """The same with absolute paths, because workers have working directories of their own. Raises RecognizerError for what cannot be done."""
    if job.long not in ("windows", "center"):
        raise bad_argument("long", '"windows" or "center"', job.long)
    if isinstance(job.partition, bool) or not isinstance(job.partition, int) or job.partition < 0:
        raise bad_argument("partition", "a whole number of folders", job.partition)
    if job.name is not None and job.column is None:
        raise RecognizerError("BAD_ARGUMENT", "name is of Parquet files; name the column with the sounds, too")
    (source_fs, source), (output_fs, output) = filesystem(job.source), filesystem(job.output)
    # Of a source that is a single file nothing else is read.
    if job.column is not None and source_fs == output_fs and not source_fs.isfile(source) and f"{output}/".startswith(f"{source}/"):
        raise RecognizerError("BAD_ARGUMENT", f"{job.output} lies in {job.source}, whose Parquet files are read; choose another folder")
    model = os.path.abspath(job.model) if os.path.exists(job.model) and job.model not in tables.PACKAGED_MODELS else job.model
    return replace(job, source=absolute(job.source), output=absolute(job.output), model=model)


def absolute(url: str) -> str:
    fs, path = filesystem(url)
    return path if is_local(fs) else url


def items(job: Job) -> Iterator[Item]:
    """Raises RecognizerError if there are none, OSError if the source is not there."""
    extensions = tables.SOUND_EXTENSIONS if job.column is None else ("parquet",)
    found = False
    for item in files(job, extensions):
        found = True
        yield from row_groups(job, item) if job.column is not None and item.error is None else (item,)
    if not found:
        raise RecognizerError("EMPTY", f"{job.source} has no {'sound files' if job.column is None else 'Parquet files'}; name a folder that has some")


def files(job: Job, extensions: Collection[str]) -> Iterator[Item]:
    """In the order of their paths."""
    fs, path = filesystem(job.source)
    root = source_folder(job)[1]
    if fs.isfile(path):
        yield Item(below(root, path), fs.info(path)["size"])
    elif is_local(fs):
        # Links are followed, and what cannot be read is said: fsspec leaves it out.
        os.stat(path)
        for file, error in walk(path, extensions, set()):
            yield Item(below(root, file), 0, None, error_sentence(error)) if error is not None else Item(below(root, file), file_size(file))
    else:
        found = fs.find(path, detail=True)
        for file in sorted(found):
            name = below(root, file)
            if has_extension(name, extensions) and not any(map(is_of_macos, name.split("/"))):
                yield Item(name, found[file].get("size") or 0)


def below(root: str, path: str) -> str:
    return path.removeprefix(root).replace(os.sep, "/").lstrip("/")


def file_size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:  # Whoever opens it finds out why.
        return 0


def row_groups(job: Job, file: Item) -> Iterator[Item]:
    fs, root = source_folder(job)
    try:
        with fs.open(f"{root}/{file.path}") as opened:
            about = pa.parquet.ParquetFile(opened).metadata
        for index in range(about.num_row_groups):
            yield Item(file.path, about.row_group(index).total_byte_size, index)
    except (pa.ArrowException, OSError) as error:
        yield Item(file.path, 0, None, error_sentence(error))


def folder(item: Item, depth: int) -> str:
    """The first folders of its path; "." of a sound that lies in the source itself."""
    return "/".join(item.path.split("/")[:-1][:depth]) or "."
