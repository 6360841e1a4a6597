/**
 * A fully connected layer with a rectifier: out = clamp((bias + sum of inputs * weights + half) >> shift, 0, largest).
 *
 * values   int16 [inputs], inputs a multiple of four
 * layer    int16 bias [outputs], then int8 weights [outputs][inputs]
 * out      int16 [outputs]
 */
export function denseRectified(values: usize, inputs: i32, layer: usize, outputs: i32, shift: i32, largest: i32, out: usize): void {
  const half = 1 << (shift - 1);
  let weights = layer + ((<usize>outputs) << 1);
  for (const end = weights; layer < end; layer += 2) {
    let sum = i32(load<i16>(layer)) + half;
    let value = values;
    for (const rowEnd = weights + <usize>inputs; weights < rowEnd; weights += 4) {
      sum += i32(load<i16>(value)) * i32(load<i8>(weights));
      sum += i32(load<i16>(value, 2)) * i32(load<i8>(weights, 1));
      sum += i32(load<i16>(value, 4)) * i32(load<i8>(weights, 2));
      sum += i32(load<i16>(value, 6)) * i32(load<i8>(weights, 3));
      value += 8;
    }
    store<i16>(out, max(0, min(largest, sum >> shift)));
    out += 2;
  }
}
