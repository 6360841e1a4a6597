/** Records in memory that tools and kernels share: byte offsets of their fields, written to assembly/generated/record_layouts.ts. */
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
 * A speaker's statistics, as a host keeps them (assembly/frontend/adaptation.ts). The checksum is of everything after it.
 *
 *     uint32 magic   uint32 checksum   uint32 hash of the front end   int32 frames   float32 weight   float32 mean [coefficients]
 */
export const ADAPTATION = { MAGIC: 0, CHECKSUM: 4, FRONT_END: 8, FRAMES: 12, WEIGHT: 16, MEAN: 20 } as const;

/** Bytes of those statistics, and of the region that they need: SIMD writes whole vectors. */
export function adaptationLayout(coefficients: number): { bytes: number; region: number } {
  return { bytes: ADAPTATION.MEAN + 4 * coefficients, region: ADAPTATION.MEAN + 4 * align(coefficients, 4) };
}

/** assembly/generated/record_layouts.ts */
export function emitRecordLayouts(): string {
  const constants = (record: string, fields: Record<string, number>): string[] =>
    Object.entries(fields).map(([field, value]) => constant(`${record}_${field}`, "usize", value));
  return [...constants("GROUP", GROUP), ...constants("REQUANTIZATION", REQUANTIZATION), ...constants("ADAPTATION", ADAPTATION)].join("");
}
