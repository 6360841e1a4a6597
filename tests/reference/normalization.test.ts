import assert from "node:assert/strict";
import { test } from "node:test";
import type { FrontEnd, Normalization } from "../../ts-tools/model/model_types.js";
import { NORMALIZED_FRONT_END, normalizationOf } from "../support/normalization.js";
import { Random } from "../support/random.js";
import { normalizer, noStatistics } from "./normalization.js";

const { coefficients, clip } = NORMALIZED_FRONT_END;
const ENERGY = 16; // sqrt(2 * 128)

/**
 * Frames as speech makes them, float32, coefficient 0 times 16: loud and quiet stretches, frames below the floor, frames of zeros (undefined).
 */
function randomFrames(random: Random, count: number): (Float32Array | undefined)[] {
  let level = -6;
  return Array.from({ length: count }, () => {
    const choice = random.unit();
    if (choice < 0.05) return undefined;
    level = Math.min(2, Math.max(-13.8, level + 1.2 * random.normal()));
    const energy = choice < 0.08 ? -13.8 : level;
    return Float32Array.from({ length: coefficients }, (_, k) => (k === 0 ? ENERGY * energy : (14 * random.normal()) / (1 + k / 4)));
  });
}

/** The definition in float64, with the mean as a sum over all frames instead of a recursion: rows and the mean after each. */
function closedForm(
  frames: readonly (Float32Array | undefined)[],
  n: Normalization,
  prior: readonly number[],
  priorWeight: number,
): number[][] {
  const decay = 1 - 1 / n.horizon;
  const learned: number[][] = [];
  let loudest = -Infinity;
  return frames.map((frame) => {
    const x = frame && Array.from(frame, (value, k) => (k === 0 ? value / ENERGY : value));
    if (!x || x[0]! <= n.speechFloor) return Array.from({ length: coefficients }, (_, k) => (k === 0 ? -clip : 0));
    loudest = Math.max(loudest, x[0]!);
    if (x[0]! > loudest - n.speechRange) learned.push(x);
    const weights = learned.map((_, j) => decay ** (learned.length - 1 - j));
    const before = priorWeight * decay ** learned.length;
    const total = weights.reduce((sum, weight) => sum + weight, before);
    return x.map((value, k) => {
      const mean = learned.reduce((sum, row, j) => sum + weights[j]! * row[k]!, before * prior[k]!) / total;
      return Math.min(Math.max((value - n.share * mean) * (k === 0 ? n.energyScale : 1), -clip), clip);
    });
  });
}

/**
 * How far float32 may be off after n frames whose values are at most M. u = 2^-24. Each step of the weight rounds the product and the sum, and the decay is rounded:
 * its relative error is at most 3 n u, and 1/weight adds u. An update moves the mean by step * (x - mean): with an error of (3n + 2) u step 2M from the step, the
 * difference and the product, and u M from the sum; later updates shrink what is there, (1 - step) each, so that errors in proportion to the step add up to at
 * most (3n + 2) u 2M, and the others to n u M. Three more roundings of at most 2M each make the output, which the scale multiplies.
 */
const toleranceOf = (n: number, most: number, scale: number): number => 2 ** -24 * most * (2 * (3 * n + 2) + n + 6) * Math.max(1, scale);

const CASES: Readonly<Record<string, Partial<Normalization>>> = {
  "as models have it": {},
  "half of the mean": { share: 0.5 },
  "a short memory": { horizon: 3.7, startWeight: 0, energyScale: 0.5 },
  "a memory of one frame": { horizon: 1 },
  "a stiff mean": { horizon: 1e6, startWeight: 1e6 },
};

for (const [name, changes] of Object.entries(CASES)) {
  test(`the running mean is that of its closed form in float64: ${name}`, (t) => {
    const normalization = normalizationOf(coefficients, changes);
    const frontEnd: FrontEnd = { ...NORMALIZED_FRONT_END, normalization };
    const random = new Random(7);
    let [largest, allowed] = [0, 0];
    for (let round = 0; round < 20; round++) {
      const frames = randomFrames(random, 184);
      const carried = round % 2 === 0 ? undefined : Float32Array.from({ length: coefficients }, () => 3 * random.normal());
      const prior = carried ? Array.from(carried) : normalization.mean;
      const expected = closedForm(frames, normalization, prior, carried ? normalization.carriedWeight : normalization.startWeight);
      const most = Math.max(
        ...prior.map(Math.abs),
        ...frames.flatMap((frame) => Array.from(frame ?? [], (v, k) => Math.abs(k === 0 ? v / ENERGY : v))),
      );
      const tolerance = toleranceOf(frames.length, most, normalization.energyScale);
      const normalize = normalizer(frontEnd, normalization, carried);
      frames.forEach((frame, index) => {
        normalize(frame).forEach((value, k) => {
          const difference = Math.abs(value - expected[index]![k]!);
          largest = Math.max(largest, difference);
          assert.ok(difference <= tolerance, `frame ${index}, coefficient ${k}: ${value} instead of ${expected[index]![k]}`);
        });
      });
      allowed = Math.max(allowed, tolerance);
    }
    t.diagnostic(`largest difference ${largest.toExponential(2)}, allowed ${allowed.toExponential(2)}`);
  });
}

test("a speaker's statistics are the mean of the frames with speech, with a weight that grows from 0", () => {
  const normalization = normalizationOf(coefficients, { horizon: 1e6, speechRange: 1000 });
  const statistics = noStatistics(coefficients);
  const random = new Random(8);
  const frames: Float32Array[] = [];
  for (let segment = 0; segment < 3; segment++) {
    const normalize = normalizer({ ...NORMALIZED_FRONT_END, normalization }, normalization, undefined, statistics);
    for (const frame of randomFrames(random, 50)) {
      normalize(frame);
      if (frame && frame[0]! / ENERGY > -13.75) frames.push(frame);
    }
  }
  assert.equal(statistics.frames, frames.length);
  assert.ok(Math.abs(statistics.weight - frames.length) < 0.02);
  for (let k = 0; k < coefficients; k++) {
    const mean = frames.reduce((sum, frame) => sum + frame[k]! / (k === 0 ? ENERGY : 1), 0) / frames.length;
    // Frames weigh up to frames / horizon less than the last.
    assert.ok(Math.abs(statistics.mean[k]! - mean) < 0.01, `coefficient ${k}`);
  }
});

test("frames without speech: neither zeros, nor what is below the floor, nor what is far below the loudest", () => {
  const normalization = normalizationOf(coefficients, { startWeight: 1 });
  const energies = (...values: number[]): number => {
    const statistics = noStatistics(coefficients);
    const normalize = normalizer({ ...NORMALIZED_FRONT_END, normalization }, normalization, undefined, statistics);
    for (const value of values) normalize(Float32Array.from({ length: coefficients }, (_, k) => (k === 0 ? ENERGY * value : 1)));
    return statistics.frames;
  };
  assert.equal(energies(-13.75, -13.8), 0);
  assert.equal(energies(-13.5), 1, "the first frame is the loudest, however quiet");
  assert.equal(energies(-5, -7.75, -7.9, -5.5), 3, "2.75 below the loudest, 2.9, 0.5");
  assert.equal(energies(-5, -2, -5), 2, "the loudest so far, not of all");
});
