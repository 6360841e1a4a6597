"""Windows in which nobody speaks to the device: of sounds that training did not use, and made-up ones, by other means than those of training (data/voiceless.py)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import signal

from ..data.dataset import Dataset
from ..data.front_end import SAMPLE_RATE, load_front_end
from ..data.measuring import held_back_backgrounds
from ..data.sound_file import read_sound
from ..data.sounds import BACKGROUND

MADE_UP = "made-up "  # names of made-up sounds begin with this


def background_windows(dataset: Dataset, data: Sequence[Path], duration: float) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """int16 [window] at 16 kHz each, one after the other; a shorter sound is one window. And str [windows]: the folder of the sound, or, in noise-table, its name; or
    that of a made-up sound. data: files of labels."""
    front_end, size = load_front_end(), round(duration * SAMPLE_RATE)
    windows, names = [], []
    for sound in held_back_backgrounds(dataset, data):
        samples = read_sound(sound.path, front_end)
        starts = range(0, max(1, len(samples) - size + 1), size)
        windows += [samples[start : start + size] for start in starts]
        names += [str(Path(sound.name).with_suffix("") if sound.part != BACKGROUND else Path(sound.name).parent)] * len(starts)
    for name, made in made_up(size).items():
        windows += made
        names += [MADE_UP + name] * len(made)
    return tuple(windows), np.array(names)


def made_up(size: int) -> dict[str, list[np.ndarray]]:
    """int16 [size] each. Hum has the frequencies of power lines; music is three voices of sawteeth, with a note every quarter of a second."""
    times, rng = np.arange(size) / SAMPLE_RATE, np.random.default_rng(11)

    def leveled(samples: np.ndarray) -> np.ndarray:
        return np.round(samples / np.abs(samples).max() * 32767 * 10 ** (rng.uniform(-40, -3) / 20)).astype(np.int16)

    def music() -> np.ndarray:
        notes = 110 * 2 ** (rng.integers(0, 36, (3, int(4 * times[-1]) + 1)) / 12)
        pitches = notes[:, (4 * times).astype(int)]
        return signal.sawtooth(2 * np.pi * np.cumsum(pitches, axis=1) / SAMPLE_RATE).sum(axis=0) * np.exp(-3 * (4 * times % 1))

    def hum(mains: float) -> np.ndarray:
        return sum(rng.uniform(0.1, 1) / n * np.sin(2 * np.pi * n * mains * times) for n in range(1, 9))

    return {
        "silence": [np.zeros(size, np.int16), *(rng.integers(-most, most, size, np.int16, endpoint=True) for most in (1, 3, 10))],
        "white noise": [leveled(rng.normal(size=size)) for _ in range(10)],
        "hum": [leveled(hum(mains)) for mains in (50, 60) for _ in range(5)],
        "tone": [leveled(np.sin(2 * np.pi * hertz * times)) for hertz in np.geomspace(100, 5000, 10)],
        "music": [leveled(music()) for _ in range(20)],
    }
