"""What names the emotion in a voice."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from . import decoder
from .classifier import Classifier, adapt, concatenated
from .converter import Converter, Layout, Samples16, WavReader
from .errors import RecognizerError
from .features import features
from .instance import PIECE_BYTES, Instance
from .model import load
from .recording import Recording
from .result import Recognition, Segment
from .samples import Samples, bytes_of, layout_of
from .stream import SpeechChange, Stream
from .windows import Long

Path = str | os.PathLike[str]
SoundFile = Path | BinaryIO
"""The path of a sound file, or what is open for reading its bytes: also io.BytesIO, and a file of fsspec."""


class Recognizer:
    """Names the emotion in voices. The same sound always has the same answer, to the bit, on every machine.

    Threads may share it: they convert sound at the same time and take turns at the network. With one recognizer for each thread they do all at the same time,
    because Python's lock is released while WebAssembly runs.
    """

    def __init__(self, model: Path = "full", *, build: str = "auto"):
        """`model`: "full", "micro", the path of a folder that `light-sernet build` wrote, or of a module. `build`: "auto", "simd" or "scalar"; all return the same
        bits. Raises RecognizerError."""
        self._module, self.model = load(model, build)
        self._classifier = Classifier(Instance(self._module), self.model)
        self._spare: list[Instance] = []
        self._speaker: bytes | None = None

    def classify(self, samples: Samples, rate: int, *, long: Long = "windows", crops: int | None = None) -> Recognition:
        """Of a recording: [samples] or [samples, channels], int16, int32, float32 or float64 (full scale 1); `rate` in Hz, 8,000 to 192,000.

        A recording of more than 3 s is cut into windows that slide by 1.5 s, the last one flush with the end, and its answer is the mean of theirs. `long="center"`
        takes its center instead, `crops` that many windows (1 to 100) at even distances.
        """
        layout = layout_of(samples, rate)
        with self._converter() as converter:
            recording = self._recording(converter, long, crops)
            for _ in self._segments(recording, samples, layout):
                pass
            return recording.result()

    def windows(self, samples: Samples, rate: int) -> Iterator[Segment]:
        """The windows of a recording, one after the other as they are asked for."""
        layout = layout_of(samples, rate)

        def answers() -> Iterator[Segment]:
            with self._converter() as converter:
                yield from self._segments(self._recording(converter, "windows", None), samples, layout)

        return answers()

    def classify_file(self, path: SoundFile, *, long: Long = "windows", crops: int | None = None) -> Recognition:
        """Of a sound file. WAV files are read by the module; other formats need the extra `sounds` (soundfile). Raises RecognizerError, or OSError if the file cannot be
        read; neither the file nor its samples are ever all in memory, but with "center" and `crops`. A file that is open already must be at its beginning, and
        is not closed."""
        with self._naming(path), self._converter() as converter:
            recording = self._recording(converter, long, crops)
            warnings = exhaust(self._file_segments(recording, path, converter))
            return recording.result(warnings)

    def file_windows(self, path: SoundFile) -> Iterator[Segment]:
        """The windows of a sound file, one after the other as they are asked for."""
        with self._naming(path), self._converter() as converter:
            yield from self._file_segments(self._recording(converter, "windows", None), path, converter)

    def features(self, samples: Samples, rate: int) -> npt.NDArray[np.float32]:
        """The MFCCs that the network receives, float32 [frames, coefficients], [184, 40] with the models of this package: of the center window of a longer recording,
        with zeros around a shorter one. Nothing is learned from it."""
        layout = layout_of(samples, rate)
        with self._converter() as instance:
            found = self._samples16(instance, samples, layout)
            if len(found) == 0:
                raise RecognizerError("EMPTY", "there is no sound to compute features of; pass samples")
            adapt(instance, self._speaker)
            return features(instance, found)

    def stream(
        self,
        rate: int = 16_000,
        *,
        channels: int = 1,
        smoothing: int = 1,
        hold: int = 0,
        on_speech: Callable[[SpeechChange], None] | None = None,
    ) -> Stream:
        """Sound without end: push pieces as they come, and get an answer every 0.512 s. It begins with the speaker of `adaptation`."""
        return Stream(self._module, self.model, rate, channels, smoothing, hold, self._speaker, on_speech)

    @property
    def adaptation(self) -> bytes | None:
        """What is known of the speaker, some 200 bytes to keep: the statistics of all speech since the recognizer was made, or since they were set. None if the model does
        not adapt. No recording has an effect on the answer to the next one until you set these; None forgets the speaker."""
        return self._classifier.adaptation

    @adaptation.setter
    def adaptation(self, statistics: bytes | None) -> None:
        self._classifier.adapt(statistics)
        self._speaker = statistics

    def _recording(self, converter: Instance, long: Long, crops: int | None) -> Recording:
        return Recording(converter, self._classifier, self.model, long, crops)

    @contextmanager
    def _converter(self) -> Iterator[Instance]:
        """An instance that converts one recording; after an error it may be in any state, so no other recording gets it."""
        instance = self._spare.pop() if self._spare else Instance(self._module)
        yield instance
        self._spare.append(instance)

    @contextmanager
    def _naming(self, path: SoundFile) -> Iterator[None]:
        try:
            yield
        except RecognizerError as error:
            raise RecognizerError(error.status, error.sentence, os.fspath(path) if isinstance(path, (str, os.PathLike)) else None) from None

    @staticmethod
    def _segments(recording: Recording, samples: Samples, layout: Layout) -> Iterator[Segment]:
        recording.begin(layout)
        yield from recording.push(bytes_of(samples))
        yield from recording.end()

    @classmethod
    def _file_segments(cls, recording: Recording, path: SoundFile, converter: Instance) -> Generator[Segment, None, int | None]:
        """Returns the WARNING bits of a WAV file's length."""
        try:
            return (yield from cls._wav_segments(recording, path, converter))
        except RecognizerError as error:
            if not decoder.is_foreign(error):
                raise
            yield from cls._decoded_segments(recording, path, error)
            return None

    @staticmethod
    def _wav_segments(recording: Recording, path: SoundFile, converter: Instance) -> Generator[Segment, None, int]:
        reader = WavReader(converter)
        with open(path, "rb") if isinstance(path, (str, os.PathLike)) else nullcontext(path) as file:
            while not reader.complete and (piece := file.read(PIECE_BYTES)):
                begun = reader.layout is not None
                sound = reader.push(np.frombuffer(piece, np.uint8))
                if reader.layout is None:
                    continue
                if not begun:
                    recording.begin(reader.layout)
                yield from recording.push(sound)
        warnings = reader.end()
        yield from recording.end()
        return warnings

    @staticmethod
    def _decoded_segments(recording: Recording, path: SoundFile, error: RecognizerError) -> Iterator[Segment]:
        for index, (piece, rate) in enumerate(decoder.pieces(path, error)):
            if index == 0:
                recording.begin(layout_of(piece, rate))
            yield from recording.push(bytes_of(piece))
        yield from recording.end()

    @staticmethod
    def _samples16(instance: Instance, samples: Samples, layout: Layout) -> Samples16:
        converter = Converter(instance)
        converter.begin(layout)
        parts = [*converter.push(bytes_of(samples)), converter.finish()]
        return concatenated(parts)


def exhaust(segments: Generator[Segment, None, int | None]) -> int | None:
    """What a generator returns."""
    while True:
        try:
            next(segments)
        except StopIteration as end:
            value: int | None = end.value
            return value
