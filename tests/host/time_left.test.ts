import assert from "node:assert/strict";
import { test } from "node:test";
import { timeLeft } from "../../ts-tools/host/time_left.js";

test("the rest at the pace so far", () => {
  assert.equal(timeLeft(0, 10, 0), undefined);
  assert.equal(timeLeft(5, 10, 5000), "0:05");
  assert.equal(timeLeft(1, 62, 1000), "1:01");
  assert.equal(timeLeft(1, 3662, 1000), "1:01:01");
  assert.equal(timeLeft(10, 10, 5000), "0:00");
  assert.equal(timeLeft(1, 3, 29999), "1:00");
});
