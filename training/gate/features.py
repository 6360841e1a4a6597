"""Samples -> log mel energies -> the integers that the gate's network receives (docs/arithmetic.md, "Gate").

The log mel energies are those of the module's front end, computed with numpy because thousands of hours of frames are needed; they agree within 1e-4. All that
follows is the module's own arithmetic, to the bit.
"""

import numpy as np

SAMPLE_RATE = 16_000  # Hz
FRAME, HOP = 1024, 256  # samples
BANDS = 128
MEL_LOW, MEL_HIGH = 80.0, 7600.0  # Hz
LOG_FLOOR = np.float32(1e-6)

POOLED = 16  # bands of the gate: means of eight
STEPS = 16  # of a neper: the unit of what the network receives


def mel_weights() -> np.ndarray:
    """float32 [513, BANDS]: triangles that are linear in mel (docs/arithmetic.md, 4)."""
    low, high = (1127 * np.log1p(hertz / 700) for hertz in (MEL_LOW, MEL_HIGH))
    mel = 1127 * np.log1p(np.arange(FRAME // 2 + 1) * SAMPLE_RATE / FRAME / 700)
    position = ((mel - low) * (BANDS + 1) / (high - low))[:, None] - np.arange(1, BANDS + 1)
    weights = np.maximum(0, 1 - np.abs(position))
    weights[0] = 0
    return weights.astype(np.float32)


MEL_WEIGHTS = mel_weights()
WINDOW = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)).astype(np.float32)


def log_mel(samples: np.ndarray) -> np.ndarray:
    """int16 [samples] -> float32 [frames, BANDS]: ln(mel + 1e-6) of the samples / 32768."""
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float32) / np.float32(32768), FRAME)[::HOP]
    return np.concatenate(
        [np.log(np.abs(np.fft.rfft(frames[i : i + 512] * WINDOW, axis=1)).astype(np.float32) @ MEL_WEIGHTS + LOG_FLOOR) for i in range(0, len(frames), 512)]
    )


def frame_count(samples: int) -> int:
    return max(0, (samples - FRAME) // HOP + 1)


LEAST_ENERGY = -128  # sixteenths of a neper: about half an int16 step in every sample
FLOOR_BITS, FLOOR_RISE, FLOOR_FALL = 8, 9, 3
LARGEST_INPUT = 127


def band_features(mel: np.ndarray) -> np.ndarray:
    """float [streams, frames, BANDS] -> int8 [streams, frames, 2 POOLED]: how far every band is above its floor, then the shape of the spectrum."""
    sums = np.zeros((*mel.shape[:2], POOLED), np.float32)
    pooled = mel.reshape(*mel.shape[:2], POOLED, BANDS // POOLED)
    for neighbor in range(pooled.shape[3]):
        sums += pooled[..., neighbor].astype(np.float32)
    energies = np.maximum(LEAST_ENERGY, np.rint(sums * np.float32(STEPS * POOLED / BANDS)).astype(np.int32))
    floors = np.empty_like(energies)
    floor = energies[:, 0] << FLOOR_BITS
    for frame in range(energies.shape[1]):
        distance = (energies[:, frame] << FLOOR_BITS) - floor
        floor = floor + np.where(distance > 0, distance >> FLOOR_RISE, distance >> FLOOR_FALL)
        floors[:, frame] = floor >> FLOOR_BITS
    mean = energies.sum(axis=2, keepdims=True) >> int(np.log2(POOLED))
    both = np.concatenate([energies - floors, energies - mean], axis=2)
    return np.clip(both, -LARGEST_INPUT, LARGEST_INPUT).astype(np.int8)
