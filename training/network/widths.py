"""Channels of the networks that ship, and of one that teaches them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Widths:
    body_one: int  # of each of the three paths
    body_two: tuple[int, int, int, int, int]


FULL, MICRO, WIDE = "full", "micro", "wide"
WIDTHS = {
    FULL: Widths(32, (64, 96, 128, 160, 320)),  # the paper's
    MICRO: Widths(16, (28, 48, 64, 96, 192)),  # 127,376 weights, 24 % of the multiply-accumulates
    WIDE: Widths(64, (128, 192, 256, 320, 640)),  # 4 times the multiply-accumulates: a teacher
}
