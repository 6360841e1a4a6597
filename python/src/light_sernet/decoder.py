"""Sound files that are not WAV, through soundfile (the extra `sounds`): FLAC, Ogg Vorbis and Opus, MP3, AIFF and what else libsndfile reads."""

import os
from collections.abc import Iterator
from typing import BinaryIO

from .errors import RecognizerError, named_error, shown_line
from .samples import Samples

FRAMES = 65_536
"""That are decoded at a time."""
_INTEGERS = {"PCM_S8": "int16", "PCM_U8": "int16", "PCM_16": "int16", "PCM_24": "int32", "PCM_32": "int32"}
_CODINGS = ("WAV_BIG_ENDIAN", "WAV_COMPRESSED", "WAV_ADPCM", "WAV_GSM", "WAV_MPEG", "WAV_WAVE64")


def is_foreign(error: RecognizerError) -> bool:
    """Whether the module says that a file is not WAV but another sound, or a WAV file with a coding that it does not read."""
    return error.status.startswith("IS_") or error.status in _CODINGS


def pieces(path: str | os.PathLike[str] | BinaryIO, reason: RecognizerError) -> Iterator[tuple[Samples, int]]:
    """[samples, channels] and rate, piece by piece, one or more: integers of formats that have integers, otherwise floats. `reason` is why the module does not read the file."""
    try:
        import soundfile  # type: ignore[import-untyped]
    except ImportError:
        raise RecognizerError(reason.status, f'{reason.sentence}; or install the package with what decodes it: pip install "light-sernet[sounds]"') from None
    if isinstance(path, (str, os.PathLike)):
        path = os.fspath(path)
    else:
        # The module has read its beginning already.
        path.seek(0)
    try:
        with soundfile.SoundFile(path) as file:
            if file.frames == 0:
                raise named_error("WAV_EMPTY")
            kind = _INTEGERS.get(file.subtype, "float32")
            for piece in file.blocks(FRAMES, dtype=kind, always_2d=True):
                yield piece, file.samplerate
    except soundfile.LibsndfileError as error:
        message = f"soundfile cannot decode this file ({shown_line(error.error_string)}), which may be damaged; convert it: ffmpeg -i SOUND sound.wav"
        raise RecognizerError(reason.status, message) from None
