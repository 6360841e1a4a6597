"""The module's interface in numbers and sentences, as `ts-tools/` has them: nothing of it is typed again here (python/stage.mjs writes data/tables.json)."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"

try:
    _TABLES: dict[str, Any] = json.loads((DATA / "tables.json").read_text("utf-8"))
except FileNotFoundError:
    raise ImportError("light_sernet has no data: in a clone run `npm ci` first, which writes it; otherwise install the wheel again") from None

ABI_VERSION: int = _TABLES["abiVersion"]
EXPORTS: Sequence[str] = _TABLES["exports"]
OPTIONAL_EXPORTS: Mapping[str, Sequence[str]] = _TABLES["optionalExports"]
"""By feature: a module has all of these or none."""
FLOAT_EXPORTS = frozenset(_TABLES["floatExports"])
"""Those whose result is a float."""

FORMAT_CODES: Mapping[str, int] = {name: entry["code"] for name, entry in _TABLES["formats"].items()}
SAMPLE_BYTES: Mapping[str, int] = {name: entry["bytes"] for name, entry in _TABLES["formats"].items()}

STATUS_NAMES: Mapping[int, str] = {entry["code"]: name for name, entry in _TABLES["statuses"].items()}
STATUS_SENTENCES: Mapping[str, str] = {name: entry["sentence"] for name, entry in _TABLES["statuses"].items()}
WARNING_BITS: Mapping[str, int] = {name: entry["bit"] for name, entry in _TABLES["warnings"].items()}
WARNING_SENTENCES: Mapping[str, str] = {name: entry["sentence"] for name, entry in _TABLES["warnings"].items()}

STREAM_FIELDS: Mapping[str, int] = {name: index for index, name in enumerate(_TABLES["streamAnswer"])}
"""Where each number of a stream's record is, in words of 32 bits."""
STREAM_STATES: Mapping[int, str] = {code: name for name, code in _TABLES["streamStates"].items()}
STREAM_EVENTS: Mapping[str, int] = _TABLES["streamEvents"]
STREAM_LIMITS: Mapping[str, int] = _TABLES["streamLimits"]
STREAM_FRAME_SAMPLES: int = _TABLES["streamFrameSamples"]

DIMENSIONS: Sequence[str] = _TABLES["dimensions"]
LEAST_VOICE: float = _TABLES["leastVoice"]
LIMITS: Mapping[str, int] = _TABLES["limits"]

BUILDS: Mapping[str, str] = _TABLES["builds"]
"""The file of each build, the fastest first."""
PACKAGED_MODELS: Sequence[str] = _TABLES["packagedModels"]
OTHER_MODELS: Mapping[str, str] = _TABLES["otherModels"]
"""Models that this package does not have: what to do about each."""
SOUND_EXTENSIONS = frozenset(_TABLES["soundExtensions"])
