"""Compiled modules, and where they are kept between processes."""

import contextlib
import functools
import hashlib
import os
import platform
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import wasmtime

CACHE_VARIABLE = "LIGHT_SERNET_CACHE"
"""The environment variable that names the folder of compiled code; empty: compile each time."""

_MAGIC = b"light-sernet 1\n"
_DIGEST_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Code:
    """Machine code of a module. Threads may share it."""

    engine: wasmtime.Engine
    module: wasmtime.Module


@functools.cache
def shared_engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    # Its threads would be missing in a process that os.fork() has made, which would then wait for them forever.
    config.parallel_compilation = False
    return wasmtime.Engine(config)


@functools.lru_cache(maxsize=32)
def compiled(wasm: bytes) -> Code:
    """The code of a module, from this process, from the disk, or compiled. Raises wasmtime.WasmtimeError if it is not a module that runs here."""
    engine = shared_engine()
    path = cache_path(wasm)
    module = None if path is None else load(engine, path)
    if module is None:
        module = wasmtime.Module(engine, wasm)
        if path is not None:
            save(path, bytes(module.serialize()))
    return Code(engine, module)


def cache_path(wasm: bytes) -> Path | None:
    """Where the code of a module is kept. The name tells everything that it depends on: a file never changes."""
    folder = cache_folder()
    if folder is None:
        return None
    return folder / f"{hashlib.sha256(wasm).hexdigest()[:24]}-wasmtime-{wasmtime_version()}-{processor()}.code"


def cache_folder() -> Path | None:
    """The user's folder for such files, made if it is missing. None if there is none, or others may write there: what is loaded from it runs as machine code."""
    named = os.environ.get(CACHE_VARIABLE)
    if named == "":
        return None
    try:
        folder = Path(named) if named is not None else user_caches() / "light-sernet"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sys.platform != "win32":
            entry = folder.stat()
            if entry.st_uid != os.getuid() or entry.st_mode & 0o022:
                return None
    except (OSError, RuntimeError):  # RuntimeError: there is no home.
        return None
    return folder


def user_caches() -> Path:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) if local else Path.home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    named = os.environ.get("XDG_CACHE_HOME", "")
    return Path(named) if os.path.isabs(named) else Path.home() / ".cache"


@functools.cache
def wasmtime_version() -> str:
    """From the name of the folder beside it: importlib.metadata takes longer to import than everything else here."""
    for folder in Path(wasmtime.__file__).parent.parent.glob("wasmtime-*.dist-info"):
        return folder.name.removeprefix("wasmtime-").removesuffix(".dist-info")
    from importlib.metadata import version

    return version("wasmtime")


@functools.cache
def processor() -> str:
    """Tells processors apart that have other instructions: homes are shared between machines."""
    return f"{platform.machine()}-{hashlib.sha256(features().encode()).hexdigest()[:12]}"


def features() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith(("flags", "Features")):
                    return line
    except OSError:
        pass
    return platform.processor()


def load(engine: wasmtime.Engine, path: Path) -> wasmtime.Module | None:
    """None if there is no such file, or it is torn, foreign or of another wasmtime: wasmtime itself does not notice changed bytes."""
    try:
        content = path.read_bytes()
        begin = len(_MAGIC) + _DIGEST_BYTES
        code = content[begin:]
        if content[:begin] != _MAGIC + hashlib.sha256(code).digest():
            return None
        return wasmtime.Module.deserialize(engine, code)
    except (OSError, wasmtime.WasmtimeError):
        return None


def save(path: Path, code: bytes) -> None:
    """Under another name first, so that nobody ever reads half a file. Does nothing where it cannot be written."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        temporary.write_bytes(_MAGIC + hashlib.sha256(code).digest() + code)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
