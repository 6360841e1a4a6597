/** weights/micro, as it ships: a quarter of the work at most, and the reference's bits in every build. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { definedMultiplies } from "../../bench/compare/multiplies.js";
import type { AnswerExports } from "../../ts-tools/abi/exports.js";
import { MODULE_BUILDS, moduleFile } from "../../ts-tools/model/builds.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { readWeights } from "../../ts-tools/model/weights_file.js";
import { allowRelaxedSimd } from "../../ts-tools/runtime/relaxed_simd.js";
import { classifyWindow } from "../reference/classify.js";
import { repositoryRoot } from "../support/paths.js";
import { Random } from "../support/random.js";
import { shippedBuild } from "../support/shipped_build.js";
import { voice } from "../support/sounds.js";
import { describeDifference } from "./compare.js";
import { Instance, plainSound } from "./instance.js";

const LARGEST_WEIGHTS = 130_000;

function built(from: string) {
  const manifest = parseManifest(readFileSync(join(from, "model.json"), "utf8"), "model.json");
  return { manifest, model: readWeights(new Uint8Array(readFileSync(join(from, "weights.bin"))), manifest, "weights.bin") };
}

test("weights/micro", async (t) => {
  const { out: folder, printed } = await shippedBuild("micro");
  const weights = Number(/([\d,]+) of them int8 weights/.exec(printed)![1]!.replaceAll(",", ""));
  assert.ok(weights <= LARGEST_WEIGHTS, `${weights} bytes of weights`);
  const { manifest, model } = built(folder);
  const share = definedMultiplies(model) / definedMultiplies(built(join(repositoryRoot, "build")).model);
  t.diagnostic(`${weights} bytes of weights, ${(100 * share).toFixed(1)} % of full's multiply-accumulates`);
  assert.ok(share <= 0.25);

  const random = new Random(131);
  const { windowSamples } = manifest.frontEnd;
  const frontEnd = { ...manifest.frontEnd, normalization: manifest.normalization! };
  const noise = Int16Array.from({ length: windowSamples }, () => random.integer(-20000, 20000));
  const sounds = [voice(windowSamples), noise, new Int16Array(windowSamples), voice(windowSamples).subarray(0, 9000)];
  allowRelaxedSimd();
  for (const build of MODULE_BUILDS) {
    const instance = await Instance.create(new Uint8Array(readFileSync(join(folder, moduleFile(build)))));
    for (const [index, samples] of sounds.entries()) {
      const expected = classifyWindow(samples, model, frontEnd);
      const actual = instance.classify(plainSound(`sound ${index}`, samples.slice()));
      assert.equal(actual.level, expected.level);
      assert.equal((instance.exports as unknown as Required<AnswerExports>).voice(), expected.voice);
      assert.equal(describeDifference(`${build}, sound ${index}`, actual.logits, expected.logits), undefined);
    }
  }
});
