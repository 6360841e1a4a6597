"""Chooses the gate's thresholds on speakers and noises that it did not learn from, and writes them to weights/gate/gate.json: python -m training.gate.choose"""

import itertools
import json

import numpy as np

from .integer import FILE, Gate, hysteresis, looking_back
from .prepare import load
from .written import write_gate

FRAMES_A_MINUTE = 60 * 16_000 / 256
FIXTURE = FILE.parents[2] / "tests" / "fixtures" / "gate.json"
FIXTURE_FRAMES = 100
# Goals for speech missed and false starts a minute. The thresholds are those that come nearest to both; a gate that seldom closes does, so the shares of pauses and
# of noise alone in which it is open count a little, too.
MISSED, FALSE_STARTS = 0.05, 2.0
OPEN_PAUSES, OPEN_NOISE, OPEN_COUNTS = 0.25, 0.15, 0.25
OPEN_SCORES = range(512, 3073, 256)
OPEN_FRAMES = (1, 2, 3)
CLOSE_SCORES = (-3072, -2048, -1024)
CLOSE_FRAMES = (6, 10, 15, 20, 28)


def cost(missed: float, a_minute: float, open_pauses: float, open_noise: float) -> float:
    return max(missed / MISSED, a_minute / FALSE_STARTS) + OPEN_COUNTS * (open_pauses / OPEN_PAUSES + open_noise / OPEN_NOISE)


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
    (ten, speech), (noise, _) = (load(part) for part in ("ten", "quiet"))
    scores, quiet = gate.of_features(ten), gate.of_features(noise)
    minutes = quiet.size / FRAMES_A_MINUTE
    best = None
    for score, frames, low, hangover in itertools.product(OPEN_SCORES, OPEN_FRAMES, CLOSE_SCORES, CLOSE_FRAMES):
        opening, closing = {"score": score, "frames": frames}, {"score": low, "frames": hangover}
        found = looking_back(hysteresis(scores, opening, closing), gate.values["lookBack"])
        false = hysteresis(quiet, opening, closing)
        figures = {
            "missed": float((speech & ~found).sum() / speech.sum()),
            "a_minute": starts(false) / minutes,
            "open_pauses": float((~speech & found).sum() / (~speech).sum()),
            "open_noise": float(looking_back(false, gate.values["lookBack"]).mean()),
        }
        if best is None or cost(**figures) < cost(**best[0]):
            best = figures, opening, closing
    figures, opening, closing = best
    print(f"opens after {opening}, closes after {closing}: {figures}")
    gate = Gate({**gate.values, "open": opening, "close": closing})
    write_gate(FILE, gate.values)
    write_fixture(gate)


if __name__ == "__main__":
    main()
