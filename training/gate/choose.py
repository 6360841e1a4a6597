"""Chooses the gate's thresholds on speakers and noises that it did not learn from, and writes them to weights/gate/gate.json: python -m training.gate.choose"""

import itertools
import json

import numpy as np

from .integer import FILE, Gate
from .sounds import RUNS
from .written import write_gate

FRAMES_A_MINUTE = 60 * 16_000 / 256
FIXTURE = FILE.parents[2] / "tests" / "fixtures" / "gate.json"
FIXTURE_FRAMES = 100
# Goals for speech missed and false starts a minute; a gate that seldom closes reaches both, so the shares of pauses and of noise alone in which it is open count, too.
# The thresholds are those with the smallest sum of what is reached in parts of these.
MISSED, FALSE_STARTS, OPEN_PAUSES, OPEN_NOISE = 0.05, 2.0, 0.25, 0.15
OPEN_SCORES = range(-512, 3073, 512)
OPEN_FRAMES = (1, 2, 3, 4, 6)
CLOSE_SCORES = (-2048, -1024, -512, 0)
CLOSE_FRAMES = (8, 12, 16, 22, 30)


def speaking(scores: np.ndarray, opening: dict, closing: dict) -> np.ndarray:
    """int [streams, frames] -> bool [streams, frames], as integer.hysteresis."""
    found = np.zeros(scores.shape, bool)
    state, count = np.zeros(len(scores), bool), np.zeros(len(scores), int)
    high, low = scores >= opening["score"], scores < closing["score"]
    for frame in range(scores.shape[1]):
        count = np.where(np.where(state, low[:, frame], high[:, frame]), count + 1, 0)
        changes = count == np.where(state, closing["frames"], opening["frames"])
        state, count = state ^ changes, np.where(changes, 0, count)
        found[:, frame] = state
    return found


def starts(found: np.ndarray) -> int:
    """bool [streams, frames] -> how often it begins."""
    return int(found[:, 0].sum() + (found[:, 1:] & ~found[:, :-1]).sum())


def write_fixture(gate: Gate) -> None:
    """What this implementation says of made-up frames, for the tests of the other two."""
    rng = np.random.default_rng(0)
    levels = np.repeat(rng.integers(-700, 200, FIXTURE_FRAMES // 10), 10)[:, None]
    mel = np.maximum(levels + rng.integers(-200, 200, (FIXTURE_FRAMES, 128)), -884)  # in 1/64 of a neper
    scores = gate.scores((mel / 64).astype(np.float32)[None])[0]
    values = {"mel64": [row.tolist() for row in mel], "scores": scores.tolist(), "speaking": gate.speaking(scores).astype(int).tolist()}
    FIXTURE.write_text(json.dumps(values, separators=(",", ":")) + "\n")


def main() -> None:
    gate = Gate.load()
    loaded = {part: (gate.scores(np.load(RUNS / f"{part}-mel.npy", mmap_mode="r")), np.load(RUNS / f"{part}-speech.npy")) for part in ("ten", "quiet")}
    (scores, speech), (quiet, _) = loaded["ten"], loaded["quiet"]
    minutes = quiet.size / FRAMES_A_MINUTE
    best = None
    for score, frames, low, hangover in itertools.product(OPEN_SCORES, OPEN_FRAMES, CLOSE_SCORES, CLOSE_FRAMES):
        if low > score:
            continue
        opening, closing = {"score": score, "frames": frames}, {"score": low, "frames": hangover}
        found = speaking(scores, opening, closing)
        missed, open_share = float((speech & ~found).sum() / speech.sum()), float((~speech & found).sum() / (~speech).sum())
        noise = speaking(quiet, opening, closing)
        false = starts(noise) / minutes
        cost = missed / MISSED + false / FALSE_STARTS + open_share / OPEN_PAUSES + float(noise.mean()) / OPEN_NOISE
        if best is None or cost < best[0]:
            best = cost, missed, open_share, false, opening, closing
    _, missed, open_share, false, opening, closing = best
    print(f"opens after {opening}, closes after {closing}: {missed:.1%} of the speech missed, {open_share:.0%} of the pauses open, {false:.2f} false starts a minute")
    gate = Gate({**gate.values, "open": opening, "close": closing})
    write_gate(FILE, gate.values)
    write_fixture(gate)


if __name__ == "__main__":
    main()
