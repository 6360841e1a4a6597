"""Chooses the gate's thresholds on speakers and noises that it did not learn from, and writes them to weights/gate/gate.json: python -m training.gate.choose"""

import itertools
import json

import numpy as np

from .features import BANDS, log_mel
from .integer import FILE, Gate, hysteresis, looking_back
from .prepare import load
from .sounds import read
from .written import write_gate

FRAMES_A_MINUTE = 60 * 16_000 / 256
FIXTURE = FILE.parents[2] / "tests" / "fixtures" / "gate.json"
EXAMPLE = FILE.parents[2] / "examples" / "long.wav"
SPOKEN_FRAMES, NOISE_FRAMES = 55, 65
# Goals for speech missed and false starts a minute; a gate that seldom closes reaches both, so the shares of pauses and of noise alone in which it is open count, too.
# The thresholds are those with the smallest sum of what is reached in parts of these, the goals twice. A gate that closes at less than -1024 hardly ever closes in
# loud steady noise that it has not learned.
MISSED, FALSE_STARTS, OPEN_PAUSES, OPEN_NOISE = 0.05, 2.0, 0.25, 0.15
GOALS_COUNT = 2
OPEN_SCORES = range(512, 3073, 256)
OPEN_FRAMES = (1, 2, 3, 4)
CLOSE_SCORES = (-1024, -512, 0)
CLOSE_FRAMES = (3, 6, 10, 15, 20, 28)


def cost(missed: float, a_minute: float, open_pauses: float, open_noise: float) -> float:
    return GOALS_COUNT * (missed / MISSED + a_minute / FALSE_STARTS) + open_pauses / OPEN_PAUSES + open_noise / OPEN_NOISE


def starts(found: np.ndarray) -> int:
    """bool [streams, frames] -> how often it begins."""
    return int(found[:, 0].sum() + (found[:, 1:] & ~found[:, :-1]).sum())


def write_fixture(gate: Gate) -> None:
    """What this implementation says of the beginning of a recording and of made-up frames after it, for the tests of the other two."""
    rng = np.random.default_rng(0)
    spoken = np.round(64 * log_mel(read(EXAMPLE))[:SPOKEN_FRAMES])
    noise = np.maximum(-500 + rng.integers(-100, 100, (NOISE_FRAMES, BANDS)), -884)
    mel = np.concatenate([spoken, noise]).astype(int)  # in 1/64 of a neper
    scores = gate.scores((mel / 64).astype(np.float32)[None])[0]
    values = {"mel64": mel.tolist(), "scores": scores.tolist(), "speaking": gate.speaking(scores).astype(int).tolist()}
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
