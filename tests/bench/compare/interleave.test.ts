import assert from "node:assert/strict";
import { test } from "node:test";
import { interleave } from "../../../bench/compare/interleave.js";

test("runners take turns, every round begins with another one, and warm-up rounds do not count", async () => {
  const order: string[] = [];
  const runner = (name: string) => ({
    async run() {
      order.push(name);
      return { part: order.length };
    },
  });
  const times = await interleave(["a", "b", "c"].map(runner), 3, 1);
  assert.deepEqual(order.join(""), "abcbcacababc");
  assert.deepEqual(
    times.map((parts) => parts.get("part")),
    [
      [6, 8, 10],
      [4, 9, 11],
      [5, 7, 12],
    ],
  );
});
