"""Answers to windows, and their mean."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from . import tables
from .converter import Samples16
from .errors import RecognizerError, damaged
from .instance import Instance
from .model import ModelInfo
from .result import Fields, InputFigures, Recognition, Segment, Timing, by_class
from .windows import Window

SHARED_FIELDS = ("label", "confidence", "accepted", "probabilities", "logits", "speech_frames", "voice", "activation", "valence")
"""Of a recording with a single window and that window."""
TIMED_FRAMES = 8
TIMED_TIMES = 4


@dataclass(frozen=True)
class Answer:
    """To one window."""

    segment: Segment
    probabilities: npt.NDArray[np.float32]
    frontend_ms: float
    network_ms: float


class Classifier:
    """Answers to windows of int16 samples at 16 kHz: two passes for the level, then features and network in one. Threads take turns."""

    def __init__(self, instance: Instance, model: ModelInfo):
        self._instance = instance
        self._model = model
        self._lock = Lock()
        instance.check("setInput", tables.FORMAT_CODES["s16"], 1, model.sample_rate)
        self._logits = instance.call("logitsAddress")
        self._probabilities = instance.call("probabilitiesAddress")
        self._window_frames_ms = instance.call("frameCount") * min(self._frame_ms() for _ in range(TIMED_TIMES))

    def _frame_ms(self) -> float:
        """Of one frame, from samples to MFCCs; its time does not depend on the sound."""
        begin = time.perf_counter()
        self._instance.drive("frames", TIMED_FRAMES)
        return 1000 * (time.perf_counter() - begin) / TIMED_FRAMES

    def answer(self, window: Window) -> Answer:
        with self._lock:
            return self._answer(window)

    def _answer(self, window: Window) -> Answer:
        instance, model = self._instance, self._model
        size = 2 * len(window.samples)
        begin = time.perf_counter()
        at, whole = 0, size
        if window.zeros_before is not None:
            # The module centers what is shorter than a window, so a sound in another place is pushed with its zeros, at the level that it has without them.
            at, whole = 2 * window.zeros_before, 2 * model.window_samples
            instance.sound[:whole] = 0
        instance.sound[at : at + size] = window.samples.astype("<i2", copy=False).view(np.uint8)
        level = instance.drive("level", instance.sound_at + at, size)
        leveled = time.perf_counter()
        instance.drive("segment", level, instance.sound_at, whole)
        end = time.perf_counter()
        said = instance.answers()
        label = int(said["label"])
        probabilities = instance.array(self._probabilities, len(model.classes), "<f4")
        logits = instance.array(self._logits, len(model.classes), "<i4")
        numbers = {name: said[name] for name in ("voice", *tables.DIMENSIONS) if name in said}
        if not (0 <= label < len(model.classes) and all(0 <= value <= 1 for value in (*probabilities.tolist(), *numbers.values()))):
            raise damaged("its answer is impossible", instance.module.name)
        values = by_class(model, probabilities.tolist())
        segment = Segment(
            start_ms=window.start * 1000 // model.sample_rate,
            end_ms=(window.start + len(window.samples)) * 1000 // model.sample_rate,
            label=model.classes[label],
            confidence=values[model.classes[label]],
            accepted=said["accepted"] == 1,
            probabilities=values,
            logits=by_class(model, logits.tolist()),
            speech_frames=int(said["speechFrames"]) if "speechFrames" in said else None,
            **numbers,
        )
        filled = 0 if level == 0 else min(1, len(window.samples) / model.window_samples)
        features_ms = min(1000 * (end - leveled), filled * self._window_frames_ms)
        return Answer(segment, probabilities, 1000 * (leveled - begin) + features_ms, 1000 * (end - leveled) - features_ms)

    @property
    def adaptation(self) -> bytes | None:
        """The speaker's statistics so far; None if the model does not adapt."""
        if not self._model.adapts:
            return None
        with self._lock:
            size = self._instance.call("adaptationSave")
            if not 1 <= size <= self._instance.capacity:
                raise damaged("its statistics of a speaker have an impossible size", self._instance.module.name)
            return self._instance.view(self._instance.call("inputAddress"), size).tobytes()

    def adapt(self, statistics: bytes | None) -> None:
        with self._lock:
            adapt(self._instance, statistics)


def adapt(instance: Instance, statistics: bytes | None) -> None:
    """Loads a speaker's statistics, or forgets the speaker. Raises RecognizerError, and changes nothing, if they are damaged or of another model."""
    if "adaptation" not in instance.module.features:
        if statistics is not None:
            raise RecognizerError("BAD_ARGUMENT", "this model does not adapt to a speaker; use one whose manifest has a normalization")
    elif statistics is None:
        instance.call("adaptationReset")
    else:
        # More than that are refused as what they are, not statistics: without the first bytes their checksum is wrong.
        data = np.frombuffer(statistics, np.uint8)[: instance.capacity]
        instance.put(data)
        instance.check("adaptationLoad", len(data))


def recognition(model: ModelInfo, answers: Sequence[Answer], figures: InputFigures, decode_ms: float) -> Recognition:
    """Of a recording with these windows, one or more."""
    segments = [answer.segment for answer in answers]
    timing = Timing(decode_ms, sum(answer.frontend_ms for answer in answers), sum(answer.network_ms for answer in answers))
    warnings = tuple(tables.WARNING_SENTENCES[name] for name in figures.warnings)
    return Recognition(**summary(model, answers), segments=segments, warnings=warnings, input=figures, model=model, timing=timing)


def summary(model: ModelInfo, answers: Sequence[Answer]) -> Fields:
    """What the windows say together."""
    segments = [answer.segment for answer in answers]
    if len(segments) == 1:
        return {name: getattr(segments[0], name) for name in SHARED_FIELDS}
    mean = mean_of([answer.probabilities for answer in answers])
    best = int(np.argmax(mean))
    confidence = float(mean[best])
    frames = None if model.least_speech_frames is None else max(segment.speech_frames or 0 for segment in segments)
    voice = max(segment.voice or 0 for segment in segments) if model.has_voice else None
    enough = (frames or 0) >= (model.least_speech_frames or 0) and (voice is None or voice >= tables.LEAST_VOICE)
    return {
        "label": model.classes[best],
        "confidence": confidence,
        "accepted": confidence >= model.accept_threshold and enough,
        "probabilities": by_class(model, mean.tolist()),
        "speech_frames": frames,
        "voice": voice,
        **{name: float(mean_of([np.float32(getattr(segment, name)) for segment in segments])) for name in model.dimensions},
    }


def mean_of(values: Sequence[npt.NDArray[np.float32] | np.float32]) -> npt.NDArray[np.float32]:
    """In float32, in the order given (docs/arithmetic.md, section 6)."""
    total = np.zeros_like(values[0])
    for value in values:
        total = (total + value).astype(np.float32)
    return (total.astype(np.float64) / len(values)).astype(np.float32)


def input_figures(instance: Instance, more: int) -> InputFigures:
    """The module's figures of the sound that was converted, with more WARNING bits that are known of it."""
    figures = instance.array(instance.call("inputFigures"), 7, "<i4").tolist()
    duration, rate, channels, peak, rms, clipped, bits = figures
    names = tuple(name for name, bit in tables.WARNING_BITS.items() if (bits | more) & bit)
    return InputFigures(duration, rate, channels, peak / 1e4, rms / 100, clipped / 1e6, names)


def concatenated(parts: Sequence[Samples16]) -> Samples16:
    return np.concatenate((np.empty(0, np.int16), *parts))
