"""Recordings of any format that libsndfile reads, such as FLAC, as the module would read them."""

import io
from pathlib import Path

import numpy as np

from .front_end import SAMPLE_RATE, FrontEnd

WAV = ".wav"


def read_sound(path: Path, front_end: FrontEnd) -> np.ndarray:
    """int16 [samples] at 16 kHz. A WAV file goes through the module as it is; the samples of another format go through it as those of a WAV file, so the module
    mixes channels and converts rates as on a device. Raises ValueError in one sentence that names the file."""
    if path.suffix.lower() == WAV:
        return front_end.read_wav(path)
    soundfile = library()
    try:
        with soundfile.SoundFile(path) as file:
            rate, kind = file.samplerate, file.subtype
            samples = file.read(dtype={"PCM_16": "int16", "PCM_24": "int32"}.get(kind, "float32"), always_2d=True)
            if len(samples) != file.frames:
                raise ValueError(f"{path}: it has {len(samples)} of the {file.frames} samples that its header promises; it is truncated")
    except (soundfile.LibsndfileError, OSError) as error:
        raise ValueError(f"{path}: it cannot be read: {error}") from None
    if rate == SAMPLE_RATE and samples.shape[1] == 1 and samples.dtype == np.int16:
        return samples[:, 0]  # the module would change nothing
    wav = io.BytesIO()
    soundfile.write(wav, samples, rate, format="WAV", subtype=kind if samples.dtype != np.float32 else "FLOAT")
    return front_end.converted(wav.getvalue(), path)


def length(path: Path) -> float:
    """Seconds, from the header. Raises ValueError in one sentence."""
    soundfile = library()
    try:
        return soundfile.info(path).duration
    except (soundfile.LibsndfileError, OSError) as error:
        raise ValueError(f"{path}: it cannot be read: {error}") from None


def library():
    """The package is needed with corpora only."""
    try:
        import soundfile
    except ImportError:
        raise ValueError("the package soundfile is not installed; `pip install -r training/requirements.txt` does it") from None
    return soundfile
