"""What the gate is judged on, and the detectors beside it. The noises of noise-table and the backgrounds are used here and nowhere else."""

from dataclasses import dataclass

import numpy as np
import webrtcvad
from scipy import signal

from .features import FRAME, HOP, SAMPLE_RATE, frame_count
from .labels import Silero
from .mixtures import middles, power
from .sounds import SHARED, Speech, endless, judging_files, labeled, read, rows

SNRS = (0, 5, 10, 20)  # dB: speech where somebody speaks, against the noise as a whole
SPEECH_LEVEL = 10 ** (-26 / 20)  # RMS of every utterance where somebody speaks
PAUSE = 1.5  # s between utterances
UTTERANCES = 40  # of each corpus
BABBLE, BACKGROUND = "babble", "background"
TABLE_NOISES = ("picovoice_kitchen", "factory1", "volvo")


@dataclass(frozen=True)
class Stream:
    corpus: str
    noise: str
    snr: int
    samples: np.ndarray  # int16
    speech: np.ndarray  # bool [frames]


def utterances() -> dict[str, list[Speech]]:
    return {corpus: labeled(paths, corpus)[:: max(1, len(paths) // UTTERANCES)][:UTTERANCES] for corpus, paths in judging_files().items()}


def backgrounds() -> list[np.ndarray]:
    """float64 [48000] each."""
    return [read(SHARED / "corpora" / row["file"]) / 32768 for row in rows(BACKGROUND)]


def table_noise(name: str) -> np.ndarray:
    return read(SHARED / "corpora" / "noise-table" / f"{name}.flac") / 32768


def joined(pieces: list[np.ndarray], fade: int = 1600) -> np.ndarray:
    """One after the other, crossfaded over 0.1 s."""
    whole, ramp = pieces[0].copy(), np.linspace(0, 1, fade)
    for piece in pieces[1:]:
        whole[-fade:] = whole[-fade:] * ramp[::-1] + piece[:fade] * ramp
        whole = np.append(whole, piece[fade:])
    return whole


def talk(spoken: list[Speech]) -> tuple[np.ndarray, np.ndarray]:
    """float64 [samples] and bool [samples]: the utterances at the same level with pauses between them."""
    pause = np.zeros(int(PAUSE * SAMPLE_RATE))
    samples, active = [pause], [pause > 0]
    for speech in spoken:
        where = np.repeat(speech.hops, HOP)
        sound = speech.samples[: len(where)] / 32768
        ramp = np.minimum(1, np.arange(len(sound)) / 160)
        samples += [sound / np.sqrt(power(sound[where])) * SPEECH_LEVEL * ramp * ramp[::-1], pause]
        active += [where, pause > 0]
    return np.concatenate(samples), np.concatenate(active)


def streams(noise_names=(*TABLE_NOISES, BABBLE, BACKGROUND), snrs=SNRS):
    """Every corpus in every noise at every ratio, and clean (noise "none")."""
    noises = {name: table_noise(name) for name in noise_names if name != BACKGROUND}
    rng = np.random.default_rng(5)
    if BACKGROUND in noise_names:
        pieces = backgrounds()
        # At the same level, so that each has the ratio that is stated.
        noises[BACKGROUND] = joined([piece / np.sqrt(power(piece)) for piece in pieces if power(piece) > 1e-9])
    for corpus, spoken in utterances().items():
        samples, active = talk(spoken)
        yield Stream(corpus, "none", 99, quantized(samples), middles(active))
        for name, noise in noises.items():
            added = endless(noise, len(samples), rng)
            added *= SPEECH_LEVEL / np.sqrt(power(added))
            for snr in snrs:
                yield Stream(corpus, name, snr, quantized(samples + added * 10 ** (-snr / 20)), middles(active))


def quantized(samples: np.ndarray) -> np.ndarray:
    return np.clip(np.round(samples * 32768), -32768, 32767).astype(np.int16)


def quiet_hour() -> dict[str, np.ndarray]:
    """int16 each, an hour in all, 12 minutes of each kind: backgrounds as they are, noises of noise-table without babble, silence and hum, tones, music-like sounds."""
    count, rng = 12 * 60 * SAMPLE_RATE, np.random.default_rng(7)
    minute = 60 * SAMPLE_RATE

    def leveled(sound: np.ndarray) -> np.ndarray:
        return sound / np.abs(sound).max() * 10 ** (rng.uniform(-40, -3) / 20)

    def many(make, seconds: float) -> np.ndarray:
        size = int(seconds * SAMPLE_RATE)
        return np.concatenate([leveled(make(np.arange(size) / SAMPLE_RATE)) for _ in range(count // size)])

    def hum(times: np.ndarray) -> np.ndarray:
        mains = rng.choice([50, 60])
        return sum(rng.uniform(0.1, 1) / n * np.sin(2 * np.pi * n * mains * times) for n in range(1, 9))

    def tone(times: np.ndarray) -> np.ndarray:
        return np.sin(2 * np.pi * np.exp(rng.uniform(np.log(100), np.log(5000))) * times)

    def music(times: np.ndarray) -> np.ndarray:
        """Three voices of sawteeth, a note every quarter of a second (judging/backgrounds.py)."""
        notes = 110 * 2 ** (rng.integers(0, 36, (3, int(4 * times[-1]) + 1)) / 12)
        pitches = notes[:, (4 * times).astype(int)]
        return signal.sawtooth(2 * np.pi * np.cumsum(pitches, axis=1) / SAMPLE_RATE).sum(axis=0) * np.exp(-3 * (4 * times % 1))

    silence = np.concatenate([rng.integers(-most, most, 2 * minute, endpoint=True) / 32768 for most in (0, 1, 10)])
    return {
        BACKGROUND: quantized(joined(backgrounds())[:count]),
        "noise-table": quantized(np.concatenate([np.resize(table_noise(name), count // 3) for name in TABLE_NOISES])),
        "silence and hum": quantized(np.concatenate([silence, many(hum, 20)[: count // 2]])),
        "tones": quantized(many(tone, 5)),
        "music-like": quantized(many(music, 20)),
    }


def silero_scores(samples: np.ndarray, silero: Silero) -> np.ndarray:
    """float [frames]: the newest answer when the frame is complete."""
    hops = silero.hops(samples)
    last = np.minimum(np.arange(frame_count(len(samples))) + FRAME // HOP - 1, len(hops) - 1)
    return hops[last]


def webrtc_decisions(samples: np.ndarray, mode: int) -> np.ndarray:
    """bool [frames]: WebRTC's answer for the newest 10 ms when the frame is complete."""
    detector, size = webrtcvad.Vad(mode), SAMPLE_RATE // 100
    heard = np.array([detector.is_speech(samples[i : i + size].tobytes(), SAMPLE_RATE) for i in range(0, len(samples) - size + 1, size)])
    ends = np.arange(frame_count(len(samples))) * HOP + FRAME
    return heard[np.minimum(ends // size - 1, len(heard) - 1)]
