"""The mean coefficients of a recording: what voice, microphone and room add to all of its frames."""

import numpy as np


def means_of(features: np.ndarray, silence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[recordings, frames, bins] -> each recording's mean over the frames that are not silent, float [recordings, 1, bins], 0 where all are
    silent; and which frames those are, bool [recordings, frames, 1]. Frames are compared with `silence` [bins] in float16, because variants
    are float16."""
    sounding = (features.astype(np.float16) != silence.astype(np.float16)).any(axis=2, keepdims=True)
    return (features * sounding).sum(axis=1, keepdims=True) / np.maximum(sounding.sum(axis=1, keepdims=True), 1), sounding


def subtract_mean(features: np.ndarray, silence: np.ndarray, share: float) -> np.ndarray:
    """float32 [recordings, frames, bins], with `share` of each recording's mean subtracted: 0 changes nothing, 1 is cepstral mean subtraction
    (Atal, 1974, doi 10.1121/1.1914702). Silent frames keep their values."""
    if share == 0:
        return features
    means, sounding = means_of(features, silence)
    return (features - share * means * sounding).astype(np.float32)


def spread_of_means(features: np.ndarray, silence: np.ndarray) -> np.ndarray:
    """float32 [recordings, frames, bins] -> float32 [bins]: the standard deviation, over the recordings, of their means."""
    means, _ = means_of(features, silence)
    return means[:, 0].std(axis=0)
