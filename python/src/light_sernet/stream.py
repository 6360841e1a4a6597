"""Sound without end."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from . import tables
from .classifier import adapt
from .converter import Layout
from .errors import RecognizerError, bad_argument, damaged
from .instance import PIECE_BYTES, Bytes, Instance, Module
from .model import ModelInfo
from .result import Fields, by_class, given, shortest
from .samples import Samples, bytes_of, layout_of, whole

QUIETEST_DB = -120.0
"""Of digital silence, as `InputFigures.rms_db` has it."""


@dataclass(frozen=True)
class StreamAnswer:
    """What a stream says every 0.512 s."""

    time_ms: float
    """When it was made: milliseconds of sound since the stream began."""
    state: str
    """`listening`: nobody speaks, and nothing is named. `uncertain`: somebody speaks, but the answer is not accepted. `label`: it is."""
    label: str | None
    """One of the classes, also while it is uncertain; None while listening."""
    confidence: float
    """Probability of the label; 0 while listening."""
    accepted: bool
    probabilities: Mapping[str, float]
    """float32 values, the mean over as many answers as `smoothing` says; all 0 while listening."""
    end_ms: float
    """The end of the sound that the answer is about, as time_ms; time_ms itself when nobody has spoken for 3 s."""
    heard_ms: float
    """Milliseconds of that sound."""
    speech_ms: float
    """Milliseconds with speech among them."""
    speech_share: float
    """0 to 1."""
    level_db: float
    """Level of the speech as the stream follows it, dB of full scale."""
    voice: float | None = None
    activation: float | None = None
    valence: float | None = None

    def to_dict(self) -> Fields:
        """As `light-sernet listen --json` has it."""
        return {
            "timeMs": self.time_ms,
            "state": self.state,
            "label": self.label,
            "confidence": shortest(self.confidence),
            "accepted": self.accepted,
            **given(voice=self.voice, activation=self.activation, valence=self.valence),
            "probabilities": {name: shortest(value) for name, value in self.probabilities.items()},
            "endMs": self.end_ms,
            "heardMs": self.heard_ms,
            "speechMs": self.speech_ms,
            "speechShare": shortest(self.speech_share),
            "levelDb": self.level_db,
        }


@dataclass(frozen=True)
class SpeechChange:
    """Somebody begins to speak, or nobody speaks any more."""

    speaking: bool
    time_ms: float
    """Of sound since the stream began."""


@dataclass(frozen=True)
class Meter:
    """Where a stream stands, as of the newest frame, every 16 ms."""

    time_ms: float
    peak_db: float
    """Largest magnitude of the newest 16 ms, dB of full scale."""
    speaking: bool


class Stream:
    """Answers along a sound, which comes in pieces of any size: they do not change a bit of the answers. Has an instance of its own; not for two threads at a time."""

    def __init__(
        self,
        module: Module,
        model: ModelInfo,
        rate: int,
        channels: int,
        smoothing: int,
        hold: int,
        speaker: bytes | None,
        on_speech: Callable[[SpeechChange], None] | None,
    ):
        """Recognizer.stream() makes them."""
        if not model.has_stream:
            raise RecognizerError("BAD_MODULE", f"the model {model.id} has no stream, only windows; build it again, with the reference front end")
        self.model = model
        self._running, self._open, self._speaking = False, True, False
        self._layout = Layout("f32", whole("channels", channels), whole("rate", rate))
        self._settings = settings(smoothing, hold)
        self._on_speech = on_speech
        self._instance = Instance(module, stream=True)
        hop = self._instance.call("hopSamples")
        self._frame_ms = 1000 * hop / model.sample_rate
        self._first_ms = 1000 * (tables.STREAM_FRAME_SAMPLES - hop) / model.sample_rate
        self._address = self._instance.call("streamAnswer")
        if speaker is not None:
            adapt(self._instance, speaker)
        self.restart()

    def restart(self) -> None:
        """Begins another stream, at time 0, with what is known of the speaker; drops one that was not finished."""
        self._begin(self._layout)

    def push(self, samples: Samples) -> list[StreamAnswer]:
        """Takes the next samples, as `Recognizer.classify` does; all pieces of a stream must be of one type. Returns the answers that they complete."""
        self._check_open()
        layout = layout_of(samples, self._layout.rate)
        if layout.channels != self._layout.channels:
            raise bad_argument("the number of channels", f"{self._layout.channels}, as the stream was made", layout.channels)
        if layout != self._layout:
            if self._running:
                message = f"this stream has begun with samples of the format {self._layout.format}, and these are {layout.format}; push samples of one type, or restart()"
                raise RecognizerError("BAD_ARGUMENT", message)
            self._begin(layout)
        self._running = True
        return list(self._push(bytes_of(samples)))

    def finish(self) -> list[StreamAnswer]:
        """The sound has ended: what is due is answered, and speech that goes on ends."""
        self._check_open()
        self._open = False
        answers: list[StreamAnswer] = []
        more = 1
        while more > 0:
            more = self._instance.check("finishStream")
            answers += self._happened(self._instance.call("streamEvents"))
        if self._speaking:
            self._change(False, self.meter.time_ms)
        return answers

    def set(self, *, smoothing: int | None = None, hold: int | None = None) -> None:
        """Changes how many answers are averaged (1 to 16), and for how many a label is shown at least (0 to 64)."""
        old = self._settings
        self._settings = settings(old[0] if smoothing is None else smoothing, old[1] if hold is None else hold)
        self._instance.check("setStream", *self._settings)

    @property
    def meter(self) -> Meter:
        record = self._record()
        peak = record["PEAK"]
        peak_db = max(QUIETEST_DB, 20 * math.log10(peak / 32768)) if peak > 0 else QUIETEST_DB
        return Meter(self._time(record["FRAMES"]), peak_db, record["SPEAKING"] == 1)

    def _begin(self, layout: Layout) -> None:
        instance = self._instance
        instance.check("setInput", tables.FORMAT_CODES[layout.format], layout.channels, layout.rate)
        instance.check("startStream")
        instance.check("setStream", *self._settings)
        unit = layout.frame_bytes
        if not 1 <= unit <= instance.capacity:
            raise damaged("it accepts frames that are larger than its input buffer")
        hop_frames = (instance.call("hopSamples") - 1) * layout.rate // self.model.sample_rate
        self._layout = layout
        self._step = max(1, min(hop_frames, instance.capacity // unit)) * unit
        self._running, self._open, self._speaking = False, True, False

    def _push(self, data: Bytes) -> Iterator[StreamAnswer]:
        instance = self._instance
        # Whole steps, so that it does not matter how long a piece is.
        most = PIECE_BYTES - PIECE_BYTES % self._step
        for begin in range(0, len(data), most):
            piece = data[begin : begin + most]
            instance.sound[: len(piece)] = piece
            at = 0
            while at < len(piece):
                at += instance.drive("stream", instance.sound_at + at, len(piece) - at, self._step)
                yield from self._happened(int(instance.words[0]))

    def _happened(self, events: int) -> list[StreamAnswer]:
        bits = tables.STREAM_EVENTS
        if events & (bits["SPEECH_BEGAN"] | bits["SPEECH_ENDED"]):
            record = self._record()
            self._change(record["SPEAKING"] == 1, self._time(record["CHANGED"]))
        return [self._answer()] if events & bits["ANSWER"] else []

    def _change(self, speaking: bool, time_ms: float) -> None:
        if speaking == self._speaking:
            return
        self._speaking = speaking
        if self._on_speech is not None:
            self._on_speech(SpeechChange(speaking, time_ms))

    def _answer(self) -> StreamAnswer:
        record, model = self._record(), self.model
        state = tables.STREAM_STATES.get(record["STATE"], "")
        index, heard, speech = record["LABEL"], record["HEARD"], record["SPEECH"]
        listening = state == "listening"
        values = [0.0] * len(model.classes)
        numbers: dict[str, float] = {}
        if not listening:
            values = self._instance.array(self._instance.call("probabilitiesAddress"), len(values), "<f4").tolist()
            numbers = {name: self._instance.number(name) for name in (*model.dimensions, *(("voice",) if model.has_voice else ()))}
        in_range = all(0 <= value <= 1 for value in (*values, *numbers.values())) and 0 <= speech <= heard
        if not (state and in_range and (listening or 0 <= index < len(values))):
            raise damaged("its answer is impossible")
        return StreamAnswer(
            time_ms=self._time(record["ANSWERED"]),
            state=state,
            label=None if listening else model.classes[index],
            confidence=0.0 if listening else values[index],
            accepted=not listening and record["ACCEPTED"] == 1,
            probabilities=by_class(model, values),
            end_ms=self._time(record["LAST_FRAME"]),
            heard_ms=heard * self._frame_ms,
            speech_ms=speech * self._frame_ms,
            speech_share=0.0 if heard == 0 else speech / heard,
            level_db=record["LEVEL"] / 100,
            **numbers,
        )

    def _record(self) -> dict[str, int]:
        values = self._instance.array(self._address, len(tables.STREAM_FIELDS), "<i4").tolist()
        return {name: values[place] for name, place in tables.STREAM_FIELDS.items()}

    def _time(self, frames: int) -> float:
        """When the frame with that number ended; 0 before the first."""
        frames &= 0xFFFFFFFF
        return 0.0 if frames == 0 else frames * self._frame_ms + self._first_ms

    def _check_open(self) -> None:
        if not self._open:
            raise RecognizerError("NOT_STARTED", "this stream was finished; call restart() to begin another one")


def settings(smoothing: object, hold: object) -> tuple[int, int]:
    checked = []
    for name, value, least in (("smoothing", smoothing, 1), ("hold", hold, 0)):
        most = tables.STREAM_LIMITS[name]
        if not (isinstance(value, (int, np.integer)) and not isinstance(value, bool) and least <= value <= most):
            raise bad_argument(name, f"a whole number from {least} to {most}", value)
        checked.append(int(value))
    return checked[0], checked[1]
