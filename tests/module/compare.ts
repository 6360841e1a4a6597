/** Comparisons to the bit that say where the first difference is. */
import assert from "node:assert/strict";

type Numbers = Int16Array | Int32Array | Float32Array;

/** The first index at which two arrays differ in a bit (0 and -0 do); undefined when they are the same. */
export function firstDifference(actual: Numbers, expected: Numbers): number | undefined {
  const length = Math.max(actual.length, expected.length);
  for (let i = 0; i < length; i++) if (!Object.is(actual[i], expected[i])) return i;
  return undefined;
}

/** "name: 3 instead of 4 at 17", or undefined when the arrays are the same. `place` says in words what an index is. */
export function describeDifference(
  name: string,
  actual: Numbers,
  expected: Numbers,
  place: (index: number) => string = String,
): string | undefined {
  if (actual.length !== expected.length) return `${name}: ${actual.length} values instead of ${expected.length}`;
  const at = firstDifference(actual, expected);
  return at === undefined ? undefined : `${name}: ${actual[at]} instead of ${expected[at]} at ${place(at)}`;
}

export function assertSame(name: string, actual: Numbers, expected: Numbers): void {
  const difference = describeDifference(name, actual, expected);
  if (difference !== undefined) assert.fail(difference);
}
