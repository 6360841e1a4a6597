import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../support/random.js";
import { correctScores, learnAnswer } from "./speaker_answers.js";

const RULES = { share: 0.5, weight: 4, horizon: 8, leastSpeech: 1 };

test("the mean answer is that of its closed form in float64: every answer counts 1 - 1/horizon of the one after it", () => {
  const random = new Random(3);
  const learned = { weight: 0, mean: new Float32Array(5) };
  const answers: Float32Array[] = [];
  for (let count = 0; count < 60; count++) {
    answers.push(Float32Array.from({ length: 5 }, () => -(10 ** random.between(-3, 2.5))));
    learnAnswer(learned, answers.at(-1)!, RULES);
    const weights = answers.map((_, index) => (1 - 1 / 8) ** (answers.length - 1 - index));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    assert.ok(Math.abs(learned.weight - total) < 1e-5);
    for (const [c, mean] of learned.mean.entries()) {
      const exact = weights.reduce((sum, weight, index) => sum + weight * Math.max(answers[index]![c]!, -85), 0) / total;
      assert.ok(Math.abs(mean - exact) < 1e-4, `${mean} instead of ${exact}`);
    }
  }
});

test("corrections done by hand", () => {
  const scores = Float32Array.of(0, -1, -4);
  const mean = Float32Array.of(0, -2, -8);
  // 12 / (12 + 4) of one half.
  assert.deepEqual(correctScores(scores, RULES, { weight: 12, mean }), Float32Array.of(0, -0.25, -1));
  assert.deepEqual(correctScores(scores, { ...RULES, share: 1 }, { weight: 12, mean }), Float32Array.of(-2, -1.5, 0));
  assert.deepEqual(correctScores(scores, RULES, { weight: 0, mean }), scores);
});
