"""Judges the gate in integers beside silero-vad and WebRTC's detector, on the same frames, and writes bench/results/gate.json: python -m training.gate.judge

Who speaks: EMO-DB's speakers 11 and 13, which the gate has never heard, and speakers of three corpora that it never learns from. The clean recordings say where
(labels.py). A score counts for the frame with which it is there; the label is that of the frame's middle. The false starts of silero-vad are those of its own
iterator's thresholds (0.5 and 0.35, 100 ms of silence), those of WebRTC's detector of five frames in a row of each kind.
"""

import argparse
import json
import platform
from pathlib import Path

import numpy as np

from .features import band_features, log_mel
from .integer import Gate, hysteresis
from .judging import BABBLE, BACKGROUND, SNRS, TABLE_NOISES, area, quiet_hour, silero_scores, streams, webrtc_decisions
from .labels import Silero, segments
from .sounds import RUNS

OUT = Path(__file__).resolve().parents[2] / "bench" / "results" / "gate.json"
FRAMES_A_MINUTE = 60 * 16_000 / 256
MODES = range(4)
SILERO_OPEN, SILERO_CLOSE = {"score": 0.5, "frames": 1}, {"score": 0.35, "frames": 6}
WEBRTC_OPEN, WEBRTC_CLOSE = {"score": 1, "frames": 5}, {"score": 1, "frames": 5}
WEBRTC_MODE = 3
Heard = dict[str, np.ndarray]


def heard(samples: np.ndarray, silero: Silero) -> Heard:
    return {
        "features": band_features(log_mel(samples)[None])[0],
        "silero": silero_scores(samples, silero),
        # How many of the four modes say speech: from the least to the most aggressive they say it less and less.
        "webrtc": np.stack([webrtc_decisions(samples, mode) for mode in MODES]),
    }


def everything() -> tuple[list[dict], dict[str, Heard]]:
    """What the detectors that stay the same say of all sounds, kept in training/runs/gate."""
    kept = RUNS / "judging.npy"
    if not kept.exists():
        silero = Silero()
        spoken = [{"corpus": s.corpus, "noise": s.noise, "snr": s.snr, "speech": s.speech, **heard(s.samples, silero)} for s in streams()]
        quiet = {kind: heard(samples, silero) for kind, samples in quiet_hour().items()}
        np.save(kept, np.array({"spoken": spoken, "quiet": quiet}, dtype=object), allow_pickle=True)
    loaded = np.load(kept, allow_pickle=True).item()
    return loaded["spoken"], loaded["quiet"]


def judged(spoken: list[dict], gate: Gate) -> dict:
    """Of all frames of these streams. The hysteresis starts anew with each."""
    speech = np.concatenate([stream["speech"] for stream in spoken])
    silero = np.concatenate([stream["silero"] for stream in spoken])
    webrtc = np.concatenate([stream["webrtc"].sum(axis=0) for stream in spoken])
    scores = [gate.of_features(stream["features"][None])[0] for stream in spoken]
    found = np.concatenate([gate.speaking(score) for score in scores])
    silero_found = np.concatenate([hysteresis(stream["silero"], SILERO_OPEN, SILERO_CLOSE) for stream in spoken])
    webrtc_found = np.concatenate([hysteresis(stream["webrtc"][WEBRTC_MODE].astype(int), WEBRTC_OPEN, WEBRTC_CLOSE) for stream in spoken])
    return {
        "frames": len(speech),
        "speech": round(float(speech.mean()), 3),
        "area": {name: round(area(values, speech), 4) for name, values in (("gate", np.concatenate(scores)), ("silero", silero), ("webrtc", webrtc))},
        "missed": {name: share(speech & ~f, speech) for name, f in (("gate", found), ("silero", silero_found), ("webrtc", webrtc_found))},
        "pausesOpen": {name: share(~speech & f, ~speech) for name, f in (("gate", found), ("silero", silero_found), ("webrtc", webrtc_found))},
    }


def share(part: np.ndarray, whole: np.ndarray) -> float:
    return round(float(part.sum() / whole.sum()), 4)


def false_starts(quiet: dict[str, Heard], gate: Gate) -> dict:
    """Starts of speech where nobody speaks, a minute; and of the backgrounds also those in the clips of 3 s in which silero-vad hears nobody."""
    found = {}
    for kind, sounds in quiet.items():
        speaking = {
            "gate": gate.speaking(gate.of_features(sounds["features"][None])[0]),
            "silero": hysteresis(sounds["silero"], SILERO_OPEN, SILERO_CLOSE),
            "webrtc": hysteresis(sounds["webrtc"][WEBRTC_MODE].astype(int), WEBRTC_OPEN, WEBRTC_CLOSE),
        }
        minutes = len(speaking["gate"]) / FRAMES_A_MINUTE
        found[kind] = {"minutes": round(minutes, 2), "open": {name: round(float(answer.mean()), 4) for name, answer in speaking.items()}, **{name: round(len(segments(answer)) / minutes, 2) for name, answer in speaking.items()}}
        if kind == BACKGROUND:
            voices = near(sounds["silero"] >= 0.5)
            rest = (~voices).sum() / FRAMES_A_MINUTE
            found[f"{kind}, without voices"] = {
                "minutes": round(float(rest), 2),
                **{name: round(sum(not voices[begin] for begin, _ in segments(answer)) / rest, 2) for name, answer in speaking.items()},
            }
    return found


def near(speech: np.ndarray, reach: int = 94) -> np.ndarray:
    """bool [frames]: within 1.5 s of speech."""
    return np.convolve(speech, np.ones(2 * reach + 1), "same") > 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gate", type=Path, help="another gate.json")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    gate = Gate.load(arguments.gate) if arguments.gate else Gate.load()
    spoken, quiet = everything()
    corpora = list(dict.fromkeys(stream["corpus"] for stream in spoken))

    def chosen(noises, snr, only=corpora) -> list[dict]:
        return [stream for stream in spoken if stream["noise"] in noises and stream["snr"] == snr and stream["corpus"] in only]

    groups = {"noise-table without babble": TABLE_NOISES, **{name: (name,) for name in (*TABLE_NOISES, BABBLE, BACKGROUND)}}
    starts = false_starts(quiet, gate)
    kinds = [kind for kind in starts if "without voices" not in kind]
    minutes = sum(starts[kind]["minutes"] for kind in kinds)
    results = {
        "gate": gate.values["id"],
        "machine": {"python": platform.python_version(), "numpy": np.__version__, "silero-vad": "6.2.3", "webrtcvad-wheels": "2.0.14.post1"},
        "byNoise": {name: {str(snr): judged(chosen(noises, snr), gate) for snr in SNRS} for name, noises in groups.items()},
        "clean": judged(chosen(("none",), 99), gate),
        "byCorpusAt10dB": {corpus: judged(chosen(TABLE_NOISES, 10, [corpus]), gate) for corpus in corpora},
        "falseStartsAMinute": starts,
        "falseStartsAMinuteInAll": {
            name: round(sum(starts[kind][name] * starts[kind]["minutes"] for kind in kinds) / minutes, 2) for name in ("gate", "silero", "webrtc")
        },
    }
    arguments.out.write_text(json.dumps(results, indent=2) + "\n")
    for name, by_snr in results["byNoise"].items():
        print(name, {snr: (row["area"], row["missed"]["gate"], row["pausesOpen"]["gate"]) for snr, row in by_snr.items()})
    print(results["byCorpusAt10dB"], results["clean"], starts, results["falseStartsAMinuteInAll"], sep="\n")


if __name__ == "__main__":
    main()
