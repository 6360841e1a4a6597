"""The front end alone (docs/arithmetic.md, sections 3 and 4), for samples at the module's rate."""

import numpy as np
import numpy.typing as npt

from . import tables
from .converter import Samples16
from .instance import Instance
from .samples import bytes_of


def features(instance: Instance, samples: Samples16) -> npt.NDArray[np.float32]:
    """int16 [samples] -> float32 [frames, coefficients] of the leveled center segment."""
    window = instance.call("windowSamples")
    middle = center(samples, window)
    segment = np.zeros(window, np.int16)
    before = (window - len(middle)) // 2
    segment[before : before + len(middle)] = middle
    return segment_rows(instance, segment, segment_level(instance, samples))


def center(samples: Samples16, window: int) -> Samples16:
    """At most a window from the middle."""
    first = max(0, len(samples) - window) // 2
    return samples[first : first + window]


def segment_level(instance: Instance, samples: Samples16) -> int:
    """Of the center segment, in thousandths of an int16 step."""
    instance.check("setInput", tables.FORMAT_CODES["s16"], 1, instance.call("sampleRate"))
    data = bytes_of(center(samples, instance.call("windowSamples")))
    instance.sound[: len(data)] = data
    return instance.drive("level", instance.sound_at, len(data))


def segment_rows(instance: Instance, segment: Samples16, level: int) -> npt.NDArray[np.float32]:
    """int16 [window] -> float32 [frames, coefficients], with a level that was measured before."""
    coefficients = instance.call("coefficientCount")
    data = bytes_of(segment)
    instance.sound[: len(data)] = data
    instance.check("startFeatures", level)
    size = instance.drive("push", instance.sound_at, len(data), 2, instance.output_at, 4 * coefficients)
    return instance.output[:size].view("<f4").astype(np.float32).reshape(-1, coefficients)
