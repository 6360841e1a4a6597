"""What multiplying instructions reach at most under wasmtime: the loops of bench/compare/limits.ts."""

import wasmtime
from stopwatch import milliseconds


class Subject:
    def __init__(self, task: dict, files: dict[str, bytes]):
        engine = wasmtime.Engine(wasmtime.Config())
        self._store = wasmtime.Store(engine)
        self._functions, self._refused = {}, {}
        for name, content in files.items():
            try:
                module = wasmtime.Module(engine, content)
            except wasmtime.WasmtimeError as error:
                self._refused[name] = str(error)
                continue
            self._functions[name] = wasmtime.Instance(self._store, module, []).exports(self._store)["run"]
        self._rounds = task["rounds"]

    def answer(self) -> dict:
        return {"refused": self._refused, "versions": {}}

    def run(self) -> dict:
        return {name: milliseconds(lambda run=run, name=name: run(self._store, self._rounds[name])) for name, run in self._functions.items()}
