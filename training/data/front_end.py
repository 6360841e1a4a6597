"""Features, computed by the front end that devices run: the WebAssembly module, called through wasmtime."""

import functools
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import wasmtime

from .dataset import REPOSITORY
from .segment import center

FRONT_END_TOOL = REPOSITORY / "training" / "data" / "front_end.mjs"
STATUS_TOOL = REPOSITORY / "training" / "data" / "status_sentence.mjs"
RUNS = REPOSITORY / "training" / "runs"
SAMPLE_RATE = 16_000  # Hz
REFERENCE_DURATION = 3.0  # s
LONGEST_DURATION = 60.0  # s

MFCC = "mfcc"
MEL_SPECTROGRAM = "mel_spectrogram"
SPECTROGRAM = "spectrogram"
INPUT_TYPES = (MFCC, MEL_SPECTROGRAM, SPECTROGRAM)
RAW_MFCC = "raw_mfcc"  # no input of a network: what a normalization begins with
RAW_SILENCE = -10_000.0  # its first coefficient in a silent frame; the others are 0

# INPUT_FORMAT and SAMPLE_BYTES in ts-tools/abi/status.ts
FORMAT_S16 = 2
SAMPLE_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 4, 6: 8, 7: 1, 8: 1}
FRAME = 1024  # samples
SPECTRUM_BINS = FRAME // 2 + 1
MEL_BINS = 128
LOG_FLOOR = np.log(np.float32(1e-6))


@functools.cache
def compiled(module_path: Path) -> tuple[wasmtime.Engine, wasmtime.Module]:
    """Compiled once, because each recording has a front end of its own while variants are made. A file that has changed has another name."""
    engine = wasmtime.Engine()
    return engine, wasmtime.Module.from_file(engine, str(module_path))


class FrontEnd:
    """The front end of a module. docs/abi.md describes the exports that it calls."""

    def __init__(self, module_path: Path, input_type: str = MFCC):
        engine, module = compiled(module_path)
        self._store = wasmtime.Store(engine)
        self._exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        self._hop = self._call("hopSamples")
        self._input = self._call("inputAddress")
        self._output = self._call("outputAddress")
        self._mels = self._call("melAddress")
        self._capacity = self._call("inputCapacity")  # bytes
        self.window = self._call("windowSamples")  # samples of a segment
        self.frames = self._call("frameCount")
        self.input_type = input_type
        coefficients = self._call("coefficientCount")
        self.bins = {MFCC: coefficients, RAW_MFCC: coefficients, MEL_SPECTROGRAM: MEL_BINS, SPECTROGRAM: SPECTRUM_BINS}[input_type]

    def features(self, samples: np.ndarray) -> np.ndarray:
        """int16 [samples] at 16 kHz, any number -> float32 [frames, bins] of the leveled center.

        mfcc: [-10, 10]. raw_mfcc: neither normalized nor clipped, column 0 the mean log energy in nepers; silent frames are RAW_SILENCE, then 0.
        mel_spectrogram: natural logarithm of the mel energies, from ln 1e-6. spectrogram: ln(magnitude + 1e-6).
        """
        return self.rows(center(samples, self.window), self.level(samples))

    def rows(self, segment: np.ndarray, level: int) -> np.ndarray:
        """int16 [window] -> float32 [frames, bins], with a level that was measured before."""
        self._check(self._call("startFeatures", level))
        rows = []
        for end in range(self._hop, len(segment) + 1, self._hop):
            if self._push_samples(segment[end - self._hop : end]) > 0:
                rows.append(self._row(silent=level == 0 or not segment[end - FRAME : end].any()))
        return np.stack(rows)

    def level(self, samples: np.ndarray) -> int:
        """The level of a recording's segment in thousandths of an int16 step: two passes."""
        self._check(self._call("setInput", FORMAT_S16, 1, SAMPLE_RATE))
        self._check(self._call("startLevel", len(samples)))
        self._push_all(samples)
        self._check(self._call("nextLevel"))
        self._push_all(samples)
        return self._check(self._call("finishLevel"))

    def silent_frame(self) -> np.ndarray:
        """float32 [bins]: the features of a frame of zeros, as in the padding of a short recording."""
        return self.features(np.zeros(0, np.int16))[0]

    def read_wav(self, path: Path) -> np.ndarray:
        """int16 [samples] at 16 kHz of any WAV that the module reads. Raises ValueError in one sentence that names the file."""
        return self.converted(path.read_bytes(), path)

    def converted(self, wav: bytes, path: Path) -> np.ndarray:
        """int16 [samples] at 16 kHz of the bytes of a WAV file. `path` is what an error names."""
        try:
            samples, length_is_doubtful = self._converted(wav)
            if length_is_doubtful:
                print(f"{path}: warning: the WAV header is wrong about the length; the whole frames that are there are used", file=sys.stderr)
            return samples
        except RuntimeError as error:
            raise ValueError(f"{path}: {error}") from None

    def _converted(self, data: bytes) -> tuple[np.ndarray, bool]:
        """The samples, and whether the header is wrong about their number."""
        self._call("wavBegin")
        header = len(data)
        for start in range(0, len(data), self._capacity):
            piece = data[start : start + self._capacity]
            taken = self._check(self._push_to("wavPush", piece))
            if taken > 0:
                header = start + taken
                break
        # Before the samples begin wavTake() fails, and wavEnd() says what is wrong with the file.
        taken = self._call("wavTake", len(data) - header)
        warnings = self._check(self._call("wavEnd"))
        channels = self._call("wavChannels")
        size = SAMPLE_BYTES[self._call("wavFormat")] * channels
        end = header + taken // size * size
        self._check(self._call("setInput", self._call("wavFormat"), channels, self._call("wavRate")))
        self._check(self._call("startSamples"))
        step = self._capacity // size * size
        converted = []
        for start in range(header, end, step):
            self._check(self._push_to("push", data[start : min(start + step, end)]))
            converted.append(self._output_samples())
        self._check(self._call("finishSamples"))
        converted.append(self._output_samples())
        return np.concatenate(converted), warnings > 0

    def _output_samples(self) -> np.ndarray:
        return np.frombuffer(self._read(self._output, 2 * self._call("outputCount")), dtype="<i2")

    def _row(self, silent: bool) -> np.ndarray:
        """float32 [bins]: of the frame that the last push completed. The module leaves out the transform of a frame of zeros: its mel bands and
        its spectrum are then still those of an older frame."""
        if self.input_type in (MFCC, RAW_MFCC):
            return np.frombuffer(self._read(self._output, 4 * self.bins), dtype="<f4")
        if silent:
            return np.full(self.bins, LOG_FLOOR)
        if self.input_type == MEL_SPECTROGRAM:
            return np.frombuffer(self._read(self._mels, 4 * self.bins), dtype="<f4")
        return np.log(np.frombuffer(self._read(self._call("spectrumAddress"), 4 * self.bins), dtype="<f4") + np.float32(1e-6))

    def _push_all(self, samples: np.ndarray) -> None:
        for piece in pieces(samples, self._capacity // 2):
            self._check(self._push_to("push", piece.astype("<i2").tobytes()))

    def _push_samples(self, samples: np.ndarray) -> int:
        """Returns how many rows it completed."""
        self._check(self._push_to("push", samples.astype("<i2").tobytes()))
        return self._call("outputCount")

    def _push_to(self, export: str, data: bytes) -> int:
        self._exports["memory"].write(self._store, data, self._input)
        return self._call(export, len(data))

    def _read(self, address: int, size: int) -> bytes:
        return bytes(self._exports["memory"].read(self._store, address, address + size))

    def _call(self, name: str, *values: int) -> int:
        return self._exports[name](self._store, *values)

    def _check(self, result: int) -> int:
        if result < 0:
            raise RuntimeError(status_sentence(result))
        return result


@functools.cache
def status_sentence(status: int) -> str:
    """What a status means, in the words of the project's tools."""
    run = subprocess.run(["node", str(STATUS_TOOL), str(status)], capture_output=True, text=True, check=False)
    return run.stdout.strip() if run.returncode == 0 else f"the module returned status {status}, see docs/abi.md"


def pieces(samples: np.ndarray, size: int) -> Iterator[np.ndarray]:
    return (samples[start : start + size] for start in range(0, len(samples), size))


def load_front_end(input_type: str = MFCC, duration: float = REFERENCE_DURATION) -> FrontEnd:
    """The front end for segments of `duration` seconds."""
    return FrontEnd(front_end_module(duration, raw=input_type == RAW_MFCC), input_type)


def front_end_module(duration: float = REFERENCE_DURATION, raw: bool = False) -> Path:
    """Builds the module with the project's tools and keeps it in training/runs, until its sources change."""
    if not FRAME / SAMPLE_RATE <= duration <= LONGEST_DURATION:
        raise ValueError(f"a segment cannot have {duration} s; give an --input_duration of {FRAME / SAMPLE_RATE} (one frame) to {LONGEST_DURATION} s")
    window = round(duration * SAMPLE_RATE)
    kind = ["raw"] if raw else []
    path = RUNS / f"front-end-{'-'.join([*kind, str(window)])}-{sources_hash()}.wasm"
    if not path.exists():
        RUNS.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
        if subprocess.run(["node", str(FRONT_END_TOOL), str(window), str(unfinished), *kind], check=False).returncode != 0:
            raise ValueError("the module with the front end could not be built (see above); if the tools are not compiled, run `npm ci`")
        unfinished.replace(path)
    return path


@functools.cache
def sources_hash() -> str:
    """8 hexadecimal digits that change with the sources of the module, the compiled tools, and the packages that they use."""
    whole = hashlib.sha256()
    sources = [*REPOSITORY.glob("assembly/**/*.ts"), *REPOSITORY.glob("dist/ts-tools/**/*.js"), REPOSITORY / "package-lock.json"]
    for path in sorted(sources):
        whole.update(str(path.relative_to(REPOSITORY)).encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:8]
