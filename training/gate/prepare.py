"""Makes the streams to learn from and to choose by: python -m training.gate.prepare [--streams N]"""

import argparse

import numpy as np

from .features import BANDS, log_mel
from .mixtures import Mixer
from .sounds import RUNS, labeled, learning_files, noises, rooms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1500, help="of 20 s, to learn from; a fifth as many to choose by")
    arguments = parser.parse_args()
    RUNS.mkdir(parents=True, exist_ok=True)
    for part, count, seed in (("choose", arguments.streams // 5, 2), ("train", arguments.streams, 1)):
        mixer = Mixer(labeled(learning_files()[part], part), noises(part == "choose"), rooms())
        rng = np.random.default_rng(seed)
        mels, speech = [], []
        for _ in range(count):
            samples, active = mixer.stream(rng)
            mels.append(log_mel(samples).astype(np.float16))
            speech.append(active)
        np.save(RUNS / f"{part}-mel.npy", np.stack(mels))  # float16 [streams, frames, BANDS]
        np.save(RUNS / f"{part}-speech.npy", np.stack(speech))  # bool [streams, frames]
        print(f"{part}: {count} streams, {np.stack(mels).shape[1]} frames of {BANDS} bands, {np.mean(speech):.0%} of them speech")


if __name__ == "__main__":
    main()
