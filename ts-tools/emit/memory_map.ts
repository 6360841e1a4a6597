import type { FrontEnd, QuantizedModel } from "../quantize/model_types.js";
import { align, lineBuffers } from "./line_buffers.js";
import { shapedLayers, TILE_NUMBERS_BYTES, taps } from "./network_shape.js";
import { winogradBlock } from "./winograd.js";

/** A named piece of the page. Regions with the same `overlay` begin at the same address: they are never needed at the same time. */
export interface Region {
  name: string;
  address: number;
  bytes: number;
  what: string;
  overlay?: string;
}

export interface MemoryMap {
  regions: Region[];
  /** First address behind the regions: static data begins here. */
  end: number;
  /** Addresses of the line buffers, one a stage. */
  lineBufferAddresses: number[];
}

/** Bytes that can be pushed at once. */
const INPUT_BYTES = 1024;
/** Samples at the lowest rate (8 kHz, one byte each) become two; a few more where a piece begins and ends. */
const OUTPUT_BYTES = 2 * (2 * INPUT_BYTES + 64);
const HISTOGRAM_BINS = 256;
const RESAMPLER_HISTORY_SAMPLES = 512;
/** Nothing lies at address 0, which hosts take for "no address". */
const RESERVED_BYTES = 16;

/** The page of the module, chained: every region begins where the last one ends, at a multiple of 8. */
export function memoryMap(model: QuantizedModel, frontEnd: FrontEnd): MemoryMap {
  const layers = shapedLayers(model);
  const buffers = lineBuffers(model);
  const buffersBytes = buffers.reduce((sum, buffer) => sum + buffer.rowBytes * buffer.ringRows, 0);
  const features = model.dense.inputs;
  const mostTaps = Math.max(...layers.map(({ layer }) => taps(layer)), Math.ceil(features / 8));
  const patch = Math.max(...model.bodyOne.map((path) => (path.kernelHeight + 1) * path.kernelWidth));
  const mostRows = Math.max(...model.bodyTwo.map((layer) => layer.kernelHeight)) + 1;
  const mostColumns = Math.max(...layers.map(({ columns }) => columns));
  const mfccBytes = 4 * frontEnd.coefficients;
  const bodyTwo = layers.slice(model.bodyOne.length);
  const winograd = bodyTwo.filter(({ layer }) => winogradBlock(layer) > 0);
  const winogradPairs = Math.max(1, ...winograd.map(({ columns }) => Math.ceil(columns / 2)));
  const winogradRow = Math.max(1, ...winograd.map(({ layer, columns }) => (columns + layer.kernelWidth - 1) * layer.inputChannels));
  const featureRows = Math.ceil((2 * INPUT_BYTES + 64) / frontEnd.hopSamples) + 1;

  const map: MemoryMap = { regions: [], end: RESERVED_BYTES, lineBufferAddresses: [] };
  const add = (name: string, bytes: number, what: string): void => {
    map.regions.push({ name, address: map.end, bytes, what });
    map.end += align(bytes, 8);
  };
  const overlay = (name: string, regions: readonly { name: string; bytes: number; what: string }[]): void => {
    for (const region of regions) map.regions.push({ ...region, address: map.end, overlay: name });
    map.end += align(Math.max(...regions.map(({ bytes }) => bytes)), 16);
  };
  add("INPUT", INPUT_BYTES, "bytes to push");
  add("FRAME", 2 * frontEnd.frameSamples, "samples of one frame, int16");
  add("SPECTRUM", 4 * frontEnd.frameSamples, "FFT, then magnitudes, float32");
  add("MEL", 4 * frontEnd.melBands, "log mel energies, float32");
  add("MFCC", mfccBytes, "MFCCs of one frame, float32");
  add("RESAMPLER_HISTORY", 2 * RESAMPLER_HISTORY_SAMPLES, "last input samples, int16");
  add("LOGITS", 4 * model.dense.classes, "int32");
  add("PROBABILITIES", 4 * model.dense.classes, "float32");
  add("GLOBAL_TOTALS", 4 * features, "sums of the global average, int32");
  add("FEATURES", 2 * features, "global average, int16");
  add("STAGE_STATE", 8 * buffers.length, "rows arrived and made, int32 each");
  add("ROW_ADDRESSES", 4 * mostRows, "rows that a convolution reads");
  add("CONVOLUTION_SUMS", 32 * (mostColumns + (mostColumns % 2)), "accumulators of four channels and two rows, int32");
  add("TILE", TILE_NUMBERS_BYTES, "bias, multiplier, shift of four channels");
  add("PACKED_WEIGHTS", 8 * mostTaps, "weights of four channels, two in a word");
  add("WINOGRAD_PRODUCTS", 128 * winogradPairs, "of two rows, int64");
  overlay("PATCHES", [
    { name: "PATCHES", bytes: 2 * patch * model.coefficients, what: "taps of body I side by side, int16" },
    { name: "TRANSFORMED_ROWS", bytes: 4 * winogradRow, what: "input rows of one layer for Winograd's kernel, int8" },
  ]);
  const lineBuffersStart = map.end;
  overlay("LINE_BUFFERS", [
    { name: "LINE_BUFFERS", bytes: buffersBytes, what: "last input rows of every layer" },
    { name: "HISTOGRAM", bytes: 4 * HISTOGRAM_BINS, what: "of |x|, int32" },
    { name: "OUTPUT", bytes: Math.max(OUTPUT_BYTES, featureRows * mfccBytes), what: "converted samples or MFCCs for the host" },
  ]);
  let address = lineBuffersStart;
  for (const buffer of buffers) {
    map.lineBufferAddresses.push(address);
    address += buffer.rowBytes * buffer.ringRows;
  }
  return map;
}

/** assembly/generated/memory_map.ts */
export function emitMemoryMap(map: MemoryMap): string {
  const rename = (name: string): string => (name === "LINE_BUFFERS" ? "LINE_BUFFERS_START" : name);
  const lines = map.regions.map(({ name, address, bytes, what }) => {
    const size = name === "INPUT" ? `export const INPUT_CAPACITY: i32 = ${bytes};` : `export const ${name}_BYTES: i32 = ${bytes};`;
    return `/** ${what} */\nexport const ${rename(name)}: usize = ${address};\n${size}`;
  });
  return `${lines.join("\n")}\n`;
}
