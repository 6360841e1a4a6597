"""What comes back, with the fields of `light-sernet classify --json` in `to_dict()`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .model import ModelInfo

Fields = dict[str, Any]


@dataclass(frozen=True)
class Segment:
    """The result for one window."""

    start_ms: int
    """Where the window begins in the recording."""
    end_ms: int
    """Where it ends."""
    label: str
    """One of the classes, even if it is not accepted."""
    confidence: float
    """Probability of the label."""
    accepted: bool
    """Whether the confidence reaches the model's acceptance threshold, there is enough speech for a model that needs some, and the voice is 0.5 or more in a model
    that has it; otherwise the answer is uncertain."""
    probabilities: Mapping[str, float]
    """By class; float32 values."""
    logits: Mapping[str, int]
    """By class; int32."""
    speech_frames: int | None = None
    """Frames with speech, 16 ms each; only if the model needs some."""
    voice: float | None = None
    """How surely somebody speaks, 0 to 1; only if the model has it."""
    activation: float | None = None
    """How excited the voice sounds, 0 to 1; only if the model has it."""
    valence: float | None = None
    """How pleased, 0 to 1; only if the model has it."""

    def to_dict(self) -> Fields:
        return {"startMs": self.start_ms, "endMs": self.end_ms, **answer_fields(self), "logits": dict(self.logits)}


@dataclass(frozen=True)
class InputFigures:
    """Figures of the sound as it came in, before it was mixed and resampled."""

    duration_ms: int
    sample_rate: int
    """Hz."""
    channels: int
    peak: float
    """Largest magnitude of a sample of any channel; 1 is full scale, which floats may exceed."""
    rms_db: float
    """Root mean square of the mix of all channels in dB of full scale; -120 for digital silence."""
    clipped_share: float
    """Share of the samples that are clipped, 0 to 1."""
    warnings: tuple[str, ...]
    """What is wrong with the sound, for programs; `Recognition.warnings` says it in sentences."""

    def to_dict(self) -> Fields:
        return {
            "durationMs": self.duration_ms,
            "sampleRate": self.sample_rate,
            "channels": self.channels,
            "peak": self.peak,
            "rmsDb": self.rms_db,
            "clippedShare": self.clipped_share,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True)
class Timing:
    """Milliseconds spent."""

    decode_ms: float
    """Bytes of any format to int16 at 16 kHz."""
    frontend_ms: float
    """Level passes, spectrum, mel, MFCC: those of the features are estimated, as many frames as the window has times that of one."""
    network_ms: float
    """Convolutions to probabilities."""

    def to_dict(self) -> Fields:
        return {"decodeMs": round(self.decode_ms, 3), "frontendMs": round(self.frontend_ms, 3), "networkMs": round(self.network_ms, 3)}


@dataclass(frozen=True)
class Recognition:
    """The result for a recording. Activation and valence are means over the windows, as the probabilities are; speech and voice are the most that one window has."""

    label: str
    """One of the classes, even if it is not accepted."""
    confidence: float
    accepted: bool
    """As for a segment; by the confidence of the mean if there are several."""
    probabilities: Mapping[str, float]
    segments: Sequence[Segment]
    """One for each window."""
    warnings: tuple[str, ...]
    """A sentence for each thing that is wrong with the sound and makes the answer doubtful; empty for most sounds."""
    input: InputFigures
    model: ModelInfo
    timing: Timing
    logits: Mapping[str, int] | None = None
    """int32, only for a recording of a single window."""
    speech_frames: int | None = None
    voice: float | None = None
    activation: float | None = None
    valence: float | None = None

    def to_dict(self) -> Fields:
        return {
            **answer_fields(self),
            **({} if self.logits is None else {"logits": dict(self.logits)}),
            "segments": [segment.to_dict() for segment in self.segments],
            "warnings": list(self.warnings),
            "input": self.input.to_dict(),
            "model": {"id": self.model.id, "sha256": self.model.sha256},
            "timing": self.timing.to_dict(),
        }


def answer_fields(answer: "Segment | Recognition") -> Fields:
    """What a recording and each of its windows have."""
    return {
        "label": answer.label,
        "confidence": shortest(answer.confidence),
        "accepted": answer.accepted,
        **({} if answer.speech_frames is None else {"speechFrames": answer.speech_frames}),
        **given(voice=answer.voice, activation=answer.activation, valence=answer.valence),
        "probabilities": {name: shortest(value) for name, value in answer.probabilities.items()},
    }


def given(**values: float | None) -> Fields:
    """Those that are there, as the shortest numbers."""
    return {name: shortest(value) for name, value in values.items() if value is not None}


def shortest(value: float) -> float:
    """The number with the fewest digits that reads back to the same float32."""
    return float(str(np.float32(value)))


def by_class(model: ModelInfo, values: Iterable[Any]) -> dict[str, Any]:
    """In the order of the classes."""
    return dict(zip(model.classes, values, strict=True))
