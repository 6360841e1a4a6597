"""Which frames of a clean recording have speech: silero-vad's answer, corrected by the energy.

silero-vad (MIT) hears speech, but lingers after it and needs a moment at the beginning of a file that begins within a word. Where the recording is clean the
energy is the better judge of both ends: a segment begins and ends where the sound is within RANGE of the loud parts of the recording.
"""

import importlib.util
from pathlib import Path

import numpy as np

from .features import HOP, SAMPLE_RATE

CHUNK, CONTEXT = 512, 64  # samples that silero-vad takes at 16 kHz, and those before that it sees again
RANGE = 32.0  # dB below the loud parts (95th percentile): what is softer at an end of a segment is no longer speech
REACH = 8  # chunks of 256 samples around silero's speech in which loud sound joins it
CLOSE = 6  # such chunks: a shorter gap is part of the speech


def silero_file() -> Path:
    spec = importlib.util.find_spec("silero_vad")
    if spec is None or not spec.submodule_search_locations:
        raise ValueError("silero-vad is not installed; `pip install --no-deps silero-vad==6.2.3` does it")
    return Path(spec.submodule_search_locations[0]) / "data" / "silero_vad.onnx"


class Silero:
    """silero-vad, run with onnxruntime. Two passes, half a chunk apart, so that there is an answer every 256 samples."""

    def __init__(self):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(silero_file()), options)

    def pass_over(self, samples: np.ndarray) -> np.ndarray:
        """float32 [samples] in -1..1 -> float32 [samples / 512]: probability of speech in each chunk, from this and what came before."""
        state, before, found = np.zeros((2, 1, 128), np.float32), np.zeros((1, CONTEXT), np.float32), []
        for start in range(0, len(samples) - CHUNK + 1, CHUNK):
            chunk = np.concatenate([before, samples[None, start : start + CHUNK]], axis=1)
            answer, state = self._session.run(None, {"input": chunk, "state": state, "sr": np.array(SAMPLE_RATE)})
            before = chunk[:, -CONTEXT:]
            found.append(answer[0, 0])
        return np.array(found, np.float32)

    def hops(self, samples: np.ndarray) -> np.ndarray:
        """int16 [samples] -> float32 [samples / 256]: of the chunk of 512 samples that ends with each hop."""
        sound = samples.astype(np.float32) / 32768
        found = np.zeros(len(samples) // HOP, np.float32)
        first, second = self.pass_over(sound), self.pass_over(sound[HOP:])
        found[1 : 1 + 2 * len(first) : 2] = first[: len(found[1 : 1 + 2 * len(first) : 2])]
        found[2 : 2 + 2 * len(second) : 2] = second[: len(found[2 : 2 + 2 * len(second) : 2])]
        found[:1] = found[1:2]
        return found


def hop_speech(samples: np.ndarray, silero: Silero) -> np.ndarray:
    """int16 [samples] of clean speech -> bool [samples / 256]."""
    heard = silero.hops(samples)
    # The answer of a chunk that ends with this hop, and of that which begins with it: the hop is in the middle.
    speech = (heard + np.append(heard[1:], heard[-1:])) / 2 >= 0.5
    hops = samples[: len(heard) * HOP].astype(np.float64).reshape(-1, HOP)
    level = 10 * np.log10(np.mean(np.square(hops), axis=1) + 1e-3)
    loud = np.percentile(level, 95)
    near = np.convolve(speech, np.ones(2 * REACH + 1), "same") > 0
    speech |= near & (level > loud - 20)
    speech = closed(speech, CLOSE)
    for begin, end in segments(speech):
        inside = np.flatnonzero(level[begin:end] > loud - RANGE)
        speech[begin:end] = False
        if len(inside) > 0:
            speech[begin + inside[0] : begin + inside[-1] + 1] = True
    return closed(speech, CLOSE)


def segments(speech: np.ndarray) -> list[tuple[int, int]]:
    """Beginnings and ends of the runs of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], speech.astype(np.int8), [0]])))
    return list(zip(edges[::2], edges[1::2]))


def closed(speech: np.ndarray, gap: int) -> np.ndarray:
    """Without runs of False that are shorter than `gap`, but at both ends."""
    filled = speech.copy()
    for begin, end in segments(~speech):
        if begin > 0 and end < len(speech) and end - begin < gap:
            filled[begin:end] = True
    return filled
