"""Makes the streams to learn from and to choose by: python -m training.gate.prepare [--streams N]"""

import argparse
from collections.abc import Callable
from functools import partial

import numpy as np

from .features import POOLED, band_features, frame_count, log_mel
from .mixtures import STREAM, Mixer
from .sounds import RUNS, labeled, learning_files, noises, rooms

TOGETHER = 50  # streams


def keep(part: str, make: Callable[[], tuple[np.ndarray, np.ndarray]], count: int) -> None:
    """Writes int8 [streams, frames, 2 POOLED], what the network receives, and bool [streams, frames], whether somebody speaks."""
    frames = frame_count(STREAM)
    heard = np.lib.format.open_memmap(RUNS / f"{part}-features.npy", "w+", np.int8, (count, frames, 2 * POOLED))
    speech = np.lib.format.open_memmap(RUNS / f"{part}-speech.npy", "w+", bool, (count, frames))
    for begin in range(0, count, TOGETHER):
        made = [make() for _ in range(min(TOGETHER, count - begin))]
        heard[begin : begin + len(made)] = band_features(np.stack([log_mel(samples) for samples, _ in made]))
        speech[begin : begin + len(made)] = np.stack([active for _, active in made])
        print(f"{part}: {begin + len(made)} of {count} streams", end="\r", flush=True)
    print(f"{part}: {count} streams of {frames} frames, {np.mean(speech):.0%} of them speech", flush=True)


def load(part: str) -> tuple[np.ndarray, np.ndarray]:
    """What `keep` kept."""
    return np.load(RUNS / f"{part}-features.npy"), np.load(RUNS / f"{part}-speech.npy")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=2400, help="of 20 s, to learn from; 700 to choose by")
    arguments = parser.parse_args()
    RUNS.mkdir(parents=True, exist_ok=True)
    mixers = {part: Mixer(labeled(learning_files()[part], part), noises(part == "choose"), rooms()) for part in ("train", "choose")}
    for number, (part, count, make) in enumerate(
        (
            ("choose", 200, mixers["choose"].stream),
            # For the thresholds: speech at 10 dB, and nobody at all.
            ("ten", 300, partial(mixers["choose"].plain, snr=10)),
            ("quiet", 200, partial(mixers["choose"].plain, snr=None)),
            ("clean", arguments.streams // 6, mixers["train"].clean),
            ("train", arguments.streams, mixers["train"].stream),
        )
    ):
        keep(part, partial(make, np.random.default_rng(1 + number)), count)


if __name__ == "__main__":
    main()
