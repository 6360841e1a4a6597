"""Lines between a microphone and the network that lose a part of the spectrum. Samples are float64 at 16 kHz; every function keeps their number.

The telephone of the robustness table (judging/degradations.py) has another filter.
"""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from .front_end import SAMPLE_RATE

MU, A = 255.0, 87.6  # of ITU-T G.711
STEPS = 127  # of either sign
MU_LAW, A_LAW, LINEAR = CODES = ("mu-law", "A-law", "linear")


@dataclass(frozen=True)
class Telephone:
    """A line sampled at 8 kHz: nothing above its upper edge passes."""

    edges: tuple[float, float]  # Hz
    order: int  # of the elliptic filter before the converter
    code: str  # one of CODES


def telephone(rng: np.random.Generator) -> Telephone:
    """About 300 to 3,400 Hz, with steep edges."""
    return Telephone((rng.uniform(180, 350), rng.uniform(3300, 3800)), int(rng.integers(4, 8, endpoint=True)), str(rng.choice(CODES, p=[0.4, 0.4, 0.2])))


def over_telephone(samples: np.ndarray, line: Telephone) -> np.ndarray:
    band = signal.sosfilt(signal.ellip(line.order, 0.5, 45, line.edges, "band", fs=SAMPLE_RATE, output="sos"), samples)
    narrow = coded(band[::2], line.code)
    # Zeros between the samples, then a steep low pass: what an 8 kHz recording is at 16 kHz.
    wide = np.zeros(2 * len(narrow))
    wide[::2] = narrow
    return signal.sosfiltfilt(LOW_PASS, 2 * wide)[: len(samples)]


LOW_PASS = signal.ellip(8, 0.05, 60, 3900, fs=SAMPLE_RATE, output="sos")


def coded(samples: np.ndarray, code: str) -> np.ndarray:
    """Through 8 bits of a logarithmic law, with the largest sample at full scale."""
    if code == LINEAR:
        return samples
    largest = np.abs(samples).max() + 1e-9
    size = np.abs(samples) / largest
    if code == MU_LAW:
        level = np.round(STEPS * np.log1p(MU * size) / np.log1p(MU)) / STEPS
        size = np.expm1(level * np.log1p(MU)) / MU
    else:
        factor = 1 + np.log(A)
        level = np.where(size < 1 / A, A * size, 1 + np.log(np.maximum(A * size, 1))) / factor
        level = np.round(STEPS * level) / STEPS
        size = np.where(level < 1 / factor, level * factor, np.exp(level * factor - 1)) / A
    return largest * np.sign(samples) * size
