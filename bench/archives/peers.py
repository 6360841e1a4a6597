"""One process on an archive, and what else a user would pick: `peers.py FOLDER [--out FILE]`, with the folder of make_archive.py and what requirements.txt names.

Each subject is a process of its own with one thread, on the same files: openSMILE's eGeMAPS with an SVM of scikit-learn, wav2vec 2.0 base's architecture with random weights in ONNX
Runtime, and the plain Python package. Seconds are wall time and processor time; the second is what a busy machine leaves comparable. Memory is the most that the process had.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

FILES = {"light-sernet full": 300, "light-sernet micro": 300, "openSMILE eGeMAPS + SVM": 40, "wav2vec 2.0 base, ONNX Runtime": 20}
PACKAGES = {
    "light-sernet full": ("wasmtime",),
    "light-sernet micro": ("wasmtime",),
    "openSMILE eGeMAPS + SVM": ("opensmile", "scikit-learn"),
    "wav2vec 2.0 base, ONNX Runtime": ("onnxruntime",),
}


def light_sernet(model: str):
    from light_sernet import Recognizer

    return Recognizer(model).classify_file


def egemaps():
    import opensmile
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    smile = opensmile.Smile(feature_set=opensmile.FeatureSet.eGeMAPSv02, feature_level=opensmile.FeatureLevel.Functionals, num_workers=1)
    # As many as EMO-DB has recordings; what the features are does not change the time of an answer.
    random = np.random.default_rng(1)
    classifier = make_pipeline(StandardScaler(), SVC()).fit(random.normal(size=(535, 88)), random.integers(0, 7, 535))
    return lambda path: classifier.predict(smile.process_file(str(path)).to_numpy())


def wav2vec(work: Path):
    import onnxruntime
    import soundfile

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(work / "wav2vec.onnx", options, providers=["CPUExecutionProvider"])

    def answer(path: Path):
        samples = soundfile.read(path, dtype="float32")[0]
        return session.run(None, {"sound": ((samples - samples.mean()) / (samples.std() + 1e-7))[None]})

    return answer


def measure(subject: str, folder: Path, work: Path) -> dict[str, object]:
    """In this process."""
    if subject.startswith("light-sernet"):
        answer = light_sernet(subject.split()[1])
    else:
        answer = egemaps() if "eGeMAPS" in subject else wav2vec(work)
    files = sorted(folder.rglob("*.wav"))[: FILES[subject]]
    for file in files[:3]:
        answer(file)
    wall, processor = time.perf_counter(), time.process_time()
    for file in files:
        answer(file)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {
        "subject": subject,
        "versions": {name: version(name) for name in PACKAGES[subject]},
        "files": len(files),
        "wallMs": round(1000 * wall / len(files), 2),
        "processorMs": round(1000 * processor / len(files), 2),
        "memoryMb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--subject", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.subject:
        print(json.dumps(measure(options.subject, options.folder, options.work)))
        return
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    results = []
    with tempfile.TemporaryDirectory(prefix="light-sernet-") as work:
        # A process of its own: the makers of the graph are not in the memory of who runs it.
        subprocess.run([sys.executable, "-c", f"import pathlib, wav2vec; wav2vec.build(pathlib.Path({work!r}, 'wav2vec.onnx'))"], cwd=Path(__file__).parent, check=True)
        for subject in FILES:
            command = [sys.executable, __file__, str(options.folder), "--subject", subject, "--work", work]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **threads})
            results.append(json.loads(done.stdout.splitlines()[-1]))
            print(results[-1], file=sys.stderr)
    if options.out:
        from machine import machine, modules

        options.out.write_text(json.dumps({"machine": machine(), "modules": modules("full", "micro"), "load": os.getloadavg()[0], "secondsPerFile": 3, "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
