import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../support/random.js";
import { exponential } from "./exponential.js";
import { f32 } from "./rounding.js";

test("exp of everything a softmax needs", (t) => {
  const random = new Random(2);
  let relative = 0;
  for (let i = 0; i < 300000; i++) {
    const z = f32(-85 * random.unit() ** 2);
    relative = Math.max(relative, Math.abs(exponential(z) / Math.exp(z) - 1));
  }
  t.diagnostic(`exp in [-85, 0]: largest relative error ${relative.toExponential(2)}`);
  assert.ok(relative <= 3e-7);
  assert.equal(exponential(0), 1);
  assert.equal(exponential(-0), 1);
  assert.equal(exponential(f32(-85.00001)), 0);
  assert.ok(exponential(-85) >= 2 ** -126);
  assert.equal(exponential(-1e30), 0);
});
