"""A subject of `npm run bench` in a process of its own: `worker.py TASK`, a JSON object (bench/measured/task.ts).

Its first line of output says what it answers on the bench's sound: {"answer": {...}}, or {"error": sentence}. Every line "run" on its input gets a line:
the milliseconds of each stage. With "cold" in the task it does the first inference only and prints {"answer", "coldStartMs", "residentBytes"}.
"""

import importlib
import json
import sys
from pathlib import Path
from time import perf_counter

KINDS = {"tflite": "tflite_subject", "onnxruntime": "onnxruntime_subject", "librosa": "librosa_subject", "wasmtime": "wasmtime_subject", "limits": "wasmtime_limits"}


def resident_bytes() -> int | None:
    """Of this process; None where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    except OSError:
        return None


def say(message: dict) -> None:
    print(json.dumps(message), flush=True)


def main() -> None:
    task = json.loads(sys.argv[1])
    before = resident_bytes()
    try:
        kind = importlib.import_module(KINDS[task["kind"]])
        files = {name: Path(path).read_bytes() for name, path in task["files"].items()}
    except ModuleNotFoundError as error:
        return say({"error": f"Python has no package {error.name}; run `npm run bench -- --install-peers`"})
    except Exception as error:
        return say({"error": f"{error}"})
    try:
        begin = perf_counter()
        subject = kind.Subject(task, files)
        milliseconds = 1000 * (perf_counter() - begin)
    except Exception as error:
        return say({"error": " ".join(str(error).split())})
    if task.get("cold"):
        after = resident_bytes()
        growth = None if before is None or after is None else after - before
        return say({"answer": subject.answer(), "coldStartMs": milliseconds, "residentBytes": growth})
    say({"answer": subject.answer()})
    for line in sys.stdin:
        if line.strip() != "run":
            break
        try:
            say(subject.run())
        except Exception as error:
            say({"error": " ".join(str(error).split())})


if __name__ == "__main__":
    main()
