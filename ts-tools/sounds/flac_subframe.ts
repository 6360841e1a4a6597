import type { FlacBits } from "./flac_bits.js";

/** The fixed predictors of orders 0 to 4: weights of the samples before, the last one first (RFC 9639, section 9.2.5). */
const FIXED = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]] as const;

/**
 * Decodes the samples of one channel of a frame (RFC 9639, section 9.2). They are doubles, which hold every sum exactly: 33 bits of a sample of a side channel,
 * 15 of a coefficient, and 32 of them.
 */
export function decodeSubframe(bits: FlacBits, blockSamples: number, bitDepth: number): Float64Array {
  if (bits.read(1) !== 0) throw new Error("a subframe does not begin with 0");
  const type = bits.read(6);
  const wasted = bits.read(1) === 0 ? 0 : bits.readUnary() + 1;
  const depth = bitDepth - wasted;
  if (depth <= 0) throw new Error("a subframe has no bits");
  const samples = new Float64Array(blockSamples);
  if (type === 0) samples.fill(bits.readSigned(depth));
  else if (type === 1) readSamples(bits, samples, blockSamples, depth);
  else if (type >= 8 && type <= 12) decodeFixed(bits, samples, type - 8, depth);
  else if (type >= 32) decodeLinear(bits, samples, type - 31, depth);
  else throw new Error("a subframe has a reserved type");
  if (wasted > 0) for (let index = 0; index < blockSamples; index++) samples[index]! *= 2 ** wasted;
  return samples;
}

function readSamples(bits: FlacBits, samples: Float64Array, count: number, depth: number): void {
  for (let index = 0; index < count; index++) samples[index] = bits.readSigned(depth);
}

function decodeFixed(bits: FlacBits, samples: Float64Array, order: number, depth: number): void {
  checkOrder(order, samples);
  readSamples(bits, samples, order, depth);
  readResidual(bits, samples, order);
  predict(samples, FIXED[order]!, 0);
}

function decodeLinear(bits: FlacBits, samples: Float64Array, order: number, depth: number): void {
  checkOrder(order, samples);
  readSamples(bits, samples, order, depth);
  const precision = bits.read(4) + 1;
  const shift = bits.readSigned(5);
  if (precision === 16 || shift < 0) throw new Error("a predictor has reserved values");
  const weights = Array.from({ length: order }, () => bits.readSigned(precision));
  readResidual(bits, samples, order);
  predict(samples, weights, shift);
}

function checkOrder(order: number, samples: Float64Array): void {
  if (order > samples.length) throw new Error("a predictor is longer than its block");
}

/** Reads what the predictor leaves, in partitions of Rice codes (RFC 9639, section 9.2.7). */
function readResidual(bits: FlacBits, samples: Float64Array, order: number): void {
  const method = bits.read(2);
  if (method > 1) throw new Error("a residual has a reserved coding");
  const parameterBits = 4 + method;
  // Samples that are not coded, but written as they are.
  const uncoded = 2 ** parameterBits - 1;
  const partitionOrder = bits.read(4);
  const partitionSamples = samples.length >> partitionOrder;
  if (partitionSamples << partitionOrder !== samples.length || partitionSamples < order) throw new Error("a residual has wrong partitions");
  for (let from = order, to = partitionSamples; to <= samples.length; from = to, to += partitionSamples) {
    const parameter = bits.read(parameterBits);
    if (parameter === uncoded) readSamples(bits, samples.subarray(from), to - from, bits.read(5));
    else readRice(bits, samples.subarray(from, to), parameter);
  }
}

function readRice(bits: FlacBits, residual: Float64Array, parameter: number): void {
  const step = 2 ** parameter;
  for (let index = 0; index < residual.length; index++) {
    const folded = bits.readUnary() * step + bits.read(parameter);
    residual[index] = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  }
}

/** Adds to each sample what the ones before it say, in place; `weights` are for the last sample first. */
function predict(samples: Float64Array, weights: readonly number[], shift: number): void {
  const order = weights.length;
  const scale = 2 ** -shift;
  for (let index = order; index < samples.length; index++) {
    let sum = 0;
    for (let tap = 0; tap < order; tap++) sum += weights[tap]! * samples[index - 1 - tap]!;
    samples[index]! += Math.floor(sum * scale);
  }
}
