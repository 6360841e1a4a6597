"""An archive on Ray with two workers beside one process and two of the plain command: `rates.py FOLDER [--out FILE]`, with the package and its extra `ray` installed and the folder of
make_archive.py.

Files a second are of the whole command, with Ray's start; processor time is that of the processes that classify, and is what a busy machine leaves comparable. Ray's own processes
are counted apart. The rows of all must be the same.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import pyarrow.dataset
from machine import machine, modules

TICKS = os.sysconf("SC_CLK_TCK")
WAYS = {
    "one process": ["light_sernet", "{source}", "--parquet", "{out}"],
    "two processes": ["light_sernet", "{source}", "--parquet", "{out}", "--jobs", "2"],
    "Ray, two workers": ["light_sernet.ray", "{source}", "{out}", "--workers", "2"],
}


def read(process: Path) -> tuple[int, int, float, str, float]:
    """Id, parent, processor seconds, command line, most memory in MB."""
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    status = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines() if ":\t" in line)
    memory = int(status.get("VmHWM", "0").split()[0]) / 1000
    return int(process.name), int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS, (process / "cmdline").read_text(), memory


def below(parent: int) -> list[tuple[int, int, float, str, float]]:
    """That process and all that it has started."""
    all_of_them = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            all_of_them.append(read(process))
        except OSError:
            pass
    ids = [parent]
    for one in ids:
        ids += [entry[0] for entry in all_of_them if entry[1] == one]
    return [entry for entry in all_of_them if entry[0] in ids]


def measure(way: str, source: Path, out: Path) -> dict[str, object]:
    command = [sys.executable, "-m", *(word.format(source=source, out=out) for word in WAYS[way])]
    begin = time.perf_counter()
    # The same priority for all: Ray's workers would have the lowest.
    process = subprocess.Popen(command, env={**os.environ, "RAY_ADDRESS": "local", "RAY_worker_niceness": "0"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen: dict[int, tuple[int, int, float, str, float]] = {}
    while process.poll() is None:
        # One that has ended has no memory any more.
        seen.update((entry[0], entry) for entry in below(process.pid) if entry[4] > 0)
        time.sleep(0.3)
    wall = time.perf_counter() - begin
    if process.returncode != 0:
        raise SystemExit(f"{way}: exit code {process.returncode}")
    on_ray = way.startswith("Ray")
    classify = [entry for entry in seen.values() if ("PartWriter" in entry[3] if on_ray else "resource_tracker" not in entry[3])]
    return {
        "way": way,
        "seconds": round(wall, 1),
        "processorSeconds": round(sum(entry[2] for entry in classify), 1),
        "otherProcessorSeconds": round(sum(entry[2] for entry in seen.values()) - sum(entry[2] for entry in classify), 1),
        "processes": len(classify),
        "memoryMbOfOne": round(max(entry[4] for entry in classify), 1),
        "load": os.getloadavg()[0],
    }


def rows(out: Path, prefix: str) -> list[tuple[object, ...]]:
    table = pyarrow.dataset.dataset(out, format="parquet").to_table()
    return sorted((row["file"].removeprefix(prefix), row["start_ms"], repr(row)[len(repr(row["file"])) + 8 :]) for row in table.to_pylist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    source = options.folder.resolve()
    files = sum(1 for _ in source.rglob("*.wav"))
    results, answers = [], []
    with tempfile.TemporaryDirectory(prefix="light-sernet-") as work:
        for number, way in enumerate(WAYS):
            out = Path(work, str(number))
            results.append({**(found := measure(way, source, out)), "filesPerSecond": round(files / float(str(found["seconds"])), 1)})
            print(results[-1], flush=True)
            answers.append(rows(out, f"{source}/"))
    if any(found != answers[0] for found in answers):
        raise SystemExit("the rows differ")
    about = {"files": files, "secondsPerFile": 3, "rows": len(answers[0])}
    versions = {name: version(name) for name in ("light-sernet", "wasmtime", "ray", "pyarrow")}
    if options.out:
        options.out.write_text(json.dumps({"machine": machine(), "versions": versions, "modules": modules("full"), **about, "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
