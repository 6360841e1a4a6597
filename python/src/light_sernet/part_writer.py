"""Classifies the sounds of a part and writes their rows (the extra `ray`)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, BinaryIO

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet  # type: ignore[import-untyped]

from .archive import Item, Job, source_folder
from .parts import Answers, Part
from .recognizer import Recognizer
from .result import Recognition
from .rows import Row, rows, schema, table_name
from .workers import error_sentence

HELD_ROWS = 20_000
"""Rows in memory before they are written: a row group."""
READ_BYTES = 1 << 20
"""Of a Parquet file, at a time and column."""


class PartWriter:
    """What a worker keeps between parts: the recognizer."""

    def __init__(self, job: Job):
        self._job = job
        self._answers = Answers(job)
        self._recognizer = Recognizer(job.model, build=job.build)
        self._schema = schema(self._recognizer.model)
        self._fs, self._root = source_folder(job)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """For Ray Data's map_batches(): parts, as columns of their fields. Returns their names."""
        for plan, index, name in zip(batch["plan"], batch["batch"], batch["name"]):
            self.write(Part(str(plan), int(index), str(name)))
        return {"name": batch["name"]}

    def write(self, part: Part) -> None:
        """All of a part or nothing; nothing if it is there."""
        if self._answers.has(part):
            return
        held: list[Row] = []
        with self._answers.written(part.name) as file, pa.parquet.ParquetWriter(file, self._schema, compression="zstd") as writer:

            def write_held() -> None:
                writer.write_table(pa.Table.from_pylist(held, self._schema))
                held.clear()

            for item in self._answers.items(part):
                for name, answer in self._classified(item):
                    held.extend(rows(table_name(name), answer))
                    if len(held) >= HELD_ROWS:
                        write_held()
            write_held()

    def _classified(self, item: Item) -> Iterator[tuple[str, Recognition | str]]:
        if item.error is not None:
            yield item.path, item.error
        elif item.group is not None:
            yield from self._row_group(item)
        else:
            try:
                sound = self._fs.open(f"{self._root}/{item.path}", "rb")
            except Exception as error:
                yield item.path, error_sentence(error)
            else:
                yield item.path, self._answer(sound)

    def _answer(self, sound: AbstractContextManager[BinaryIO]) -> Recognition | str:
        """Closes it."""
        try:
            with sound as file:
                return self._recognizer.classify_file(file, long=self._job.long)
        except Exception as error:  # One bad sound, whatever is wrong with it, must not end a run of a million.
            return error_sentence(error)

    def _row_group(self, item: Item) -> Iterator[tuple[str, Recognition | str]]:
        """Row by row, so that a row group of hours is never all in memory."""
        column, name = self._job.column, self._job.name
        try:
            with self._fs.open(f"{self._root}/{item.path}", "rb") as opened:
                file = pa.parquet.ParquetFile(opened, buffer_size=READ_BYTES, pre_buffer=False)
                first = sum(file.metadata.row_group(index).num_rows for index in range(item.group or 0))
                columns = [column] if name is None else [column, name]
                for index, batch in enumerate(file.iter_batches(1, row_groups=[item.group], columns=columns, use_threads=False)):
                    row = pa.Table.from_batches([batch]).flatten()
                    sound = row[column][0]
                    called = None if name is None else row[name][0].as_py()
                    label = f"{item.path}#{first + index}" if called is None else str(called)
                    if not sound.is_valid:
                        yield label, "this row has no sound; leave it out"
                    elif not (pa.types.is_binary(sound.type) or pa.types.is_large_binary(sound.type)):
                        yield label, f"the column {column} has {sound.type} and no bytes of sound files; name another column"
                    else:
                        yield label, self._answer(pa.BufferReader(sound.as_buffer()))
        except (pa.ArrowException, OSError, KeyError) as error:
            yield f"{item.path} (row group {item.group})", error_sentence(error)
