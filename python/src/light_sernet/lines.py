"""Answers as lines: text, JSON as `light-sernet classify --json` prints it, or its CSV."""

import json
import re
from collections.abc import Callable, Sequence

from .errors import visible
from .model import ModelInfo
from .result import Recognition, shortest
from .rows import table_name

Line = Callable[[str, Recognition | str], str | None]
"""Of a file and its answer, or the sentence of its error; None if there is no line."""

_FORMULA = re.compile("^'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""A spreadsheet would run a cell that begins so: a quote before it makes it text."""


def text_line(file: str, answer: Recognition | str) -> str | None:
    if isinstance(answer, str):
        return None
    percent = f"{answer.label} {100 * answer.confidence:.1f} %"
    windows = f" ({len(answer.segments)} windows)" if len(answer.segments) > 1 else ""
    return f"{visible(file)}: {visible(percent if answer.accepted else f'uncertain ({percent})')}{windows}"


def json_line(file: str, answer: Recognition | str) -> str:
    return json.dumps({"file": file, "error": answer} if isinstance(answer, str) else {"file": file, **answer.to_dict()})


def csv_writer(model: ModelInfo) -> tuple[str, Line]:
    """The header, and what writes rows."""
    more = [
        *([] if model.least_speech_frames is None else [("speechFrames", "speech_frames")]),
        *([("voice", "voice")] if model.has_voice else []),
        *((name, name) for name in model.dimensions),
    ]
    header = ["file", "label", "confidence", "accepted", *(name for name, _ in more), *model.classes, "error"]

    def line(file: str, answer: Recognition | str) -> str:
        if isinstance(answer, str):
            return csv_row([table_name(file), *([""] * (len(header) - 2)), answer])
        numbers = [getattr(answer, attribute) for _, attribute in more]
        accepted = "true" if answer.accepted else "false"
        return csv_row([table_name(file), answer.label, answer.confidence, accepted, *numbers, *answer.probabilities.values(), ""])

    return csv_row(header), line


def csv_row(cells: Sequence[str | float]) -> str:
    """RFC 4180. Its numbers read back to the same float32."""
    return ",".join(text_cell(cell) if isinstance(cell, str) else str(cell) if isinstance(cell, int) else repr(shortest(cell)) for cell in cells)


def text_cell(text: str) -> str:
    harmless = f"'{text}" if _FORMULA.match(text) else text
    return '"' + harmless.replace('"', '""') + '"' if re.search('[",;\t\r\n]', harmless) else harmless
