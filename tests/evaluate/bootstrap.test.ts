import assert from "node:assert/strict";
import { test } from "node:test";
import { intervalsOf } from "../../ts-tools/evaluate/bootstrap.js";
import { randomBits } from "../../ts-tools/evaluate/random_bits.js";
import { type Answer, type Confusion, confusionOf, type Scores, scoresOf } from "../../ts-tools/evaluate/scores.js";
import { Random } from "../support/random.js";

/** [true class, answered class]: uneven classes, one of them rare. */
const CONFUSION: Confusion = { classes: 3, counts: Uint32Array.of(150, 20, 10, 30, 60, 5, 3, 2, 8) };

/** The number of successes of `n` trials that the share `quantile` of all such rounds does not exceed. */
function binomialQuantile(n: number, p: number, quantile: number): number {
  let probability = (1 - p) ** n;
  let below = probability;
  for (let k = 0; ; k++) {
    if (below >= quantile) return k;
    probability *= ((n - k) / (k + 1)) * (p / (1 - p));
    below += probability;
  }
}

test("the share of right answers: the binomial distribution, which a bootstrap of it draws from", () => {
  const n = CONFUSION.counts.reduce((sum, count) => sum + count, 0);
  const { wa } = intervalsOf(CONFUSION);
  const p = scoresOf(CONFUSION).wa;
  // 2,000 draws place these percentiles to about a tenth of the deviation.
  const tolerance = 0.25 * Math.sqrt((p * (1 - p)) / n);
  assert.ok(Math.abs(wa.low - binomialQuantile(n, p, 0.025) / n) < tolerance, String(wa.low));
  assert.ok(Math.abs(wa.high - binomialQuantile(n, p, 0.975) / n) < tolerance, String(wa.high));
});

test("all scores: resamples of the list of utterances, drawn with another generator", () => {
  const utterances: Answer[] = [];
  CONFUSION.counts.forEach((count, cell) => {
    for (let i = 0; i < count; i++) utterances.push({ label: Math.floor(cell / 3), answered: cell % 3 });
  });
  const random = new Random(5);
  const resampled = Array.from({ length: 4000 }, () =>
    scoresOf(
      confusionOf(
        utterances.map(() => utterances[random.integer(0, utterances.length - 1)]!),
        3,
      ),
    ),
  );
  const intervals = intervalsOf(CONFUSION);
  for (const score of ["wa", "ua", "f1"] satisfies (keyof Scores)[]) {
    const sorted = resampled.map((scores) => scores[score]).sort((a, b) => a - b);
    const [low, high] = [sorted[100]!, sorted[3900]!];
    const tolerance = 0.06 * (high - low);
    assert.ok(Math.abs(intervals[score].low - low) < tolerance, `${score}: ${intervals[score].low} and ${low}`);
    assert.ok(Math.abs(intervals[score].high - high) < tolerance, `${score}: ${intervals[score].high} and ${high}`);
  }
});

test("the same on every run, and narrow without errors", () => {
  assert.deepEqual(intervalsOf(CONFUSION), intervalsOf(CONFUSION));
  const certain = { low: 1, high: 1 };
  assert.deepEqual(intervalsOf({ classes: 2, counts: Uint32Array.of(5, 0, 0, 1) }), { wa: certain, ua: certain, f1: certain });
  const wrong = { low: 0, high: 0 };
  assert.deepEqual(intervalsOf({ classes: 2, counts: Uint32Array.of(0, 1, 0, 0) }), { wa: wrong, ua: wrong, f1: wrong });
});

test("random bits: every bit is set half of the time, seeds differ", () => {
  const bits = randomBits(1);
  const set = new Array<number>(32).fill(0);
  const rounds = 20000;
  for (let round = 0; round < rounds; round++) {
    const value = bits();
    assert.ok(Number.isInteger(value) && value >= 0 && value < 2 ** 32);
    for (let bit = 0; bit < 32; bit++) set[bit]! += (value >>> bit) & 1;
  }
  // Five deviations.
  for (const count of set) assert.ok(Math.abs(count - rounds / 2) < (5 * Math.sqrt(rounds)) / 2, String(count));
  assert.notEqual(randomBits(1)(), randomBits(2)());
  assert.equal(randomBits(7)(), randomBits(7)());
});
