"""Our module under wasmtime. A driver module (bench/compare/wasmtime_driver.ts) does a whole inference in one call: calls from Python cost
microseconds each, and there are hundreds of them. Ahead of time or not makes no difference once the code is there: wasmtime compiles whole modules, with
the same compiler, before anything runs."""

from importlib.metadata import version
from pathlib import Path

import wasmtime
from stopwatch import milliseconds


class Subject:
    def __init__(self, task: dict, files: dict[str, bytes]):
        # Every wasmtime since 2021 has what light-sernet.wasm needs; the others need SIMD and relaxed SIMD, which are on.
        engine = wasmtime.Engine(wasmtime.Config())
        self._store = store = wasmtime.Store(engine)
        module, driver_module = (compiled(engine, files[name], task) for name in ("module", "driver"))
        linker = wasmtime.Linker(engine)
        exports = wasmtime.Instance(store, module, []).exports(store)
        self._memory = exports["memory"]
        for needed in driver_module.imports:
            linker.define(store, needed.module, needed.name, exports[needed.name])
        driver = linker.instantiate(store, driver_module).exports(store)
        self._functions = {name: driver[name] for name in ("frontend", "network", "total")}
        own = driver["own"]
        own.write(store, files["samples"], driver["samplesAddress"].value(store))
        own.write(store, files["mfcc"], driver["mfccAddress"].value(store))
        self._exports = exports
        self._run_stage("network")
        self._logits = self._read("logitsAddress", "i")
        self._probabilities = self._read("probabilitiesAddress", "f")
        for name in ("module", "driver"):
            if name in task.get("serialize", {}):
                Path(task["serialize"][name]).write_bytes((module if name == "module" else driver_module).serialize())

    def _run_stage(self, name: str) -> None:
        check(name, self._functions[name](self._store))

    def _read(self, address: str, form: str) -> list:
        begin = self._exports[address](self._store)
        size = 4 * self._exports["classCount"](self._store)
        return memoryview(bytes(self._memory.read(self._store, begin, begin + size))).cast(form).tolist()

    def answer(self) -> dict:
        return {
            "probabilities": self._probabilities,
            "logits": self._logits,
            "linearBytes": self._memory.data_len(self._store),
            "versions": {"wasmtime": version("wasmtime")},
        }

    def run(self) -> dict:
        times = {name: milliseconds(lambda name=name: self._run_stage(name)) for name in ("frontend", "network", "total")}
        # The front end's own MFCCs must lead to the same answer as the given ones.
        if self._read("logitsAddress", "i") != self._logits:
            raise RuntimeError("the whole path computes other logits than the network alone")
        return times


def compiled(engine: wasmtime.Engine, content: bytes, task: dict) -> wasmtime.Module:
    """Of the result of serialize(), a binary, or a text."""
    if task.get("precompiled"):
        return wasmtime.Module.deserialize(engine, content)
    try:
        return wasmtime.Module(engine, content)
    except wasmtime.WasmtimeError as error:
        # As NOT_TAKEN in bench/measured/task.ts.
        raise RuntimeError(f"this engine does not take the module ({error}); a newer one may") from error


def check(name: str, status: int) -> None:
    if status < 0:
        raise RuntimeError(f"the module answers status {status} in {name} (ts-tools/abi/status.ts)")
