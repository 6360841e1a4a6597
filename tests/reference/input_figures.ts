import type { InputFormat, WarningCode } from "../../ts-tools/abi/status.js";
import { decodeMono, SAMPLE_BYTES } from "./decode.js";

/** Figures of a sound in float64 (docs/arithmetic.md, section 1). */
export interface ReferenceFigures {
  durationMs: number;
  peak: number;
  rmsDb: number;
  clippedShare: number;
  warnings: WarningCode[];
}

/** Near full scale: only there an extreme is clipped. */
const LOUD = 0.98 * 32768 - 1;

export function inputFigures(bytes: Uint8Array, format: InputFormat, channels: number, rate: number): ReferenceFigures {
  const mix = Array.from(decodeMono(bytes, format, channels));
  const samples = Array.from(decodeMono(bytes, format, 1)).slice(0, mix.length * channels);
  const floats = format === "f32" || format === "f64" ? floatsOf(bytes, format).slice(0, samples.length) : undefined;
  const magnitudes = floats?.filter((x) => !Number.isNaN(x)).map(Math.abs) ?? samples.map((x) => Math.abs(x) / 32768);
  const peak = Math.min(largest(magnitudes), 200_000);
  const extremes = [samples.reduce((a, b) => Math.max(a, b)), samples.reduce((a, b) => Math.min(a, b))].filter((x) => Math.abs(x) > LOUD);
  const clippedShare = samples.filter((x) => extremes.includes(x)).length / samples.length;
  const energy = meanSquare(mix);
  const channelEnergy = meanSquare(samples);
  const mean = mix.reduce((sum, x) => sum + x / 32768, 0) / mix.length;
  const variance = energy - mean ** 2;
  const isFar = peak > 2 && clippedShare > 0.25;
  const hasNaN = floats?.some(Number.isNaN) ?? false;
  const warnings: WarningCode[] = [];
  if (isFar) warnings.push("FAR_ABOVE_FULL_SCALE");
  if (!hasNaN) {
    if (channelEnergy < SILENT) warnings.push("SILENT");
    else if (8 * channels * energy < channelEnergy) warnings.push("CHANNELS_CANCEL");
    else if (variance < SILENT) warnings.push("CONSTANT");
    else if (variance < mean ** 2) warnings.push("DC_OFFSET");
  }
  if (!isFar && clippedShare > 0.01 && !warnings.includes("CONSTANT")) warnings.push("CLIPPED");
  if (hasNaN) warnings.push("NOT_A_NUMBER");
  const durationMs = Math.floor((Math.ceil((16000 * mix.length) / rate) * 1000) / 16000);
  return { durationMs, peak, rmsDb: Math.max(-120, 10 * Math.log10(energy)), clippedShare, warnings };
}

/** -70 dB. */
const SILENT = 107 / 32768 ** 2;

function meanSquare(samples: readonly number[]): number {
  return samples.reduce((sum, x) => sum + (x / 32768) ** 2, 0) / samples.length;
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function floatsOf(bytes: Uint8Array, format: "f32" | "f64"): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = SAMPLE_BYTES[format];
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
    format === "f32" ? view.getFloat32(i * size, true) : view.getFloat64(i * size, true),
  );
}
