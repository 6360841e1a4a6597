/**
 * A tile: what one group of four output channels needs, as it lies in the weights (read-only memory) and then in the staging buffer.
 *
 *     int32 bias [4]   int32 multiplier [4]   uint8 shift [4]   int8 weights [taps][4]
 */
export const TILE_BIAS: usize = 0;
export const TILE_MULTIPLIER: usize = 16;
export const TILE_SHIFT: usize = 32;
export const TILE_WEIGHTS: usize = 36;
