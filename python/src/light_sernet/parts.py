"""The folder of an archive's answers: Parquet files that are there once, whoever writes them and however often (the extra `ray`).

Its plan says once and for all which sounds are in which part, so that whoever writes a part writes the same rows under the same name: a worker that was taken for dead,
or the next run after one that was killed. Which parts are there says what is done.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.dataset  # type: ignore[import-untyped]

from .archive import Item, Job, filesystem, folder, items
from .errors import RecognizerError
from .model import ModelInfo, load
from .parquet import LOCK, MANIFEST, check_manifest, manifest, manifest_bytes
from .rows import table_name

PART_SOUNDS = 1_000
PART_BYTES = 1 << 30
"""The most that a part has of both: minutes of work, which are done again when its worker is killed."""
PARTS_PER_WORKER = 16
"""A smaller archive has as many, so that all workers end at about the same time."""
LEAST_SOUNDS = 16
LEAST_BYTES = 1 << 22
"""Less than that is not divided further: a second of work."""
TEMPORARY = ".temporary"
"""The end of the names of files that are being written."""
PLAN_SCHEMA = pa.schema([("path", pa.binary()), ("group", pa.int32()), ("error", pa.string())])


@dataclass(frozen=True)
class Part:
    """A batch of a plan, and the name of its rows' file."""

    plan: str
    batch: int
    name: str


def plan(new: Sequence[Item], depth: int, workers: int) -> list[list[Item]]:
    """The items of each part: of one folder, and not more than a part has. A large item is a part of its own."""
    share = PARTS_PER_WORKER * workers
    most = min(PART_SOUNDS, max(LEAST_SOUNDS, ceil(len(new) / share)))
    most_bytes = min(PART_BYTES, max(LEAST_BYTES, ceil(sum(item.size for item in new) / share)))
    parts: list[list[Item]] = []
    for _, group in groupby(sorted(new, key=lambda item: folder(item, depth)), lambda item: folder(item, depth)):
        parts.append([])
        size = 0
        for item in group:
            if len(parts[-1]) == most or (parts[-1] and size + item.size > most_bytes):
                parts.append([])
                size = 0
            parts[-1].append(item)
            size += item.size
    return parts


class Answers:
    """The folder of the output: `_manifest.json` with what the rows are made with, `_plan-N.arrow` with the items of the parts from number N on, a batch for each, and the
    parts, `folder=NAME/part-M.parquet`."""

    def __init__(self, job: Job):
        self._job = job
        self._fs, self.root = filesystem(job.output)

    def begin(self, workers: int) -> list[Part]:
        """The parts that are still missing, with new ones for what the source has now and has not had. Raises RecognizerError if the folder is of another run."""
        model = load(self._job.model, self._job.build)[1]
        there = {path[len(self.root) + 1 :] for path in self._fs.find(self.root)} if self._fs.exists(self.root) else set()
        self._check_manifest(model, there)
        for name in there:
            if name.endswith(TEMPORARY):
                self._fs.rm(f"{self.root}/{name}")
        planned: set[tuple[bytes, int | None]] = set()
        parts: list[Part] = []
        for name in sorted(name for name in there if name.startswith("_plan-")):
            for batch, rows in enumerate(self._batches(name)):
                planned.update(zip(rows["path"].to_pylist(), rows["group"].to_pylist()))
                parts.append(self._part(name, batch, rows, len(parts)))
        new = [item for item in items(self._job) if (os.fsencode(item.path), item.group) not in planned]
        if new:
            name = f"_plan-{len(parts):07d}.arrow"
            batches = [batch_of(group) for group in plan(new, self._job.partition, workers)]
            with self.written(name) as file, pa.ipc.new_file(file, PLAN_SCHEMA, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
                for rows in batches:
                    writer.write_batch(rows)
            parts += [self._part(name, batch, rows, len(parts) + batch) for batch, rows in enumerate(batches)]
        return [part for part in parts if part.name not in there]

    def items(self, part: Part) -> list[Item]:
        with self._fs.open(f"{self.root}/{part.plan}") as file:
            return items_of(pa.ipc.open_file(file).get_batch(part.batch))

    def has(self, part: Part) -> bool:
        return bool(self._fs.exists(f"{self.root}/{part.name}"))

    @contextmanager
    def written(self, name: str) -> Iterator[Any]:
        """A file that is there under its name when it is complete, or not at all."""
        path = f"{self.root}/{name}"
        parent, _, last = path.rpartition("/")
        temporary = f"{parent}/.{last}.{uuid4().hex}{TEMPORARY}"
        self._fs.makedirs(parent, exist_ok=True)
        try:
            with self._fs.open(temporary, "wb") as file:
                yield file
            self._fs.mv(temporary, path)
        except BaseException:
            with suppress(OSError):
                self._fs.rm(temporary)
            raise

    def count(self) -> tuple[int, int]:
        """Rows with an answer, and with an error."""
        rows = pa.dataset.dataset(self.root, filesystem=self._fs, format="parquet")
        failed = rows.count_rows(filter=pa.dataset.field("error").is_valid())
        return rows.count_rows() - failed, failed

    def _check_manifest(self, model: ModelInfo, there: set[str]) -> None:
        job = self._job
        settings = manifest(model, {"long": job.long, "source": job.source, "column": job.column, "name": job.name, "partition": job.partition})
        if MANIFEST in there:
            check_manifest(self._fs.cat_file(f"{self.root}/{MANIFEST}"), settings, job.output)
        elif there - {LOCK}:
            raise RecognizerError("BAD_ARGUMENT", f"{job.output} has files and no {MANIFEST}; choose another folder")
        else:
            with self.written(MANIFEST) as file:
                file.write(manifest_bytes(settings))

    def _batches(self, name: str) -> Iterator[Any]:
        with self._fs.open(f"{self.root}/{name}") as file:
            reader = pa.ipc.open_file(file)
            for batch in range(reader.num_record_batches):
                yield reader.get_batch(batch)

    def _part(self, plan: str, batch: int, rows: Any, number: int) -> Part:
        depth = self._job.partition
        value = quote(table_name(folder(items_of(rows.slice(0, 1))[0], depth)), safe="")
        return Part(plan, batch, f"{f'folder={value}/' if depth > 0 else ''}part-{number:07d}.parquet")


def batch_of(group: Sequence[Item]) -> Any:
    rows = [{"path": os.fsencode(item.path), "group": item.group, "error": item.error} for item in group]
    return pa.RecordBatch.from_pylist(rows, PLAN_SCHEMA)


def items_of(batch: Any) -> list[Item]:
    return [Item(os.fsdecode(row["path"]), 0, row["group"], row["error"]) for row in batch.to_pylist()]
