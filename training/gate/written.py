"""weights/gate/gate.json, with every list of numbers on lines of its own."""

import json
import textwrap
from pathlib import Path


def write_gate(path: Path, values: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(pretty(values, "") + "\n")


def pretty(value, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, dict):
        fields = [f"{inner}{json.dumps(name)}: {pretty(field, inner)}" for name, field in value.items()]
        return "{\n" + ",\n".join(fields) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(inner + pretty(item, inner) for item in value) + f"\n{indent}]"
    if isinstance(value, list):
        return "[\n" + textwrap.fill(json.dumps(value)[1:-1], 140, initial_indent=inner, subsequent_indent=inner) + f"\n{indent}]"
    return json.dumps(value)
