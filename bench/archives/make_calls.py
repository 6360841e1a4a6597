"""Makes an archive of calls: `make_calls.py FOLDER --recordings FOLDER` (EMO-DB's `wav`). A folder for each of the ten speakers, as a caller, and in it six calls: all recordings of that
speaker with half a second between them, dealt to the calls. The calls grow angry: those of the beginning are of calm recordings, those of the end of excited ones."""

import argparse
from pathlib import Path

import numpy as np
from make_archive import RATE, read, write

CALLS, PAUSE_SECONDS = 6, 0.5
ORDER = "LNTEAFW"
"""EMO-DB's letters from boredom (L), neutral, sadness, disgust, fear and happiness to anger (W), in the name's sixth place."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recordings", type=Path, required=True)
    options = parser.parse_args()
    pause = np.zeros(round(PAUSE_SECONDS * RATE), np.int16)
    for speaker in sorted({path.name[:2] for path in options.recordings.glob("*.wav")}):
        files = sorted(options.recordings.glob(f"{speaker}*.wav"), key=lambda path: (ORDER.index(path.name[5]), path.name))
        folder = options.folder / f"caller-{speaker}"
        folder.mkdir(parents=True, exist_ok=True)
        for call in range(CALLS):
            write(folder / f"call-{call}.wav", np.concatenate([part for path in files[call::CALLS] for part in (read(path), pause)]))


if __name__ == "__main__":
    main()
