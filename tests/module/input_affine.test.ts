/** Models with layers in front of body I: the module scales and shifts the MFCCs when it quantizes them, to the bit as the reference does, in every build. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildManifest, manifestText } from "../../ts-tools/model/manifest.js";
import { ModelError } from "../../ts-tools/model/model_error.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { readWeights, writeWeights } from "../../ts-tools/model/weights_file.js";
import { runNetwork } from "../reference/network.js";
import { Random } from "../support/random.js";
import { NARROW_WIDTHS, randomMfcc, type Widths } from "../support/random_model.js";
import { allBuilds, build, type ModelPlan, planModel, shortFrontEnd } from "./built_model.js";
import { describeDifference } from "./compare.js";
import { Instance } from "./instance.js";

const COEFFICIENTS = 13;
const PLAN: ModelPlan = {
  name: "input affine",
  frontEnd: shortFrontEnd(23, COEFFICIENTS),
  widths: NARROW_WIDTHS,
  classes: 5,
  seed: 77,
};

const random = new Random(78);
const steps = (spread: number): number[] => Array.from({ length: COEFFICIENTS }, () => Math.fround(spread * random.normal()));
/** Some values leave the 13 bits, so that they are clamped. */
const MODEL = { ...planModel(PLAN), input: { factors: steps(300), offsets: steps(900) } };

test("every build has the reference's logits", async () => {
  const built = await build(PLAN.name, MODEL, PLAN.frontEnd);
  const inputs = Array.from({ length: 40 }, () => randomMfcc(random, MODEL.frames, COEFFICIENTS, 10));
  inputs.push(Float32Array.from(inputs[0]!, (value, index) => (index % 7 === 0 ? Number.NaN : 1e30 * value)));
  const expected = inputs.map(
    (mfcc) =>
      runNetwork(
        MODEL,
        mfcc.map((value) => (Number.isNaN(value) ? 0 : value)),
        10,
      ).logits,
  );
  assert.ok(new Set(expected.map((logits) => logits.join())).size > 30, "the inputs tell nothing apart");
  const without = runNetwork({ ...planModel(PLAN) }, inputs[0]!, 10).logits;
  assert.ok(describeDifference("logits", without, expected[0]!) !== undefined, "factors and offsets change nothing");
  for (const [name, module] of await allBuilds(built)) {
    const instance = await Instance.create(module);
    for (const [index, mfcc] of inputs.slice(0, 40).entries()) {
      assert.equal(describeDifference("logits", instance.network(mfcc).logits, expected[index]!), undefined, `${name}, input ${index}`);
    }
    instance.network(inputs[40]!); // NaN and what is far outside do not trap
  }
});

/** Of weights/micro: the weights alone are larger than the page of the embedded module, in which what lies after them has no place. */
const MICRO_WIDTHS: Widths = [16, 16, 16, 28, 48, 64, 96, 192];

test("weights of more than a page: the factors are among the tables, not after the weights", async () => {
  const plan = { ...PLAN, name: "input affine of micro's widths", widths: MICRO_WIDTHS };
  const model = { ...planModel(plan), input: MODEL.input };
  const built = await build(plan.name, model, plan.frontEnd, 0, "embedded");
  const instance = await Instance.create(built.embedded);
  assert.ok(instance.exports.memoryNeeded() <= 65536);
  for (let index = 0; index < 4; index++) {
    const mfcc = randomMfcc(random, model.frames, COEFFICIENTS, 10);
    assert.equal(describeDifference("logits", instance.network(mfcc).logits, runNetwork(model, mfcc, 10).logits), undefined);
  }
});

test("the manifest keeps factors and offsets, and refuses others", () => {
  const { frames, coefficients, bodyOne, bodyTwo, dense } = MODEL;
  const manifest = buildManifest({
    id: "affine",
    sourceFile: "model.keras",
    sourceSha256: "0".repeat(64),
    classes: ["a", "b", "c", "d", "e"],
    acceptThreshold: 0,
    frontEnd: PLAN.frontEnd,
    float: { format: "random", frames, coefficients, bodyOne, bodyTwo, dense },
    quantized: MODEL,
    activationScales: { bodyOne: 1, bodyTwo: [1, 1, 1, 1], features: 1 },
    version: "0",
  });
  const read = readWeights(writeWeights(MODEL), parseManifest(manifestText(manifest), "model.json"), "weights.bin");
  assert.deepEqual(read.input, MODEL.input);
  const { factors, offsets } = MODEL.input;
  for (const wrong of [
    { factors },
    { factors, offsets: offsets.slice(1) },
    { factors: factors.with(0, 1e300), offsets },
    { factors: factors.with(0, 0.1), offsets },
  ]) {
    assert.throws(() => parseManifest(JSON.stringify({ ...manifest, inputAffine: wrong }), "model.json"), ModelError);
  }
});
