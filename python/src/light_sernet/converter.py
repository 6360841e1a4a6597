"""Sound of any format and rate -> int16 samples at 16 kHz, in the module."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from . import tables
from .errors import RecognizerError, damaged
from .instance import PIECE_BYTES, Bytes, Instance

Samples16 = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Layout:
    """How to read bytes of sound."""

    format: str
    """A name in `tables.FORMAT_CODES`; little endian."""
    channels: int
    """Interleaved."""
    rate: int
    """Hz, 8,000 to 192,000."""

    @property
    def frame_bytes(self) -> int:
        """Of a sample of every channel."""
        return tables.SAMPLE_BYTES[self.format] * self.channels


class Converter:
    """Takes bytes in pieces that may be cut anywhere, even inside a sample."""

    def __init__(self, instance: Instance):
        self.instance = instance
        self.frames = 0
        """Whole frames since begin()."""
        self._unit = 1
        self._rest = np.empty(0, np.uint8)

    def begin(self, layout: Layout) -> None:
        """Raises RecognizerError for a layout that the module does not take."""
        self.instance.drive("convert", tables.FORMAT_CODES[layout.format], layout.channels, layout.rate)
        self._unit = layout.frame_bytes
        if not 1 <= self._unit <= self.instance.capacity:
            raise damaged("it accepts frames that are larger than its input buffer")
        self.frames = 0
        self._rest = np.empty(0, np.uint8)

    def push(self, data: Bytes) -> Iterator[Samples16]:
        """Yields samples as they come."""
        if len(self._rest) > 0:
            data = np.concatenate((self._rest, data))
        whole = len(data) - len(data) % self._unit
        self._rest = data[whole:].copy()
        step = PIECE_BYTES - PIECE_BYTES % self._unit
        instance = self.instance
        for begin in range(0, whole, step):
            piece = data[begin : min(begin + step, whole)]
            instance.sound[: len(piece)] = piece
            yield self._samples(instance.drive("push", instance.sound_at, len(piece), self._unit, instance.output_at, 2))
            self.frames += len(piece) // self._unit

    def finish(self) -> Samples16:
        """The last samples. The last frame is left out if it is `incomplete`."""
        return self._samples(self.instance.drive("finishSamples", self.instance.output_at))

    @property
    def incomplete(self) -> bool:
        """Whether the first bytes of a frame have come, but not the others."""
        return len(self._rest) > 0

    def _samples(self, size: int) -> Samples16:
        return self.instance.output[:size].view("<i2").astype(np.int16)


class WavReader:
    """Takes a WAV file in pieces. The module reads the header, and says which of the bytes that follow are sound."""

    def __init__(self, instance: Instance):
        self._instance = instance
        self.layout: Layout | None = None
        """Once the header has been read."""
        self.complete = False
        """All of the sound is there: the rest of the file does not matter."""
        instance.call("wavBegin")

    def push(self, data: Bytes) -> Bytes:
        """The sound in these bytes of the file. Raises RecognizerError for what is not a WAV file that is read."""
        if self.layout is None:
            data = data[self._push_header(data) :]
        if self.layout is None or self.complete or len(data) == 0:
            return data[:0]
        count = self._instance.check("wavTake", len(data))
        self.complete = count < len(data)
        return data[:count]

    def end(self) -> int:
        """WARNING bits of the file's length; raises RecognizerError if it holds no sound."""
        return self._instance.check("wavEnd")

    def _push_header(self, data: Bytes) -> int:
        """How many of these bytes were header."""
        for begin in range(0, len(data), self._instance.capacity):
            piece = data[begin : begin + self._instance.capacity]
            self._instance.put(piece)
            used = self._instance.check("wavPush", len(piece))
            if used > 0:
                code = self._instance.call("wavFormat")
                name = next((name for name, known in tables.FORMAT_CODES.items() if known == code), None)
                if name is None:
                    raise RecognizerError("BAD_FORMAT", f"the module reports the unknown sample format {code}; build the model again")
                self.layout = Layout(name, self._instance.call("wavChannels"), self._instance.call("wavRate"))
                return begin + used
        return len(data)
