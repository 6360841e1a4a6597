/** The network of the module against the reference, to the bit, on random MFCC matrices. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runNetwork } from "../reference/network.js";
import { indexOfLargest, softmax } from "../reference/probabilities.js";
import { type BuiltModel, buildPlan } from "./built_model.js";
import { mfccInputs, NETWORK_CASES } from "./cases.js";
import { describeDifference } from "./compare.js";
import { firstDifferenceOfNetwork } from "./first_difference.js";
import { type Answer, Instance } from "./instance.js";

for (const plan of NETWORK_CASES) {
  test(`${plan.name}: ${plan.inputs} random inputs: the reference's logits and probabilities`, async (t) => {
    const built = await buildPlan(plan);
    const instance = await Instance.create(built.embedded);
    const labels = new Set<number>();
    const answers = new Set<string>();
    let differing = 0;
    for (const mfcc of mfccInputs(built, plan)) {
      const { answer, difference } = compare(built, instance, mfcc);
      labels.add(answer.label);
      answers.add(answer.logits.join());
      if (difference === undefined) continue;
      if (differing++ === 0) t.diagnostic(`first difference, ${firstDifferenceOfNetwork(built, instance, mfcc)}`);
    }
    const { frames, coefficients } = built.model;
    const occur = `${answers.size} different logits, ${labels.size} of ${plan.classes} labels`;
    t.diagnostic(`${frames} x ${coefficients} MFCCs, ${plan.widths.join(" ")} channels: ${occur}`);
    assert.ok(answers.size > 0.7 * plan.inputs, "the inputs tell nothing apart");
    assert.equal(differing, 0, `${differing} of ${plan.inputs} inputs have other bits`);
  });
}

test("what is wrong with a network is found where it is", async (t) => {
  const plan = NETWORK_CASES[1]!;
  const built = await buildPlan(plan);
  const instance = await Instance.create(built.embedded);
  const [mfcc] = mfccInputs(built, plan);
  assert.match(firstDifferenceOfNetwork(built, instance, mfcc!), /^no stage differs/);
  for (const [index, layer] of built.model.bodyTwo.entries()) {
    const bodyTwo = built.model.bodyTwo.with(index, { ...layer, bias: layer.bias.map((bias) => bias + 20000) });
    const said = firstDifferenceOfNetwork({ ...built, model: { ...built.model, bodyTwo } }, instance, mfcc!);
    t.diagnostic(said);
    assert.ok(said.startsWith(index === 4 ? "features:" : `${layer.name}:`), said);
  }
  const bias = built.model.dense.bias.map((value) => value + 1);
  const said = firstDifferenceOfNetwork({ ...built, model: { ...built.model, dense: { ...built.model.dense, bias } } }, instance, mfcc!);
  assert.match(said, /^logits:/);
});

function compare(built: BuiltModel, instance: Instance, mfcc: Float32Array): { answer: Answer; difference: string | undefined } {
  const { logits } = runNetwork(built.model, mfcc, built.frontEnd.clip);
  const answer = instance.network(mfcc);
  const difference =
    describeDifference("logits", answer.logits, logits) ??
    describeDifference("probabilities", answer.probabilities, softmax(logits, built.model.dense.logitScale)) ??
    (answer.label === indexOfLargest(logits) ? undefined : "label");
  return { answer, difference };
}
