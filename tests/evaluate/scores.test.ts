import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { figuresOf } from "../../ts-tools/evaluate/figures.js";
import { type Answer, confusionOf, recallsOf, scoresOf } from "../../ts-tools/evaluate/scores.js";

const CLASSES = 4;

/** Answers from two lists of classes. */
function answers(labels: readonly number[], answered: readonly number[]): Answer[] {
  return labels.map((label, index) => ({ label, answered: answered[index]! }));
}

const anyAnswers = fc.array(fc.record({ label: fc.nat(CLASSES - 1), answered: fc.nat(CLASSES - 1) }), { minLength: 1, maxLength: 60 });

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} instead of ${expected}`);
}

test("by hand: a class that only occurs, one that was only answered, one that is not there", () => {
  // Class 0: 3 of 4 right, answered 4 times. Class 1: 0 of 1. Class 2: never occurs, answered once. Class 3: nothing.
  const confusion = confusionOf(answers([0, 0, 0, 0, 1], [0, 0, 0, 2, 0]), CLASSES);
  assert.deepEqual([...confusion.counts], [3, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(recallsOf(confusion), [0.75, 0, null, null]);
  const { wa, ua, f1 } = scoresOf(confusion);
  near(wa, 3 / 5);
  near(ua, (0.75 + 0) / 2);
  near(f1, (0.75 + 0 + 0) / 3);
});

test("the values in scikit-learn's documentation", () => {
  // recall_score and f1_score with average="macro": 0.33 and 0.26.
  const three = scoresOf(confusionOf(answers([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]), 3));
  near(three.ua, 1 / 3);
  near(three.f1, 0.8 / 3);
  // balanced_accuracy_score.
  near(scoresOf(confusionOf(answers([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1]), 2)).ua, 0.625);
});

test("any answers: recall and precision counted answer by answer", () => {
  fc.assert(
    fc.property(anyAnswers, (all) => {
      const share = (part: Answer[], whole: Answer[]) => (whole.length === 0 ? 0 : part.length / whole.length);
      const recalls: number[] = [];
      const f1s: number[] = [];
      for (let name = 0; name < CLASSES; name++) {
        const occurring = all.filter(({ label }) => label === name);
        const answered = all.filter((answer) => answer.answered === name);
        const right = occurring.filter((answer) => answer.answered === name);
        const recall = share(right, occurring);
        const precision = share(right, answered);
        if (occurring.length > 0) recalls.push(recall);
        if (occurring.length + answered.length > 0) f1s.push(right.length === 0 ? 0 : 2 / (1 / recall + 1 / precision));
      }
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const { wa, ua, f1 } = scoresOf(confusionOf(all, CLASSES));
      near(
        wa,
        share(
          all.filter(({ label, answered }) => label === answered),
          all,
        ),
      );
      near(ua, mean(recalls));
      near(f1, mean(f1s));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("figures: everything about some answers, classes by name in the model's order", () => {
  const sure = [true, true, false];
  const decisions = answers([0, 0, 1], [0, 1, 1]).map((answer, index) => ({ ...answer, accepted: sure[index]! }));
  const figures = figuresOf(decisions, ["happy", "1", "calm"]);
  assert.equal(figures.utterances, 3);
  assert.deepEqual(figures.classes, ["happy", "1", "calm"]);
  assert.deepEqual(figures.recall, { happy: 0.5, "1": 1, calm: null });
  assert.deepEqual(figures.confusion, [
    [1, 1, 0],
    [0, 1, 0],
    [0, 0, 0],
  ]);
  assert.deepEqual(figures.accepted, { utterances: 2, wa: 0.5 });
  const refused = decisions.map((decision) => ({ ...decision, accepted: false }));
  assert.deepEqual(figuresOf(refused, ["happy", "1", "calm"]).accepted, { utterances: 0, wa: null });
  near(figures.wa.value, 2 / 3);
  near(figures.ua.value, 0.75);
  near(figures.f1.value, 2 / 3);
  for (const { value, low, high } of [figures.wa, figures.ua, figures.f1])
    assert.ok(0 <= low && low <= value && value <= high && high <= 1);
});
