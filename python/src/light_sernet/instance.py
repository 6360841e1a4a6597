"""One instance of a module with its memory: status codes become errors, addresses become arrays (docs/abi.md)."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import wasmtime

from . import tables
from .compiled import Code, compiled
from .errors import RecognizerError, damaged, status_error

Bytes = npt.NDArray[np.uint8]

PAGE = 65_536
PIECE_BYTES = 131_072
"""Sound that is handed to the driver in one call."""
_MOST_RESAMPLED = 4
"""Bytes that one byte of sound becomes at most: 8-bit samples of 8 kHz become 16-bit samples of 16 kHz."""
_DRIVER = Path(__file__).with_name("driver.wat").read_text("utf-8")
_STREAM_DRIVER = Path(__file__).with_name("stream_driver.wat").read_text("utf-8")
_WORDS = 16
"""int32 at the beginning of the driver's memory: parameters of its functions, and answers."""
ANSWERS = ("label", "accepted", "speechFrames", "voice", "activation", "valence")
"""Functions that say something of the last window; a module may lack some."""


class Module:
    """The code of a module of ours."""

    def __init__(self, wasm: bytes, name: str = "this WebAssembly module"):
        """Raises RecognizerError if it is not one. `name` is what errors call it."""
        try:
            self.code: Code = compiled(wasm)
        except wasmtime.WasmtimeError as error:
            reason = str(error).splitlines()[0]
            raise RecognizerError("BAD_MODULE", f"{name} is not a WebAssembly module that runs here ({reason}); build the model again") from None
        self.name = name
        names = {export.name for export in self.code.module.exports if isinstance(export.type, wasmtime.FuncType)}
        self.features = frozenset(feature for feature, functions in tables.OPTIONAL_EXPORTS.items() if not names.isdisjoint(functions))
        """Of these it has all functions, of the others none."""
        self.functions = [*tables.EXPORTS, *(function for feature in sorted(self.features) for function in tables.OPTIONAL_EXPORTS[feature])]
        fault = self._fault(names)
        if fault is not None:
            raise RecognizerError("BAD_MODULE", f"{name} is not light-sernet's library ({fault}); build the model again")

    def _fault(self, names: set[str]) -> str | None:
        imports = self.code.module.imports
        if imports:
            return f"it imports {imports[0].module}.{imports[0].name}"
        missing = [name for name in self.functions if name not in names]
        if not any(export.name == "memory" and isinstance(export.type, wasmtime.MemoryType) for export in self.code.module.exports):
            missing.append("memory")
        return f"it lacks {', '.join(missing[:3])}" if missing else None


class Instance:
    """Not for two threads at the same time."""

    def __init__(self, module: Module, stream: bool = False):
        """`stream`: with the driver of a stream, which the module must have, in place of the one for recordings."""
        self.module = module
        self._store = wasmtime.Store(module.code.engine)
        try:
            exports = wasmtime.Instance(self._store, module.code.module, []).exports(self._store)
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            raise damaged(error, module.name) from None
        self._functions: dict[str, wasmtime.Func] = {name: function for name in module.functions if isinstance(function := exports[name], wasmtime.Func)}
        memory = exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        self._memory = self._bytes_of(memory)
        found = self.call("abiVersion")
        if found != tables.ABI_VERSION:
            message = f"{module.name} has version {found} of the interface and this package needs {tables.ABI_VERSION}; build the model again"
            raise RecognizerError("BAD_MODULE", message)
        self.capacity = self.call("inputCapacity")
        self._input = self.view(self.call("inputAddress"), self.capacity)
        if self.capacity < 1:
            raise damaged("its input buffer is empty")
        self._answers = [name for name in ANSWERS if name in self._functions]
        self._begin_driver(_STREAM_DRIVER if stream else with_answers(_DRIVER, self._answers), exports)

    def _begin_driver(self, text: str, exports: Any) -> None:
        """Sound goes to `sound`, from `sound_at` on, and what comes of it to `output`, from `output_at` on: both in the driver's own memory."""
        driver = compiled(text.encode())
        try:
            own = wasmtime.Instance(self._store, driver.module, [exports[needed.name or ""] for needed in driver.module.imports]).exports(self._store)
        except wasmtime.WasmtimeError as error:
            raise damaged(error, self.module.name) from None
        self._functions.update({f"driver.{name}": function for name in own if isinstance(function := own[name], wasmtime.Func)})
        self.sound_at = 4 * _WORDS
        window = 2 * self.call("windowSamples")
        if not 1 <= window <= 2 * tables.LIMITS["windowSamples"]:
            raise damaged("it describes an impossible model")
        self.output_at = self.sound_at + max(PIECE_BYTES, window)
        output = max(_MOST_RESAMPLED * PIECE_BYTES, 4 * self.call("frameCount") * self.call("coefficientCount"))
        memory = own["memory"]
        assert isinstance(memory, wasmtime.Memory)
        memory.grow(self._store, -(-(self.output_at + output) // PAGE) + 1)
        whole = self._bytes_of(memory)
        self.words = whole[: self.sound_at].view("<i4")
        self.sound, self.output = whole[self.sound_at : self.output_at], whole[self.output_at :]

    def _bytes_of(self, memory: wasmtime.Memory) -> Bytes:
        """A view of all of it; it never grows or moves afterwards. Valid while this instance is there."""
        return np.ctypeslib.as_array(memory.get_buffer_ptr(self._store))

    def number(self, name: str, *values: int) -> float:
        """What a function returns; its error is that of a damaged module, because ours check all arguments and never trap."""
        try:
            result = self._functions[name](self._store, *values)
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            raise damaged(str(error).splitlines()[0], self.module.name) from None
        return result if isinstance(result, (int, float)) else 0

    def call(self, name: str, *values: int) -> int:
        """The same for a function that returns a whole number, or nothing, which is 0."""
        return int(self.number(name, *values))

    def check(self, name: str, *values: int) -> int:
        """The same for a function that returns a status: raises the error of a negative one."""
        status = self.call(name, *values)
        if status < 0:
            raise status_error(status)
        return status

    def drive(self, name: str, *values: int) -> int:
        """check() of a function of the driver, whose parameters are in its memory."""
        self.words[: len(values)] = values
        return self.check(f"driver.{name}")

    def answers(self) -> dict[str, float]:
        """What the functions ANSWERS have said after driver.segment; flags and counts are whole numbers."""
        words = self.words[: len(self._answers)]
        floats, numbers = words.view("<f4").tolist(), words.tolist()
        return {name: floats[place] if name in tables.FLOAT_EXPORTS else numbers[place] for place, name in enumerate(self._answers)}

    def put(self, data: Bytes) -> None:
        """Writes bytes, at most `capacity`, to the module's input buffer."""
        self._input[: len(data)] = data

    def view(self, address: int, length: int) -> Bytes:
        """Bytes of the module's memory: copy what is to be kept."""
        if not 0 <= address <= address + length <= len(self._memory):
            raise damaged("it returns an address outside its memory", self.module.name)
        return self._memory[address : address + length]

    def array(self, address: int, count: int, kind: str) -> npt.NDArray[Any]:
        """A copy of numbers in the module's memory, of a little-endian NumPy type."""
        return self.view(address, count * np.dtype(kind).itemsize).view(kind).copy()

    def text(self, address: int, most: int) -> str:
        """A zero-terminated text of at most that many bytes."""
        found = self.view(address, min(most + 1, max(0, len(self._memory) - address))).tobytes()
        try:
            return found[: found.index(0)].decode("utf-8")
        except (ValueError, UnicodeDecodeError):
            raise damaged("a text in it has no end, or is not UTF-8", self.module.name) from None


def with_answers(driver: str, names: list[str]) -> str:
    """The text of a driver that stores what these functions return, one after the other."""
    types = {name: "f32" if name in tables.FLOAT_EXPORTS else "i32" for name in names}
    imports = "\n".join(f'(import "module" "{name}" (func ${name} (result {kind})))' for name, kind in types.items())
    stores = "\n".join(f"({kind}.store $own (i32.const {4 * place}) (call ${name}))" for place, (name, kind) in enumerate(types.items()))
    return driver.replace(";;imports", imports).replace(";;answers", stores)
