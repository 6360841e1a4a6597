"""MFCCs, computed by the front end that the devices run: the WebAssembly module, called through wasmtime.

Any built module will do: they all have the same front end, whatever weights they carry.
"""

import hashlib
from pathlib import Path

import numpy as np
import wasmtime

from dataset import REPOSITORY, Recording, read_wav

DEFAULT_MODULE = REPOSITORY / "build" / "light-sernet.wasm"
CACHE = REPOSITORY / "training" / "runs"

FORMAT_S16 = 2  # INPUT_FORMAT in ts-tools/abi/status.ts


class FrontEnd:
    """The module's front end. The exports it calls are described in ts-tools/abi/exports.ts."""

    def __init__(self, module_path: Path = DEFAULT_MODULE):
        if not module_path.is_file():
            raise FileNotFoundError(f"{module_path}: there is no module; build it with `npm ci`, or name another with --module")
        self._store = wasmtime.Store()
        module = wasmtime.Module.from_file(self._store.engine, str(module_path))
        self._exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        self.frames = self._call("frameCount")
        self.coefficients = self._call("coefficientCount")
        self.window = self._call("windowSamples")  # samples of a segment
        self._hop = self._call("hopSamples")
        self._input = self._call("inputAddress")
        self._output = self._call("outputAddress")
        self._capacity = self._call("inputCapacity") // 2  # int16 samples
        self._call("setInput", FORMAT_S16, 1, self._call("sampleRate"))

    def mfcc(self, samples: np.ndarray) -> np.ndarray:
        """int16 [samples] at 16 kHz, any number -> float32 [frames, coefficients] of the levelled 3 s segment."""
        self._call("startFeatures", self.level(samples))
        segment = fit_to_window(samples, self.window)
        rows = []
        for piece in pieces(segment, self._hop):
            self._push(piece)
            rows.append(self._rows())
        return np.concatenate(rows)

    def level(self, samples: np.ndarray) -> int:
        """The level of the recording's segment in thousandths of an int16 step: two passes."""
        self._call("startLevel", len(samples))
        self._push_all(samples)
        self._call("nextLevel")
        self._push_all(samples)
        return self._call("finishLevel")

    def silent_frame(self) -> np.ndarray:
        """float32 [coefficients]: the MFCCs of a frame of zeros, as the padding of a short recording gives them."""
        return self.mfcc(np.zeros(0, np.int16))[0]

    def _push_all(self, samples: np.ndarray) -> None:
        for piece in pieces(samples, self._capacity):
            self._push(piece)

    def _push(self, samples: np.ndarray) -> None:
        data = samples.astype("<i2").tobytes()
        self._exports["memory"].write(self._store, data, self._input)
        self._call("push", len(data))

    def _rows(self) -> np.ndarray:
        """float32 [rows, coefficients]: what the last push gave, 0 or 1 rows for a hop of samples."""
        count = self._call("outputCount")
        size = 4 * self.coefficients * count
        data = self._exports["memory"].read(self._store, self._output, self._output + size)
        return np.frombuffer(data, dtype="<f4").reshape(count, self.coefficients)

    def _call(self, name: str, *values: int) -> int:
        result = self._exports[name](self._store, *values)
        if result is not None and result < 0:
            raise RuntimeError(f"the module's {name} answers status {result} (see ts-tools/abi/status.ts)")
        return result


def fit_to_window(samples: np.ndarray, window: int) -> np.ndarray:
    """int16 [samples] -> int16 [window]: the centre of a longer recording; zeros on both sides of a shorter one."""
    missing = window - len(samples)
    if missing >= 0:
        return np.pad(samples, (missing // 2, missing - missing // 2))
    start = -missing // 2
    return samples[start : start + window]


def pieces(samples: np.ndarray, size: int) -> list[np.ndarray]:
    return [samples[start : start + size] for start in range(0, len(samples), size)]


def load_features(recordings: list[Recording], module_path: Path) -> np.ndarray:
    """float32 [recordings, frames, coefficients]; kept in training/runs, for the same module and the same files."""
    cached = CACHE / f"features-{content_hash(module_path, recordings)}.npy"
    if cached.exists():
        return np.load(cached)
    front_end = FrontEnd(module_path)
    features = np.stack([front_end.mfcc(read_wav(recording.path)) for recording in recordings])
    CACHE.mkdir(parents=True, exist_ok=True)
    unfinished = cached.with_suffix(".unfinished.npy")
    np.save(unfinished, features)
    unfinished.replace(cached)
    return features


def content_hash(module_path: Path, recordings: list[Recording]) -> str:
    """16 hexadecimal digits that change with the module, the files and their order."""
    whole = hashlib.sha256()
    for path in [module_path, *(recording.path for recording in recordings)]:
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]
