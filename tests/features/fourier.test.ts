/** The Fourier transform of features/, against its definition. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Fourier } from "../../ts-tools/features/fourier.js";

function defined(frame: Float64Array, size: number): number[] {
  return Array.from({ length: size / 2 + 1 }, (_, k) => {
    let [re, im] = [0, 0];
    frame.forEach((x, n) => {
      re += x * Math.cos((2 * Math.PI * ((n * k) % size)) / size);
      im -= x * Math.sin((2 * Math.PI * ((n * k) % size)) / size);
    });
    return Math.hypot(re, im);
  });
}

/** [points, samples of the frame]: powers of two, with odd factors, and frames that are filled up with zeros. */
const SIZES: readonly (readonly [number, number])[] = [
  [2, 2],
  [6, 6],
  [64, 64],
  [512, 400],
  [400, 400],
  [480, 480],
  [320, 320],
  [640, 640],
  [800, 799],
];

for (const [size, length] of SIZES)
  test(`${size} points of ${length} samples`, () => {
    const frame = Float64Array.from({ length }, (_, n) => Math.sin(3.7 * n * n + 0.3) + (n % 5) / 5);
    const out = new Float64Array(size / 2 + 1);
    const transform = new Fourier(size);
    // The second frame must not see what is left of the first.
    transform.magnitudes(new Float64Array(size).fill(1), out);
    transform.magnitudes(frame, out);
    for (const [k, expected] of defined(frame, size).entries()) assert.ok(Math.abs(out[k]! - expected) < 1e-9, `bin ${k}`);
  });
