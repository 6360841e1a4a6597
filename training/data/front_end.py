"""Features, computed by the front end that devices run: the WebAssembly module, called through wasmtime."""

import functools
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from light_sernet.converter import Converter, WavReader
from light_sernet.errors import RecognizerError
from light_sernet.features import segment_level, segment_rows
from light_sernet.instance import Instance, Module

from .dataset import REPOSITORY
from .segment import center

FRONT_END_TOOL = REPOSITORY / "training" / "data" / "front_end.mjs"
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

FRAME = 1024  # samples
SPECTRUM_BINS = FRAME // 2 + 1
MEL_BINS = 128
LOG_FLOOR = np.log(np.float32(1e-6))


@functools.cache
def module_of(path: Path) -> Module:
    """Read once, because each recording has a front end of its own while variants are made. A file that has changed has another name."""
    return Module(path.read_bytes(), str(path))


class FrontEnd:
    """The front end of a module, called through the package of python/. docs/abi.md describes the exports."""

    def __init__(self, module_path: Path, input_type: str = MFCC):
        self._instance = instance = Instance(module_of(module_path))
        self._hop = instance.call("hopSamples")
        self.window = instance.call("windowSamples")  # samples of a segment
        self.frames = instance.call("frameCount")
        self.input_type = input_type
        coefficients = instance.call("coefficientCount")
        self.bins = {MFCC: coefficients, RAW_MFCC: coefficients, MEL_SPECTROGRAM: MEL_BINS, SPECTROGRAM: SPECTRUM_BINS}[input_type]

    def features(self, samples: np.ndarray) -> np.ndarray:
        """int16 [samples] at 16 kHz, any number -> float32 [frames, bins] of the leveled center.

        mfcc: [-10, 10]. raw_mfcc: neither normalized nor clipped, column 0 the mean log energy in nepers; silent frames are RAW_SILENCE, then 0.
        mel_spectrogram: natural logarithm of the mel energies, from ln 1e-6. spectrogram: ln(magnitude + 1e-6).
        """
        return self.rows(center(samples, self.window), self.level(samples))

    def rows(self, segment: np.ndarray, level: int) -> np.ndarray:
        """int16 [window] -> float32 [frames, bins], with a level that was measured before."""
        if self.input_type in (MFCC, RAW_MFCC):
            return segment_rows(self._instance, segment.astype(np.int16, copy=False), level)
        self._instance.check("startFeatures", level)
        rows = []
        for end in range(self._hop, len(segment) + 1, self._hop):
            self._instance.put(segment[end - self._hop : end].astype("<i2").view(np.uint8))
            self._instance.check("push", 2 * self._hop)
            if self._instance.call("outputCount") > 0:
                rows.append(self._row(silent=level == 0 or not segment[end - FRAME : end].any()))
        return np.stack(rows)

    def level(self, samples: np.ndarray) -> int:
        """The level of a recording's segment in thousandths of an int16 step: two passes."""
        return segment_level(self._instance, samples.astype(np.int16, copy=False))

    def silent_frame(self) -> np.ndarray:
        """float32 [bins]: the features of a frame of zeros, as in the padding of a short recording."""
        return self.features(np.zeros(0, np.int16))[0]

    def read_wav(self, path: Path) -> np.ndarray:
        """int16 [samples] at 16 kHz of any WAV that the module reads. Raises ValueError in one sentence that names the file."""
        return self.converted(path.read_bytes(), path)

    def converted(self, wav: bytes, path: Path) -> np.ndarray:
        """int16 [samples] at 16 kHz of the bytes of a WAV file. `path` is what an error names."""
        reader, converter = WavReader(self._instance), Converter(self._instance)
        try:
            sound = reader.push(np.frombuffer(wav, np.uint8))
            warnings = reader.end()
            converter.begin(reader.layout)
            samples = np.concatenate([*converter.push(sound), converter.finish()])
        except RecognizerError as error:
            raise ValueError(f"{path}: {error.sentence}") from None
        if warnings > 0:
            print(f"{path}: warning: the WAV header is wrong about the length; the whole frames that are there are used", file=sys.stderr)
        return samples

    def _row(self, silent: bool) -> np.ndarray:
        """float32 [bins]: of the frame that the last push completed. The module leaves out the transform of a frame of zeros: its mel bands and
        its spectrum are then still those of an older frame."""
        if silent:
            return np.full(self.bins, LOG_FLOOR)
        address = self._instance.call("melAddress" if self.input_type == MEL_SPECTROGRAM else "spectrumAddress")
        found = self._instance.array(address, self.bins, "<f4")
        return found if self.input_type == MEL_SPECTROGRAM else np.log(found + np.float32(1e-6))


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
