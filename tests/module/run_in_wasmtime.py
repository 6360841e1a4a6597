"""Runs modules under wasmtime: `run_in_wasmtime.py MODULE INPUTS RESULTS [MODULE INPUTS RESULTS ...]`.

INPUTS is a sequence of records, all numbers int32, little-endian:
    sound:       1, format, channels, rate, bytes of sound; then those bytes
    MFCC matrix: 2, 0, 0, 0, bytes of the matrix; then float32 [frames, coefficients]
RESULTS gets for each of them: int32 level (0 for a matrix), int32 label, int32 accepted, int32 logits [classes], float32
probabilities [classes].
"""

import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import wasmtime

SOUND = 1
HEADER = struct.Struct("<5i")
SAMPLE_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 4, 6: 8, 7: 1, 8: 1}  # by INPUT_FORMAT of ts-tools/abi/status.ts


class Module:
    """One instance. The exports it calls are described in ts-tools/abi/exports.ts."""

    def __init__(self, path: Path):
        self._store = wasmtime.Store()
        module = wasmtime.Module.from_file(self._store.engine, str(path))
        self._exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        self._memory = self._exports["memory"]
        # Looking an export up takes longer than calling it.
        self._functions = {export.name: self._exports[export.name] for export in module.exports}
        self._input = self._call("inputAddress")
        self._capacity = self._call("inputCapacity")

    def classify(self, sound: bytes, layout: tuple[int, int, int]) -> bytes:
        """The whole path: level passes, then features and network."""
        format_number, channels, rate = layout
        self._call("setInput", format_number, channels, rate)
        frame = SAMPLE_BYTES[format_number] * channels
        samples = self._call("resampledLength", len(sound) // frame, rate)
        most = self._capacity // frame * frame
        pieces = [sound[start : start + most] for start in range(0, len(sound), most)]
        self._call("startLevel", samples)
        self._push(pieces)
        self._call("nextLevel")
        self._push(pieces)
        level = self._call("finishLevel")
        self._call("start", level, samples)
        self._push(pieces)
        self._call("finish")
        return struct.pack("<i", level) + self._answer()

    def run_network(self, mfcc: bytes) -> bytes:
        """The network alone on float32 [frames, coefficients]."""
        row = 4 * self._call("coefficientCount")
        address = self._call("mfccAddress")
        self._call("startNetwork")
        for start in range(0, len(mfcc), row):
            self._memory.write(self._store, mfcc[start : start + row], address)
            self._call("pushFrame")
        self._call("finishNetwork")
        return struct.pack("<i", 0) + self._answer()

    def _answer(self) -> bytes:
        size = 4 * self._call("classCount")
        judged = struct.pack("<2i", self._call("label"), self._call("accepted"))
        return judged + self._read("logitsAddress", size) + self._read("probabilitiesAddress", size)

    def _read(self, name: str, size: int) -> bytes:
        address = self._call(name)
        return bytes(self._memory.read(self._store, address, address + size))

    def _push(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self._memory.write(self._store, piece, self._input)
            self._call("push", len(piece))

    def _call(self, name: str, *values: int) -> int:
        result = self._functions[name](self._store, *values)
        if result is not None and result < 0:
            raise RuntimeError(f"the module's {name} answers status {result} (see ts-tools/abi/status.ts)")
        return result


def records(file: BinaryIO) -> Iterator[tuple[int, tuple[int, int, int], bytes]]:
    """Kind, layout and bytes of every record."""
    while header := file.read(HEADER.size):
        kind, format_number, channels, rate, size = HEADER.unpack(header)
        yield kind, (format_number, channels, rate), file.read(size)


def main(arguments: list[str]) -> None:
    for path, inputs, results in zip(*[map(Path, arguments)] * 3, strict=True):
        module = Module(path)
        with inputs.open("rb") as given, results.open("wb") as answers:
            for kind, layout, data in records(given):
                answers.write(module.classify(data, layout) if kind == SOUND else module.run_network(data))


if __name__ == "__main__":
    main(sys.argv[1:])
