/** The largest absolute value of each kind of quantized number (docs/arithmetic.md, section 5). */

/** MFCCs: signed 13 bits. */
export const INPUT_LEVELS = 4095;
/** Weights: int8 without -128. */
export const WEIGHT_LEVELS = 127;
/** Activations: unsigned 7 bits. */
export const ACTIVATION_LEVELS = 127;
/** Averaged features: unsigned 15 bits. */
export const FEATURE_LEVELS = 32767;

/** The level of a segment is this quantile of |x|, in thousandths, and is measured in thousandths of an int16 step. */
export const LEVEL_QUANTILE = 999;
export const LEVEL_SCALE = 1000;
