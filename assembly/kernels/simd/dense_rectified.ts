/**
 * As the scalar one, four outputs at a time; inputs and outputs multiples of four. Reads up to four bytes after the last weight, and uses none of them.
 *
 * values   int16 [inputs]
 * layer    int16 bias [outputs], then int8 weights [outputs][inputs]
 * out      int16 [outputs]
 */
export function denseRectified(values: usize, inputs: i32, layer: usize, outputs: i32, shift: i32, largest: i32, out: usize): void {
  const row = <usize>inputs;
  const half = i32x4.splat(1 << (shift - 1));
  const eights = values + ((row & ~7) << 1);
  let weights = layer + ((<usize>outputs) << 1);
  for (const end = weights; layer < end; layer += 8) {
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let c = i32x4.splat(0);
    let d = i32x4.splat(0);
    let at = values;
    for (; at < eights; at += 16) {
      const value = v128.load(at);
      a = i32x4.add(a, i32x4.dot_i16x8_s(value, v128.load8x8_s(weights)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(value, v128.load8x8_s(weights + row)));
      c = i32x4.add(c, i32x4.dot_i16x8_s(value, v128.load8x8_s(weights + 2 * row)));
      d = i32x4.add(d, i32x4.dot_i16x8_s(value, v128.load8x8_s(weights + 3 * row)));
      weights += 8;
    }
    if ((row & 4) != 0) {
      // The other half is zero.
      const value = v128.load64_zero(at);
      a = i32x4.add(a, i32x4.dot_i16x8_s(value, v128.load8x8_s(weights)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(value, v128.load8x8_s(weights + row)));
      c = i32x4.add(c, i32x4.dot_i16x8_s(value, v128.load8x8_s(weights + 2 * row)));
      d = i32x4.add(d, i32x4.dot_i16x8_s(value, v128.load8x8_s(weights + 3 * row)));
      weights += 4;
    }
    weights += 3 * row;
    const sums = i32x4.add(i32x4.add(v128.load16x4_s(layer), half), addPairs(addPairs(a, b), addPairs(c, d)));
    const limited = i32x4.max_s(i32x4.splat(0), i32x4.min_s(i32x4.splat(largest), i32x4.shr_s(sums, shift)));
    v128.store64_lane(out, i16x8.narrow_i32x4_s(limited, limited), 0);
    out += 8;
  }
}

/** (a0 + a1, a2 + a3, b0 + b1, b2 + b3) */
@inline
function addPairs(a: v128, b: v128): v128 {
  const even = i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  const odd = i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  return i32x4.add(even, odd);
}
