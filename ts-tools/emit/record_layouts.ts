/** Records in memory that tools and kernels share: byte offsets of their fields, written to assembly/generated/record_layouts.ts. */
import { ADAPTATION, SPEAKER_ANSWER } from "../abi/adaptation.js";
import { GROUP_CHANNELS } from "../model/layer_shapes.js";
import { PACKED_BITS, WINOGRAD_BITS } from "../model/levels.js";
import { align } from "./align.js";
import { constant } from "./source.js";

/**
 * A weight group, what four output channels of a convolution need, as stored in the weights and loaded by the module:
 *
 *     int32 bias [4]   int32 multiplier [4]   uint8 shift [4]   int8 weights [taps][4]
 */
export const GROUP = { BIAS: 0, MULTIPLIER: 16, SHIFT: 32, WEIGHTS: 36 } as const;

/**
 * How the SIMD kernels requantize four output channels (assembly/kernels/simd/requantization.ts). Rounding and factor are there three times: for a full, a half
 * and a quarter of a pooling window.
 *
 *     int32 bias [4]   int32 multiplier [4]   3 x { int64 rounding [4]   int32 factor [4] }   int32 shift [4]
 */
export const REQUANTIZATION = { BIAS: 0, MULTIPLIER: 16, ROUNDING: 32, ROUNDING_BYTES: 48, SHIFT: 176, BYTES: 192 } as const;

/**
 * A mean of the coefficients, and how many frames it counts as; in a speaker's statistics, too.
 *
 *     float32 weight   float32 mean [coefficients]
 */
const WEIGHTED_MEAN = { WEIGHT: 0, MEAN: ADAPTATION.MEAN - ADAPTATION.WEIGHT } as const;

/** Bytes of a region for it: SIMD writes whole vectors. */
export function weightedMeanBytes(coefficients: number): number {
  return WEIGHTED_MEAN.MEAN + 4 * align(coefficients, 4);
}

/** What a convolution hands to pooling (assembly/kernels): int32 [columns][2 rows][4 channels]. */
export const SUMS = { ROW_BYTES: 16, COLUMN_BYTES: 32 } as const;

/** assembly/generated/record_layouts.ts */
export function emitRecordLayouts(): string {
  const constants = (record: string, fields: Record<string, number>): string[] =>
    Object.entries(fields).map(([field, value]) => constant(`${record}_${field}`, "usize", value));
  return [
    ...constants("GROUP", { ...GROUP, CHANNELS_LOG2: Math.log2(GROUP_CHANNELS) }),
    ...constants("REQUANTIZATION", REQUANTIZATION),
    ...constants("WEIGHTED_MEAN", WEIGHTED_MEAN),
    ...constants("ADAPTATION", ADAPTATION),
    ...constants("SPEAKER_ANSWER", SPEAKER_ANSWER),
    ...constants("SUMS", SUMS),
    constant("PACKED_BITS", "i32", PACKED_BITS, "Of the lower of two sums in a word."),
    constant("WINOGRAD_BITS", "i32", WINOGRAD_BITS, "The same in convolveWinograd."),
  ].join("");
}
