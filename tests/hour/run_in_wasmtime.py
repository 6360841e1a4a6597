"""Streams standard input (int16, mono, 16 kHz) through a module under wasmtime: `run_in_wasmtime.py MODULE SEED`.

Pieces and what is printed are those of tests/firmware/stream_driver.c: 256 samples with seed 0, else 1 to 512; the numbers of every answer; to standard error, how much
memory the process holds, in KB, after each minute of sound.
"""

import os
import struct
import sys
from pathlib import Path

import wasmtime

# ts-tools/abi/stream.ts
FIELDS = ("FRAMES", "SPEAKING", "LEVEL", "CHANGED", "ANSWERED", "STATE", "LABEL", "ACCEPTED", "HEARD", "SPEECH", "LAST_FRAME", "PEAK")
ANSWER = 1
MINUTE = 60 * 16_000


class Stream:
    """A stream of one instance. docs/abi.md describes the exports that it calls."""

    def __init__(self, path: Path):
        self._store = wasmtime.Store()
        module = wasmtime.Module.from_file(self._store.engine, str(path))
        exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        self._memory = exports["memory"]
        # Looking an export up takes longer than calling it.
        self._functions = {export.name: exports[export.name] for export in module.exports}
        self._input = self._call("inputAddress")
        self._classes = self._call("classCount")
        self._call("startStream")

    def push(self, piece: bytes) -> None:
        self._memory.write(self._store, piece, self._input)
        self._call("pushStream", len(piece))
        if self._call("streamEvents") & ANSWER:
            self._print_answer()

    def finish(self) -> None:
        while self._call("finishStream") > 0:
            self._print_answer()

    def _print_answer(self) -> None:
        words = dict(zip(FIELDS, self._read("streamAnswer", f"{len(FIELDS)}i"), strict=True))
        (level,) = struct.unpack("<I", struct.pack("<f", words["LEVEL"] / 100))
        first = [words[name] for name in ("ANSWERED", "STATE", "LABEL", "ACCEPTED", "HEARD", "SPEECH", "LAST_FRAME")]
        logits = self._read("logitsAddress", f"{self._classes}i")
        print(*first, level, *logits, *self._read("probabilitiesAddress", f"{self._classes}I"))

    def _read(self, name: str, numbers: str) -> tuple[int, ...]:
        address = self._call(name)
        layout = struct.Struct(f"<{numbers}")
        return layout.unpack(self._memory.read(self._store, address, address + layout.size))

    def _call(self, name: str, *values: int) -> int:
        result = self._functions[name](self._store, *values)
        if result is not None and result < 0:
            raise RuntimeError(f"the module's {name} answers status {result} (see ts-tools/abi/status.ts)")
        return result


def print_memory() -> None:
    resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    print(resident * os.sysconf("SC_PAGESIZE") // 1024, file=sys.stderr)


def main(module: str, seed: str) -> None:
    stream = Stream(Path(module))
    number, samples = int(seed), 0
    is_random = number != 0
    while True:
        number = (number * 1664525 + 1013904223) % 2**32
        piece = sys.stdin.buffer.read(2 * (1 + (number >> 23) if is_random else 256))
        stream.push(piece)
        count = len(piece) // 2
        if samples // MINUTE != (samples + count) // MINUTE:
            print_memory()
        samples += count
        if count == 0:
            break
    stream.finish()
    print_memory()


if __name__ == "__main__":
    main(*sys.argv[1:])
