"""The front end alone."""

import numpy as np
import numpy.typing as npt

from . import tables
from .converter import Samples16
from .instance import Instance


def features(instance: Instance, samples: Samples16, window: int, rate: int) -> npt.NDArray[np.float32]:
    """int16 [samples] at the module's rate -> float32 [frames, coefficients] of the leveled center segment (docs/arithmetic.md, sections 3 and 4)."""
    first = max(0, len(samples) - window) // 2
    center = samples[first : first + window].astype("<i2", copy=False).view(np.uint8)
    instance.check("setInput", tables.FORMAT_CODES["s16"], 1, rate)
    at = (2 * window - len(center)) // 4 * 2
    instance.sound[: 2 * window] = 0
    instance.sound[at : at + len(center)] = center
    level = instance.check("driver.level", at, len(center))
    instance.check("startFeatures", level)
    coefficients = instance.call("coefficientCount")
    size = instance.check("driver.push", 0, 2 * window, 2, instance.output_at, 4 * coefficients)
    return instance.output[:size].view("<f4").astype(np.float32).reshape(-1, coefficients)
