/** Multiplications of a small network, counted by hand; and those of the paper's, which the literature knows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { definedMultiplies, realMultiplies } from "../../../bench/compare/multiplies.js";
import { FULL_WIDTHS, randomModel } from "../../support/random_model.js";

/** 5 frames of 6: rows 5 and columns 6 in body I; 3 x 3, 2 x 2, 1 x 1, 1 x 1, 1 x 1 in body II. */
const SMALL = randomModel({ seed: 1, widths: [4, 4, 4, 8, 4, 12, 8, 4], frames: 5, coefficients: 6, classes: 3 });

test("by definition: taps on the padding count, pixels outside do not", () => {
  const bodyOne = 5 * 6 * 4 * (11 + 9 + 9);
  const bodyTwo = 3 * 3 * 9 * 12 * 8 + 2 * 2 * 9 * 8 * 4 + 1 * 9 * 4 * 12 + 1 * 9 * 12 * 8 + 1 * 8 * 4;
  assert.equal(definedMultiplies(SMALL), bodyOne + bodyTwo + 4 * 3);
});

test("SIMD: pairs of rows, pairs of columns and taps in body I, tiles over the edges, blocks of eight channels", () => {
  // 3 pairs of rows, 6 columns, taps 11, 9, 9 as 12, 10, 10, four channels as eight.
  const bodyOne = 3 * 2 * 6 * 8 * (12 + 10 + 10);
  // Pairs of rows x products of a tile x tiles in a row x inputs x channels.
  const bodyTwo = 2 * 16 * 2 * 12 * 8 + 1 * 16 * 1 * 8 * 8 + 1 * 16 * 1 * 4 * 16 + 1 * 16 * 1 * 12 * 8 + 1 * 1 * 8 * 8;
  assert.equal(realMultiplies(SMALL, "simd"), bodyOne + bodyTwo + 4 * 3);
});

test("SIMD: blocks of four rows where three tiles of four columns lie side by side", () => {
  const model = randomModel({ seed: 1, widths: [4, 4, 4, 8, 4, 12, 8, 4], frames: 9, coefficients: 17, classes: 3 });
  const bodyOne = 5 * 2 * 18 * 8 * (12 + 10 + 10);
  // 5 rows of 9 columns: two blocks of three tiles with 36 products each; then 3 x 5, 2 x 3, 1 x 3 and 1 x 3 as above.
  const bodyTwo = 2 * 36 * 3 * 12 * 8 + 2 * 16 * 3 * 8 * 8 + 1 * 16 * 2 * 4 * 16 + 1 * 16 * 2 * 12 * 8 + 1 * 3 * 8 * 8;
  assert.equal(realMultiplies(model, "simd"), bodyOne + bodyTwo + 4 * 3);
});

test("scalar: pairs of rows, four products instead of six for two pixels", () => {
  const bodyOne = 3 * 2 * 6 * 4 * (11 + 9 + 9);
  // Pairs of rows x 4 x columns, even x taps of a kernel row x outputs; the last layer is 1x1.
  const bodyTwo = 2 * 4 * 4 * 36 * 8 + 1 * 4 * 2 * 24 * 4 + 1 * 4 * 2 * 12 * 12 + 1 * 4 * 2 * 36 * 8 + 1 * 2 * 1 * 8 * 4;
  assert.equal(realMultiplies(SMALL, "scalar"), bodyOne + bodyTwo + 4 * 3);
});

test("the paper's network: 159 M by definition; less than half of it with SIMD", (t) => {
  const full = randomModel({ seed: 2, widths: FULL_WIDTHS, frames: 184, coefficients: 40, classes: 7 });
  const [defined, simd, scalar] = [definedMultiplies(full), realMultiplies(full, "simd"), realMultiplies(full, "scalar")];
  t.diagnostic(`defined ${defined}, SIMD ${simd}, scalar ${scalar}`);
  assert.equal(Math.round(defined / 1e6), 159);
  assert.ok(simd > 50e6 && simd < 60e6);
  assert.ok(scalar > 100e6 && scalar < 120e6);
});
