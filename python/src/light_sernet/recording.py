"""One recording, from bytes to an answer."""

import time
from collections.abc import Iterator

from . import tables
from .classifier import Answer, Classifier, input_figures, recognition
from .converter import Converter, Layout
from .errors import RecognizerError
from .instance import Bytes, Instance
from .model import ModelInfo
from .result import Recognition, Segment
from .windows import Long, Window, splitter


class Recording:
    """Takes bytes in any pieces and answers each window as soon as it is complete. `converter` is its own; others may use the classifier meanwhile."""

    def __init__(self, converter: Instance, classifier: Classifier, model: ModelInfo, long: Long, crops: int | None):
        self._instance = converter
        self._converter = Converter(converter)
        self._classifier = classifier
        self._model = model
        self._splitter = splitter(model.window_samples, long, crops)
        self._answers: list[Answer] = []
        self._begun = time.perf_counter()
        self._answering = 0.0  # s

    def begin(self, layout: Layout) -> None:
        self._converter.begin(layout)

    def push(self, data: Bytes) -> Iterator[Segment]:
        for samples in self._converter.push(data):
            yield from self._answer(self._splitter.push(samples))

    def end(self) -> Iterator[Segment]:
        """The windows that are still missing."""
        last = self._converter.finish()
        if self._converter.frames == 0:
            raise RecognizerError("EMPTY", "there is no sound to classify; pass samples")
        yield from self._answer(self._splitter.push(last))
        yield from self._answer(self._splitter.finish())

    def result(self, warnings: int | None = None) -> Recognition:
        """`warnings`: WARNING bits that are known of the file; without them an incomplete last frame becomes one."""
        if warnings is None:
            warnings = tables.WARNING_BITS["PARTIAL_FRAME"] if self._converter.incomplete else 0
        decode_ms = 1000 * (time.perf_counter() - self._begun - self._answering)
        return recognition(self._model, self._answers, input_figures(self._instance, warnings), decode_ms)

    def _answer(self, windows: Iterator[Window]) -> Iterator[Segment]:
        for window in windows:
            begin = time.perf_counter()
            answer = self._classifier.answer(window)
            self._answering += time.perf_counter() - begin
            self._answers.append(answer)
            yield answer.segment
