"""What a measurement ran on and of which modules, as in the other results."""

import hashlib
import os
import platform
from pathlib import Path

from light_sernet import Recognizer, tables


def machine() -> dict[str, object]:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {"cpu": names[0] if names else platform.processor(), "cores": os.cpu_count(), "python": platform.python_version()}


def modules(*models: str) -> dict[str, dict[str, str]]:
    """SHA-256 by model and file: the build that `auto` takes here."""
    file = tables.BUILDS["simd"]
    return {Recognizer(model).model.id: {file: hashlib.sha256((tables.DATA / model / file).read_bytes()).hexdigest()} for model in models}
