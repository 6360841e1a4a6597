"""Judges the gate in integers beside silero-vad and WebRTC's detector, on the same frames, and writes bench/results/gate.json: python -m training.gate.judge

Who speaks: EMO-DB's speakers 11 and 13, which the gate has never heard, and speakers of three corpora that it never learns from. The clean recordings say where
(labels.py); the label is that of the frame's middle. All three have the same rights: an answer begins LOOK_BACK frames before the frame with which it is there, and
the area is that of the scores `lookAhead` frames later; of the other two, of the best delay up to that. The false starts of silero-vad are those of its own
iterator's thresholds (0.5 and 0.35, 100 ms of silence), those of WebRTC's detector of five frames in a row of each kind.
"""

import argparse
import json
import platform
from pathlib import Path

import numpy as np

from .features import band_features, log_mel
from .integer import Gate, hysteresis, looking_back
from .judging import BABBLE, BACKGROUND, SNRS, TABLE_NOISES, quiet_hour, silero_scores, streams, webrtc_decisions
from .labels import Silero, segments
from .measures import area, delays, later
from .report import RESULTS
from .sounds import RUNS

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


def answers(sounds: Heard, scores: np.ndarray, gate: Gate) -> Heard:
    """bool [frames] of each detector: what it says when it hears the frame."""
    return {
        "gate": gate.speaking(scores),
        "silero": hysteresis(sounds["silero"], SILERO_OPEN, SILERO_CLOSE),
        "webrtc": hysteresis(sounds["webrtc"][WEBRTC_MODE].astype(int), WEBRTC_OPEN, WEBRTC_CLOSE),
    }


def with_answers(spoken: list[dict], gate: Gate) -> list[dict]:
    """The streams with the gate's scores and everybody's answers. The hysteresis starts anew with each."""
    for corpus in {stream["corpus"] for stream in spoken}:
        streams_of_corpus = [stream for stream in spoken if stream["corpus"] == corpus]  # equally long
        for stream, scores in zip(streams_of_corpus, gate.of_features(np.stack([stream["features"] for stream in streams_of_corpus]))):
            stream |= {"gate": scores, "answers": answers(stream, scores, gate)}
    return spoken


def judged(spoken: list[dict], gate: Gate) -> dict:
    """Of all frames of these streams."""
    look_ahead, look_back = gate.values["lookAhead"], gate.values["lookBack"]
    labels = [stream["speech"] for stream in spoken]
    speech = np.concatenate(labels)
    said = {name: [stream["answers"][name] for stream in spoken] for name in ("gate", "silero", "webrtc")}
    found = {name: np.concatenate([looking_back(answer, look_back) for answer in answered]) for name, answered in said.items()}

    def area_after(scores: list[np.ndarray], delay: int) -> float:
        return area(*map(np.concatenate, zip(*(later(score, label, delay) for score, label in zip(scores, labels)))))

    scores = {"gate": [stream["gate"] for stream in spoken], "silero": [stream["silero"] for stream in spoken], "webrtc": [stream["webrtc"].sum(axis=0) for stream in spoken]}
    waited = {"gate": [look_ahead], "silero": range(look_ahead + 1), "webrtc": range(look_ahead + 1)}
    areas = {name: max(area_after(scores[name], delay) for delay in waited[name]) for name in scores}
    waits = {name: np.concatenate([delays(answer, label) for answer, label in zip(answered, labels)]) for name, answered in said.items()}
    return {
        "frames": len(speech),
        "speech": round(float(speech.mean()), 3),
        "area": {name: round(value, 4) for name, value in areas.items()},
        "missed": {name: share(speech & ~f, speech) for name, f in found.items()},
        "pausesOpen": {name: share(~speech & f, ~speech) for name, f in found.items()},
        "framesToOpening": {name: of_waits(frames) for name, frames in waits.items()},
    }


def of_waits(frames: np.ndarray) -> dict:
    """Of the beginnings of speech before which the detector said that nobody spoke; those at which it said so already are a share of all."""
    waited = np.sort(frames[frames >= 0])

    def percentile(part: float) -> int | None:
        value = waited[int(part * (len(waited) - 1))] if len(waited) else np.inf
        return int(value) if np.isfinite(value) else None

    return {"beginnings": len(frames), "median": percentile(0.5), "90": percentile(0.9), "openBefore": round(float(np.mean(frames < 0)), 3)}


def share(part: np.ndarray, whole: np.ndarray) -> float:
    return round(float(part.sum() / whole.sum()), 4)


def false_starts(quiet: dict[str, Heard], gate: Gate) -> dict:
    """Starts of speech where nobody speaks, a minute; and of the backgrounds also those in the clips of 3 s in which silero-vad hears nobody."""
    found = {}
    for kind, sounds in quiet.items():
        speaking = answers(sounds, gate.of_features(sounds["features"][None])[0], gate)
        minutes = len(speaking["gate"]) / FRAMES_A_MINUTE
        found[kind] = {
            "minutes": round(minutes, 2),
            "open": {name: round(float(looking_back(answer, gate.values["lookBack"]).mean()), 4) for name, answer in speaking.items()},
            **{name: round(len(segments(answer)) / minutes, 2) for name, answer in speaking.items()},
        }
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
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    gate = Gate.load(arguments.gate) if arguments.gate else Gate.load()
    spoken, quiet = everything()
    spoken = with_answers(spoken, gate)
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
        print(name, {snr: (row["area"]["gate"], row["missed"]["gate"], row["pausesOpen"]["gate"], row["framesToOpening"]["gate"]) for snr, row in by_snr.items()})
    print(results["byCorpusAt10dB"], results["clean"], starts, results["falseStartsAMinuteInAll"], sep="\n")


if __name__ == "__main__":
    main()
