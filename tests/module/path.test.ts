/** The whole path of the module, bytes to probabilities, against the reference, to the bit, on random sounds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { classifyWindow, type WindowResult } from "../reference/classify.js";
import { decodeMono } from "../reference/decode.js";
import { resample } from "../reference/resample.js";
import { cropCenter, padBothSides } from "../reference/segment.js";
import { type BuiltModel, buildPlan } from "./built_model.js";
import { PATH_CASES, soundInputs } from "./cases.js";
import { describeDifference } from "./compare.js";
import { firstDifferenceOfSound } from "./first_difference.js";
import { Instance, plainSound, type Sound } from "./instance.js";

for (const plan of PATH_CASES) {
  test(`${plan.name}: ${plan.inputs} random sounds: the reference's level, MFCCs, logits and probabilities`, async (t) => {
    const built = await buildPlan(plan);
    const instance = await Instance.create(built.embedded);
    const answers = new Set<string>();
    let [differing, accepted] = [0, 0];
    for (const sound of soundInputs(plan)) {
      const { expected, difference } = compare(built, instance, sound);
      answers.add(expected.logits.join());
      if (expected.accepted) accepted++;
      if (difference === undefined) continue;
      if (differing++ === 0) t.diagnostic(`${sound.name}: first difference, ${firstDifferenceOfSound(built, instance, sound)}`);
    }
    t.diagnostic(`segments of ${plan.frontEnd.windowSamples} samples, ${answers.size} different logits, ${accepted} answers accepted`);
    assert.ok(accepted > 0 && accepted < plan.inputs, "the threshold tells nothing apart");
    assert.ok(answers.size > 0.7 * plan.inputs, "the sounds tell nothing apart");
    assert.equal(differing, 0, `${differing} of ${plan.inputs} sounds have other bits`);
  });
}

function compare(built: BuiltModel, instance: Instance, sound: Sound): { expected: WindowResult; difference: string | undefined } {
  const { model, frontEnd, acceptThreshold, rules } = built;
  const samples = resample(decodeMono(sound.bytes, sound.format, sound.channels), sound.rate, frontEnd.sampleRate);
  const expected = classifyWindow(samples, model, frontEnd, acceptThreshold, {}, rules);
  const actual = instance.classify(sound);
  const segment = padBothSides(cropCenter(samples, frontEnd.windowSamples), frontEnd.windowSamples);
  const mfcc = instance.features(plainSound("segment", segment, frontEnd.sampleRate), actual.level);
  const difference =
    (actual.level === expected.level ? undefined : "level") ??
    describeDifference("MFCCs", mfcc, expected.mfcc.values) ??
    describeDifference("logits", actual.logits, expected.logits) ??
    describeDifference("probabilities", actual.probabilities, expected.probabilities) ??
    (actual.label === expected.label ? undefined : "label") ??
    (actual.accepted === expected.accepted ? undefined : "accepted");
  return { expected, difference };
}
