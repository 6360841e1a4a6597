"""Makes the streams to learn from and to choose by: python -m training.gate.prepare [--streams N]"""

import argparse
from collections.abc import Callable
from functools import partial

import numpy as np

from .features import log_mel
from .mixtures import Mixer
from .sounds import RUNS, labeled, learning_files, noises, rooms


def streams(make: Callable[[], tuple[np.ndarray, np.ndarray]], count: int) -> tuple[np.ndarray, np.ndarray]:
    """float16 [streams, frames, BANDS] and bool [streams, frames]"""
    mels, speech = [], []
    for _ in range(count):
        samples, active = make()
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
    for number, (part, count, make) in enumerate(
        (
            ("train", arguments.streams, mixers["train"].stream),
            ("clean", fewer, mixers["train"].clean),
            ("choose", fewer, mixers["choose"].stream),
            # For the thresholds: speech at 10 dB, and nobody at all.
            ("ten", fewer // 2, partial(mixers["choose"].plain, snr=10)),
            ("quiet", fewer // 2, partial(mixers["choose"].plain, snr=None)),
        )
    ):
        save(part, *streams(partial(make, np.random.default_rng(1 + number)), count))


if __name__ == "__main__":
    main()
