/** The largest absolute value of each kind of quantized number (docs/arithmetic.md, section 5). */

/** MFCCs: signed 13 bits. */
export const INPUT_LEVELS = 4095;
/** Weights: int8 without -128. */
export const WEIGHT_LEVELS = 127;
/** Activations: unsigned 7 bits. */
export const ACTIVATION_LEVELS = 127;
/** Averaged features: unsigned 15 bits. */
export const FEATURE_LEVELS = 32767;

/** Bits of the lower of two sums that share a word, sign included: in `convolvePacked` and in `convolveWinograd` (assembly/kernels). */
export const PACKED_BITS = 24;
export const WINOGRAD_BITS = 22;

/** Bits after the point of the weights of activation and valence, and of the logarithms of probabilities that they multiply. */
export const DIMENSION_WEIGHT_BITS = 16;
export const DIMENSION_LOG_BITS = 12;

/** An answer is accepted if the voice head says at least this. */
export const LEAST_VOICE = 0.5;

/** The level of a segment is this quantile of |x|, in thousandths, and is measured in thousandths of an int16 step. */
export const LEVEL_QUANTILE = 999;
export const LEVEL_SCALE = 1000;
/** Every sample at full scale. */
export const LARGEST_LEVEL = 32768 * LEVEL_SCALE;
