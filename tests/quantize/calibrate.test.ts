/** Histograms, the cost of a scale, and the choice of the scales. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIVATIONS } from "../../ts-tools/model/layer_shapes.js";
import { calibrate } from "../../ts-tools/quantize/calibrate.js";
import { floatNetwork } from "../../ts-tools/quantize/float_forward.js";
import { ActivationHistogram } from "../../ts-tools/quantize/histogram.js";
import { leastCostScale, scaleCost } from "../../ts-tools/quantize/scale_cost.js";
import { Random } from "../support/random.js";
import { smallModel, smallSegments } from "./small_models.js";

/** Many zeros, a bulk, and a long thin tail, as activations are. */
function activations(random: Random, count: number): Float64Array {
  return Float64Array.from({ length: count }, () => {
    if (random.unit() < 0.3) return 0;
    const bulk = Math.abs(random.normal());
    return random.unit() < 0.002 ? 8 * bulk : bulk;
  });
}

/** Squared error of quantizing each value by itself. */
function errorOf(values: Float64Array, scale: number, levels: number): number {
  return values.reduce((sum, value) => sum + (value - Math.min(Math.round(value / scale), levels) * scale) ** 2, 0);
}

test("a histogram whose range grows counts everything", () => {
  const histogram = new ActivationHistogram();
  const random = new Random(1);
  const pieces = [0.01, 1, 0.1, 300].map((factor) => activations(random, 1000).map((value) => factor * value));
  for (const piece of pieces) assert.ok(histogram.add(piece));
  const all = pieces.flatMap((piece) => [...piece]);
  assert.equal(histogram.count, 4000);
  assert.equal(histogram.largest, Math.max(...all));
  assert.equal(
    histogram.bins.reduce((a, b) => a + b),
    all.filter((value) => value > 0).length,
  );
  const mean = histogram.bins.reduce((sum, count, bin) => sum + count * (bin + 0.5) * histogram.binWidth, 0) / 4000;
  assert.ok(Math.abs(mean - all.reduce((a, b) => a + b) / 4000) < histogram.binWidth);
});

test("a histogram refuses what is not finite", () => {
  for (const value of [Number.NaN, Infinity]) assert.equal(new ActivationHistogram().add(Float64Array.of(1, value)), false);
});

test("the cost of a scale is the squared error", () => {
  const values = activations(new Random(2), 20_000);
  const histogram = new ActivationHistogram();
  histogram.add(values);
  for (const scale of [0.005, 0.02, 0.05, 0.2]) {
    const { clipping, rounding, clipped } = scaleCost(histogram, scale, 127);
    const exact = errorOf(values, scale, 127);
    assert.ok(Math.abs(clipping + rounding - exact) < 0.02 * exact, `scale ${scale}: ${clipping + rounding} and ${exact}`);
    const above = values.filter((value) => value > 127 * scale).length;
    assert.ok(Math.abs(clipped - above) <= 0.01 * values.length);
  }
});

test("the chosen scale has a smaller error than its neighbors and than the full range", () => {
  const values = activations(new Random(3), 50_000);
  const histogram = new ActivationHistogram();
  histogram.add(values);
  const scale = leastCostScale(histogram, 127);
  const error = errorOf(values, scale, 127);
  for (const factor of [0.8, 0.9, 1.1, 1.25]) assert.ok(errorOf(values, factor * scale, 127) > error);
  assert.ok(errorOf(values, histogram.largest / 127, 127) > error);
});

test("activations that are always zero get a scale all the same", () => {
  assert.equal(leastCostScale(new ActivationHistogram(), 127), 1 / 127);
  const model = smallModel(1);
  for (const layer of model.bodyTwo) {
    layer.weights.fill(0);
    layer.bias.fill(0);
  }
  const { scales } = calibrate(model, smallSegments(1, 1));
  assert.deepEqual(scales.bodyTwo, [1 / 127, 1 / 127, 1 / 127, 1 / 127]);
  assert.ok(scales.features > 0);
});

test("calibration reports each activation, and the features keep headroom", () => {
  const model = smallModel(2);
  const segments = smallSegments(3, 4);
  const { scales, activations: reports } = calibrate(model, segments);
  assert.deepEqual(
    reports.map((report) => report.name),
    [...ACTIVATIONS],
  );
  assert.deepEqual(
    reports.map((report) => report.chosen.scale),
    [scales.bodyOne, ...scales.bodyTwo, scales.features],
  );
  const largest = new Map<string, number>();
  for (const { mfcc } of segments) {
    floatNetwork(model)(mfcc, (name, tensor) => largest.set(name, Math.max(largest.get(name) ?? 0, ...tensor)));
  }
  for (const report of reports) {
    assert.equal(report.largest, largest.get(report.name));
    const { chosen, fullRange } = report;
    assert.ok(report.name === "features" ? chosen.range === 2 * report.largest : chosen.snr! >= fullRange.snr! - 1e-9);
    assert.ok(chosen.clippedShare < 0.05);
  }
});

test("calibration says what it cannot work with", () => {
  const model = smallModel(1);
  assert.throws(() => calibrate(model, []), /at least one recording/);
  assert.throws(
    () => calibrate(model, [{ file: "a.wav", mfcc: new Float32Array(7) }]),
    /a\.wav has 7 MFCCs, but the model takes 19 frames of 11; use/,
  );
  const [first] = smallSegments(1, 1);
  first!.mfcc[0] = Number.NaN;
  assert.throws(() => calibrate(model, [first!]), /not a finite number in bodyOne for recording 0;/);
});
