"""Answers as rows of a table: one for each window, or one with the error of a file that failed."""

import re
from collections.abc import Iterator
from typing import Any

from .model import ModelInfo
from .result import Recognition

Row = dict[str, Any]


def table_name(name: str) -> str:
    """A file's name for a table, which cannot hold lone surrogates: each byte that is not UTF-8 is written \\udcXX. Backslashes before it, and before text that looks
    like it, are doubled, so that two names never become equal."""
    doubled = re.sub(r"(\\+)(?=[\udc80-\udcff]|udc[89a-f][0-9a-f])", r"\1\1", name)
    return re.sub("[\udc80-\udcff]", lambda byte: f"\\u{ord(byte[0]):04x}", doubled)


def rows(file: str, answer: Recognition | str) -> Iterator[Row]:
    """`answer`: or the sentence of an error."""
    if isinstance(answer, str):
        yield {"file": file, "error": answer}
        return
    figures = {
        "duration_ms": answer.input.duration_ms,
        "sample_rate": answer.input.sample_rate,
        "channels": answer.input.channels,
        "peak": answer.input.peak,
        "rms_db": answer.input.rms_db,
        "clipped_share": answer.input.clipped_share,
        "warnings": list(answer.input.warnings),
    }
    for segment in answer.segments:
        yield {
            "file": file,
            "start_ms": segment.start_ms,
            "end_ms": segment.end_ms,
            "label": segment.label,
            "confidence": segment.confidence,
            "accepted": segment.accepted,
            "speech_frames": segment.speech_frames,
            "voice": segment.voice,
            "activation": segment.activation,
            "valence": segment.valence,
            "probabilities": dict(segment.probabilities),
            **figures,
            "error": None,
        }


def schema(model: ModelInfo) -> Any:
    """The pyarrow.Schema of such rows. Columns that a model does not have are null."""
    import pyarrow as pa  # type: ignore[import-untyped]

    return pa.schema(
        [
            ("file", pa.string()),
            ("start_ms", pa.int64()),
            ("end_ms", pa.int64()),
            ("label", pa.string()),
            ("confidence", pa.float32()),
            ("accepted", pa.bool_()),
            ("speech_frames", pa.int32()),
            ("voice", pa.float32()),
            ("activation", pa.float32()),
            ("valence", pa.float32()),
            ("probabilities", pa.struct([(name, pa.float32()) for name in model.classes])),
            ("duration_ms", pa.int64()),
            ("sample_rate", pa.int32()),
            ("channels", pa.int32()),
            ("peak", pa.float64()),
            ("rms_db", pa.float64()),
            ("clipped_share", pa.float64()),
            ("warnings", pa.list_(pa.string())),
            ("error", pa.string()),
        ]
    )
