"""Random numbers that ts-tools/evaluate/random_bits.ts draws, too: for intervals that agree to the last digit."""

from collections.abc import Callable

import numpy as np

STEPS_AFTER_SEEDING = 12


def random_bits(seeds: np.ndarray) -> Callable[[], np.ndarray]:
    """
    seeds: int [n], from 0 to 2^32 - 1. Each call returns the next uint32 [n]: one generator per seed, sfc32 (C. Doty-Humphrey's small fast counter from PractRand).
    """
    a, c = np.zeros((2, len(seeds)), np.uint32)
    b = seeds.astype(np.uint32)
    counter = np.uint32(1)

    def draw() -> np.ndarray:
        nonlocal a, b, c, counter
        bits = a + b + counter
        counter += np.uint32(1)
        a = b ^ (b >> np.uint32(9))
        b = c + (c << np.uint32(3))
        c = ((c << np.uint32(21)) | (c >> np.uint32(11))) + bits
        return bits

    for _ in range(STEPS_AFTER_SEEDING):
        draw()
    return draw
