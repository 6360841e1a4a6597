/**
 * A fully connected layer with a rectifier: out = clamp((bias + sum of inputs * weights + half) >> shift, 0, largest). Two outputs at once share what they load.
 *
 * values   int16 [inputs], inputs a multiple of four
 * layer    int16 bias [outputs], then int8 weights [outputs][inputs]; outputs an even number
 * out      int16 [outputs]
 */
export function denseRectified(values: usize, inputs: i32, layer: usize, outputs: i32, shift: i32, largest: i32, out: usize): void {
  const half = 1 << (shift - 1);
  let first = layer + ((<usize>outputs) << 1);
  for (const end = first; layer < end; layer += 4) {
    let sum = i32(load<i16>(layer)) + half;
    let nextSum = i32(load<i16>(layer, 2)) + half;
    let second = first + <usize>inputs;
    const rowEnd = second;
    for (let value = values; first < rowEnd; value += 8) {
      const a = i32(load<i16>(value));
      const b = i32(load<i16>(value, 2));
      const c = i32(load<i16>(value, 4));
      const d = i32(load<i16>(value, 6));
      sum += a * i32(load<i8>(first));
      nextSum += a * i32(load<i8>(second));
      sum += b * i32(load<i8>(first, 1));
      nextSum += b * i32(load<i8>(second, 1));
      sum += c * i32(load<i8>(first, 2));
      nextSum += c * i32(load<i8>(second, 2));
      sum += d * i32(load<i8>(first, 3));
      nextSum += d * i32(load<i8>(second, 3));
      first += 4;
      second += 4;
    }
    first = second;
    store<i16>(out, max(0, min(largest, sum >> shift)));
    store<i16>(out, max(0, min(largest, nextSum >> shift)), 2);
    out += 4;
  }
}
