"""The sound that a caller passes, and what must be true of it."""

import operator
from typing import Any

import numpy as np
import numpy.typing as npt

from .converter import Layout
from .errors import RecognizerError, bad_argument
from .instance import Bytes

Samples = npt.NDArray[np.int16] | npt.NDArray[np.int32] | npt.NDArray[np.float32] | npt.NDArray[np.float64]
"""[samples], or [samples, channels]; the full scale of floats is 1."""

FORMATS = {"int16": "s16", "int32": "s32", "float32": "f32", "float64": "f64"}
_LARGEST = 0x7FFFFFFF


def layout_of(samples: Samples, rate: int) -> Layout:
    """Raises RecognizerError for what is not such an array."""
    array = checked(samples)
    return Layout(FORMATS[array.dtype.name], 1 if array.ndim == 1 else array.shape[1], whole("rate", rate))


def bytes_of(samples: Samples) -> Bytes:
    """As they lie in a WAV file: little endian, channels interleaved. Without a copy where possible."""
    array = checked(samples)
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(-1).view(np.uint8)


def checked(samples: Any) -> npt.NDArray[Any]:
    if not isinstance(samples, np.ndarray):
        raise RecognizerError("BAD_ARGUMENT", f"samples must be a NumPy array and are {kind(samples)}; convert them with numpy.asarray()")
    if samples.dtype.name not in FORMATS:
        raise RecognizerError("BAD_ARGUMENT", f"samples must be {', '.join(FORMATS)} and are {samples.dtype}; convert them with astype()")
    if samples.ndim not in (1, 2):
        raise RecognizerError("BAD_ARGUMENT", f"samples must be [samples] or [samples, channels] and have the shape {samples.shape}")
    if samples.ndim == 2 and samples.shape[1] > samples.shape[0] > 0 and samples.shape[1] > 64:
        raise RecognizerError("BAD_CHANNELS", f"samples must be [samples, channels] and have the shape {samples.shape}; transpose them")
    return samples


def kind(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def whole(name: str, value: object) -> int:
    """A whole number that fits a parameter of the module, which checks its range."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise bad_argument(name, "a whole number", value) from None
    if isinstance(value, bool) or abs(number) > _LARGEST:
        raise bad_argument(name, "a whole number", value)
    return number
