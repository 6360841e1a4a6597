"""Makes the streams to learn from and to choose by: python -m training.gate.prepare [--streams N]"""

import argparse

import numpy as np

from .features import log_mel
from .mixtures import Mixer
from .sounds import RUNS, labeled, learning_files, noises, rooms


def streams(mixer: Mixer, count: int, rng: np.random.Generator, **kind) -> tuple[np.ndarray, np.ndarray]:
    """float16 [streams, frames, BANDS] and bool [streams, frames]"""
    mels, speech = [], []
    for _ in range(count):
        samples, active = mixer.stream(rng, **kind)
        mels.append(log_mel(samples).astype(np.float16))
        speech.append(active)
    return np.stack(mels), np.stack(speech)


def save(part: str, mels: np.ndarray, speech: np.ndarray) -> None:
    np.save(RUNS / f"{part}-mel.npy", mels)
    np.save(RUNS / f"{part}-speech.npy", speech)
    print(f"{part}: {len(mels)} streams of {mels.shape[1]} frames, {np.mean(speech):.0%} of them speech", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1200, help="of 20 s, to learn from; a fifth as many to choose by")
    arguments = parser.parse_args()
    RUNS.mkdir(parents=True, exist_ok=True)
    fewer = arguments.streams // 5
    mixers = {part: Mixer(labeled(learning_files()[part], part), noises(part == "choose"), rooms()) for part in ("train", "choose")}
    save("train", *streams(mixers["train"], arguments.streams, np.random.default_rng(1)))
    save("choose", *streams(mixers["choose"], fewer, np.random.default_rng(2)))
    # For the thresholds: speech at 10 dB, and nobody at all.
    save("ten", *streams(mixers["choose"], fewer // 2, np.random.default_rng(3), talks=1, snr=10))
    save("quiet", *streams(mixers["choose"], fewer // 2, np.random.default_rng(4), talks=0))


if __name__ == "__main__":
    main()
