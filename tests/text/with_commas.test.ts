import assert from "node:assert/strict";
import { test } from "node:test";
import { withCommas } from "../../ts-tools/text/with_commas.js";
import { Random } from "../support/random.js";

test("commas as toLocaleString() writes them", () => {
  const random = new Random(1);
  const values = Array.from({ length: 2000 }, () => Math.floor((random.unit() - 0.5) * 10 ** Math.ceil(15 * random.unit())));
  for (const value of [0, 999, 1000, -1000, 0.001, 1234.5, 123456.789, ...values])
    assert.equal(withCommas(value), value.toLocaleString("en-US"));
});
