"""Windows in which nobody speaks to the device, of sounds that training did not use."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..data.dataset import Dataset
from ..data.front_end import SAMPLE_RATE, load_front_end
from ..data.measuring import held_back_backgrounds
from ..data.sound_file import read_sound
from ..data.sounds import BACKGROUND


def background_windows(dataset: Dataset, data: Sequence[Path], duration: float) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """int16 [window] at 16 kHz each, one after the other; a shorter sound is one window. And str [windows]: the folder of the sound, or, in noise-table, its name.
    data: files of labels."""
    front_end, size = load_front_end(), round(duration * SAMPLE_RATE)
    windows, names = [], []
    for sound in held_back_backgrounds(dataset, data):
        samples = read_sound(sound.path, front_end)
        starts = range(0, max(1, len(samples) - size + 1), size)
        windows += [samples[start : start + size] for start in starts]
        names += [str(Path(sound.name).with_suffix("") if sound.part != BACKGROUND else Path(sound.name).parent)] * len(starts)
    return tuple(windows), np.array(names)
