/** As denseRectified() of ../dense_rectified.ts: eight products at once. Reads up to eight bytes after the last weight, and uses none of them. */
export function denseRectified(values: usize, inputs: i32, layer: usize, outputs: i32, shift: i32, largest: i32, out: usize): void {
  const half = 1 << (shift - 1);
  const whole = (<usize>(inputs & -8)) << 1;
  let first = layer + ((<usize>outputs) << 1);
  for (const end = first; layer < end; layer += 4) {
    let second = first + <usize>inputs;
    const next = second + <usize>inputs;
    let sums = i32x4.splat(0);
    let nextSums = i32x4.splat(0);
    let value = values;
    for (const valueEnd = values + whole; value < valueEnd; value += 16) {
      const eight = v128.load(value);
      sums = i32x4.add(sums, i32x4.dot_i16x8_s(eight, v128.load8x8_s(first)));
      nextSums = i32x4.add(nextSums, i32x4.dot_i16x8_s(eight, v128.load8x8_s(second)));
      first += 8;
      second += 8;
    }
    if ((inputs & 4) != 0) {
      // The other half is zero.
      const four = v128.load64_zero(value);
      sums = i32x4.add(sums, i32x4.dot_i16x8_s(four, v128.load8x8_s(first)));
      nextSums = i32x4.add(nextSums, i32x4.dot_i16x8_s(four, v128.load8x8_s(second)));
    }
    first = next;
    // Lanes 0 and 1 have what is left of the first sum, 2 and 3 of the second.
    const both = i32x4.add(v128.shuffle<i32>(sums, nextSums, 0, 1, 4, 5), v128.shuffle<i32>(sums, nextSums, 2, 3, 6, 7));
    const sum = i32(load<i16>(layer)) + half + i32x4.extract_lane(both, 0) + i32x4.extract_lane(both, 1);
    const nextSum = i32(load<i16>(layer, 2)) + half + i32x4.extract_lane(both, 2) + i32x4.extract_lane(both, 3);
    store<i16>(out, max(0, min(largest, sum >> shift)));
    store<i16>(out, max(0, min(largest, nextSum >> shift)), 2);
    out += 4;
  }
}
