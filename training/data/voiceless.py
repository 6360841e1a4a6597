"""Windows in which nobody speaks to the device: noises, rooms with people far away, tones, knocks, silence. A network that only ever received voices answers these
with an emotion, and is sure of it; training shows it windows like these with all classes equally likely (outlier exposure, Hendrycks et al., 2019, arXiv
1812.04606).

Samples are float64 at 16 kHz. Everything is drawn from the generator that is given.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import signal
from tqdm import tqdm

from ..files import save_arrays
from . import augmentation, front_end
from .dataset import Dataset
from .front_end import RAW_MFCC, SAMPLE_RATE, load_front_end
from .session_files import code_hash, front_end_print, load_pool, sessions_hash
from .sessions import Pool, draw_line, draw_room, draw_talk, endless
from .lines import Telephone, over_telephone

WINDOWS = 4000
KINDS = {"recorded": 0.3, "made": 0.25, "crowd": 0.15, "tones": 0.15, "knocks": 0.1, "silence": 0.05}
CROWD = 3  # draws of one to six talkers: nobody among them is near


@dataclass(frozen=True)
class Voiceless:
    raw: np.ndarray  # float16 [windows, frames, 40]: raw coefficients
    sources: np.ndarray  # str [windows]: JSON lists of the corpora whose sounds they have

    def without(self, corpora: set[str]) -> np.ndarray:
        """float16 [fewer windows, frames, 40]: those with no sound of these corpora."""
        return self.raw[[not corpora & set(json.loads(sources)) for sources in self.sources]]


def load_voiceless(dataset: Dataset, duration: float) -> Voiceless:
    """Made once, and kept beside the variants."""
    path = front_end.RUNS / "sessions" / f"voiceless-{voiceless_hash(dataset, duration)}.npz"
    if not path.exists():
        raw_mfcc = load_front_end(RAW_MFCC, duration)
        pool = load_pool(dataset.sounds, duration)
        rng = np.random.default_rng(0)
        raw, sources = [], []
        for _ in tqdm(range(WINDOWS), "windows without a voice", leave=False, disable=None):
            samples, corpora = draw_window(pool, raw_mfcc.window, rng)
            raw.append(raw_mfcc.rows(samples, raw_mfcc.level(samples)).astype(np.float16))
            sources.append(json.dumps(sorted(corpora)))
        save_arrays(path, {"raw": np.stack(raw), "sources": np.array(sources)})
    with np.load(path) as arrays:
        return Voiceless(arrays["raw"], arrays["sources"])


def voiceless_hash(dataset: Dataset, duration: float) -> str:
    """16 hexadecimal digits that change with the sounds, the front end's results and the code."""
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    whole = hashlib.sha256(f"{front_end_print(duration)} {code_hash()} {own}".encode())
    for sound in dataset.sounds:
        whole.update(f"{sound.part} {sound.corpus} {sound.digest}".encode())
    return whole.hexdigest()[:16]


def draw_window(pool: Pool, window: int, rng: np.random.Generator) -> tuple[np.ndarray, set[str]]:
    """int16 [window], and the corpora whose sounds it has."""
    sources: set[str] = set()
    samples = draw_sound(pool, window, rng, sources)
    if rng.random() < 0.3:
        samples = samples + draw_sound(pool, window, rng, sources) * 10 ** (-rng.uniform(0, 20) / 20)
    if rng.random() < 0.3:
        samples = signal.fftconvolve(samples, draw_room(pool, rng, sources))[:window]
    if rng.random() < 0.5:
        samples = augmentation.colored(samples, 10.0, rng)
    line = draw_line(rng)
    if isinstance(line, Telephone):
        samples = over_telephone(samples, line)
    elif line is not None:
        samples = signal.sosfilt(line, samples)
    if rng.random() < 0.2:
        # As a short recording, which is centered between zeros.
        begin, end = sorted(rng.integers(0, window, 2))
        samples[:begin] = samples[end:] = 0
    return augmentation.at_level(samples, rng.uniform(-84, -1)), sources


def draw_sound(pool: Pool, window: int, rng: np.random.Generator, sources: set[str]) -> np.ndarray:
    """float64 [window], of power 1 unless it is silent."""
    kind = rng.choice(list(KINDS), p=list(KINDS.values()))
    if kind == "silence":
        return np.zeros(window)
    if kind == "crowd":
        samples = sum(draw_talk(pool, window, rng, sources) for _ in range(CROWD))
    elif kind == "tones":
        samples = tones(window, rng)
    elif kind == "knocks":
        samples = knocks(window, rng)
    else:
        recorded = [*pool.backgrounds, *pool.noises] if kind == "recorded" else []
        if recorded:
            samples = endless(recorded[rng.integers(len(recorded))], window, rng, sources)
        else:
            samples = augmentation.noise(window, rng)
    return samples / (np.sqrt(np.mean(samples**2)) + 1e-9)


def tones(count: int, rng: np.random.Generator) -> np.ndarray:
    """One to four notes at a time, each with harmonics; they change up to six times a second, or glide."""
    notes = int(rng.integers(1, max(2, round(count / SAMPLE_RATE * rng.uniform(0.4, 6))), endpoint=True))
    place = np.arange(count) * notes / count
    swell = np.exp(-rng.uniform(0, 4) * (place % 1))
    samples = np.zeros(count)
    for _ in range(rng.integers(1, 4, endpoint=True)):
        hertz = 55 * 2 ** (rng.integers(0, 60, notes + 1) / 12)
        pitch = np.interp(place, np.arange(notes + 1), hertz) if rng.random() < 0.2 else hertz[place.astype(int)]
        phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
        falling = rng.uniform(0.5, 3)
        for harmonic in range(1, int(rng.integers(1, 12)) + 1):
            samples += rng.uniform(0.3, 1) / harmonic**falling * np.where(harmonic * pitch < SAMPLE_RATE / 2, np.sin(harmonic * phase), 0)
    return samples * swell


def knocks(count: int, rng: np.random.Generator) -> np.ndarray:
    """Handling, steps, doors: bursts of filtered noise over a faint floor."""
    samples = 10 ** (-rng.uniform(20, 60) / 20) * rng.normal(size=count)
    for _ in range(1 + rng.poisson(count / SAMPLE_RATE * rng.uniform(0.3, 4))):
        times = np.arange(count - int(rng.integers(count))) / SAMPLE_RATE
        burst = augmentation.filtered(rng.normal(size=len(times)), 1, np.exp(rng.uniform(np.log(100), np.log(4000))), "low")
        samples[count - len(times) :] += np.exp(rng.normal(0, 0.8)) * burst * np.exp(-times / np.exp(rng.uniform(np.log(0.01), np.log(0.2))))
    return samples


def corpora_hash(dataset: Dataset, duration: float) -> str:
    """16 hexadecimal digits of everything that a training on corpora learns from: variants and windows without a voice."""
    return hashlib.sha256(f"{sessions_hash(dataset, duration)} {voiceless_hash(dataset, duration)}".encode()).hexdigest()[:16]
