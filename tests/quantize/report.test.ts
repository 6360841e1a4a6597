/** The quantization report, and how close the quantized trained model is to the float one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import { calibrate, toActivationScales } from "../../ts-tools/quantize/calibrate.js";
import { quantizeModel } from "../../ts-tools/quantize/quantize.js";
import { quantizationReport } from "../../ts-tools/quantize/report.js";
import { reportText } from "../../ts-tools/quantize/report_text.js";
import { SMALL_CLASSES, smallQuantized, smallSegments, smallVoice } from "./small_models.js";
import { referenceSegments, skipUpstream, upstreamModel } from "./upstream.js";

test("a small model's report has every layer and is close to the float model", () => {
  const { float, quantized, calibration } = smallQuantized(9);
  const segments = smallSegments(10, 6);
  const report = quantizationReport(float, quantized, segments, calibration);
  assert.deepEqual(
    report.layers.map((layer) => layer.name),
    ["temporal", "spectral", "both", "body2_1", "body2_2", "body2_3", "body2_4", "body2_5"],
  );
  for (const layer of report.layers) {
    assert.ok(layer.snr! > 20, `${layer.name}: ${layer.snr} dB`);
    assert.ok(layer.largest! > 0 && layer.clippedShare! < 0.05);
    assert.ok(layer.weightScales.least > 0 && layer.weightScales.least <= layer.weightScales.largest);
  }
  const answers = report.answers!;
  assert.ok(answers.meanDifference < 0.05 && answers.meanDifference <= answers.worstDifference);
  assert.equal(answers.agreement, answers.agreeing / segments.length);
  assert.equal(answers.agreeing + answers.disagreements.length, segments.length);
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report);

  const text = reportText(report, SMALL_CLASSES);
  assert.match(text, /^\| body2_3 /m);
  assert.match(text, /^\| features /m);
  assert.match(text, new RegExp(`Same label: ${answers.agreeing} of 6 `));
  assert.ok(!/NaN|undefined|null|Infinity/.test(text));
});

test("without recordings the report still has scales", () => {
  const { float, quantized } = smallQuantized(9);
  const report = quantizationReport(float, quantized, []);
  assert.equal(report.answers, null);
  assert.equal(report.layers[0]!.snr, null);
  assert.match(reportText(report, SMALL_CLASSES), /No recordings were given/);
});

test("a voice head is compared, too", () => {
  const { float, quantized } = smallQuantized(9, smallVoice(9));
  const report = quantizationReport(float, quantized, smallSegments(10, 6));
  const { agreeing, meanDifference, worstDifference } = report.voice!;
  assert.equal(agreeing, 6);
  assert.ok(meanDifference > 0 && meanDifference < 0.05 && meanDifference <= worstDifference, `${meanDifference}, ${worstDifference}`);
  assert.match(
    reportText(report, SMALL_CLASSES),
    /^- Same side of one half in `voice`: 6 of 6; difference 0\.\d+ in the mean, 0\.\d+ at worst\.$/m,
  );
  const { weights, bias } = quantized.voice!;
  const opposite = { ...quantized.voice!, weights: weights.map((weight) => -weight), bias: bias.map((value) => -value) };
  assert.equal(quantizationReport(float, { ...quantized, voice: opposite }, smallSegments(10, 6)).voice!.agreeing, 0);
  assert.equal(quantizationReport(float, quantized, []).voice, null);
  assert.doesNotMatch(reportText(quantizationReport(float, quantized, []), SMALL_CLASSES), /voice/);
});

test("a disagreement is named", () => {
  const { float, quantized } = smallQuantized(9);
  const segments = smallSegments(10, 1);
  const wrong = { ...quantized, dense: { ...quantized.dense, weights: quantized.dense.weights.map((weight) => -weight) } };
  const { answers, ...rest } = quantizationReport(float, wrong, segments);
  assert.equal(answers!.disagreements.length, 1);
  const { float: from, quantized: to } = answers!.disagreements[0]!;
  assert.match(
    reportText({ ...rest, answers }, SMALL_CLASSES),
    new RegExp(`\`recording 0\`: \`${SMALL_CLASSES[from]}\` became \`${SMALL_CLASSES[to]}\`\\.`),
  );
});

test("the trained model keeps its 12 labels; mean difference at most 0.02", { skip: skipUpstream }, async (t) => {
  const model = await upstreamModel();
  const segments = referenceSegments();
  const calibration = calibrate(model, segments);
  const fullRange = toActivationScales(calibration.activations.map((activation) => activation.fullRange.scale));
  for (const [name, scales] of Object.entries({ "least squared error": calibration.scales, "full range": fullRange })) {
    const { answers, layers } = quantizationReport(model, quantizeModel(model, scales, REFERENCE_FRONT_END), segments);
    const snr = layers.map((layer) => layer.snr!.toFixed(1)).join(" ");
    t.diagnostic(
      `${name}: ${answers!.agreeing} of 12, mean ${answers!.meanDifference.toFixed(6)}, worst ${answers!.worstDifference.toFixed(6)}, dB ${snr}`,
    );
    assert.equal(answers!.agreeing, 12);
    assert.ok(answers!.meanDifference <= 0.02);
  }
});
