"""Makes an archive: `make_archive.py FOLDER [--files 10000] [--recordings FOLDER]`. Files of 3 s, a hundred for each caller: pieces of real recordings at random places and
levels, the same for the same arguments. Without --recordings it takes those in examples/emodb."""

import argparse
from pathlib import Path

import numpy as np
import soundfile

RATE, SECONDS, FILES_PER_CALLER = 16_000, 3, 100
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "emodb"


def read(path: Path) -> np.ndarray:
    """int16 [samples]."""
    samples, rate = soundfile.read(path, dtype="int16")
    if rate != RATE or samples.ndim != 1:
        raise SystemExit(f"{path} is not mono at {RATE} Hz")
    return samples


def write(path: Path, samples: np.ndarray) -> None:
    soundfile.write(path, samples.astype(np.int16), RATE)


def piece(recordings: list[np.ndarray], random: np.random.Generator) -> np.ndarray:
    recording = recordings[random.integers(len(recordings))]
    repeated = np.resize(recording, len(recording) + SECONDS * RATE)
    begin = random.integers(len(recording))
    return np.round(repeated[begin : begin + SECONDS * RATE] * random.uniform(0.2, 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--recordings", type=Path, default=EXAMPLES)
    options = parser.parse_args()
    recordings = [read(path) for path in sorted(options.recordings.glob("*.wav"))]
    random = np.random.default_rng(1)
    for number in range(options.files):
        caller = options.folder / f"caller-{number // FILES_PER_CALLER:04d}"
        caller.mkdir(parents=True, exist_ok=True)
        write(caller / f"{number:06d}.wav", piece(recordings, random))


if __name__ == "__main__":
    main()
