import { REQUANTIZATION_BYTES } from "../../generated/record_layouts";
import { activations } from "./requantization";
import { storeFour } from "./requantize_four";

/**
 * A convolution with few taps, pooled 2x2: body I. The four pixels of a pooling window are summed side by side, eight channels at a time.
 *
 * patches    int16: the taps of a column's upper pixel side by side, those of the lower one `lower` bytes after them; two bytes after the last and
 *            one more patch may be read
 * patchBytes   from one column to the next
 * pairs      of taps; a last single tap is paired with a weight of zero
 * weights    int16 [groups][pairs][8 channels][2]
 * rows       2, or 1 where the second row is past the end
 * channels   a multiple of 4
 * out        uint8 [(columns + 1) / 2][outStride]
 */
export function convolveWindows(
  patches: usize,
  patchBytes: usize,
  lower: usize,
  pairs: i32,
  weights: usize,
  columns: i32,
  rows: i32,
  channels: i32,
  requantization: usize,
  fast: bool,
  out: usize,
  outStride: usize,
): void {
  const weightBytes = (<usize>pairs) << 5;
  const zero = i32x4.splat(0);
  for (let channel = 0; channel < channels; channel += 8) {
    const biasA = v128.load(requantization);
    const biasB = v128.load(requantization + REQUANTIZATION_BYTES);
    const both = channel + 4 < channels;
    let patch = patches;
    let target = out + <usize>channel;
    for (let column = 0; column < columns; column += 2) {
      let a0 = biasA;
      let b0 = biasB;
      let a1 = biasA;
      let b1 = biasB;
      let a2 = biasA;
      let b2 = biasB;
      let a3 = biasA;
      let b3 = biasB;
      let first = patch;
      let second = patch + patchBytes;
      const end = weights + weightBytes;
      for (let weight = weights; weight < end; weight += 32) {
        const a = v128.load(weight);
        const b = v128.load(weight, 16);
        let pair = v128.load32_splat(first);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(pair, a));
        b0 = i32x4.add(b0, i32x4.dot_i16x8_s(pair, b));
        pair = v128.load32_splat(first + lower);
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(pair, a));
        b1 = i32x4.add(b1, i32x4.dot_i16x8_s(pair, b));
        pair = v128.load32_splat(second);
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(pair, a));
        b2 = i32x4.add(b2, i32x4.dot_i16x8_s(pair, b));
        pair = v128.load32_splat(second + lower);
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(pair, a));
        b3 = i32x4.add(b3, i32x4.dot_i16x8_s(pair, b));
        first += 4;
        second += 4;
      }
      let sumA = i32x4.max_s(a0, zero);
      let sumB = i32x4.max_s(b0, zero);
      let less = 2 - rows;
      if (rows == 2) {
        sumA = i32x4.add(sumA, i32x4.max_s(a1, zero));
        sumB = i32x4.add(sumB, i32x4.max_s(b1, zero));
      }
      if (column + 1 < columns) {
        sumA = i32x4.add(sumA, i32x4.max_s(a2, zero));
        sumB = i32x4.add(sumB, i32x4.max_s(b2, zero));
        if (rows == 2) {
          sumA = i32x4.add(sumA, i32x4.max_s(a3, zero));
          sumB = i32x4.add(sumB, i32x4.max_s(b3, zero));
        }
      } else {
        less++;
      }
      storeFour(target, activations(sumA, requantization, less, fast));
      if (both) storeFour(target + 4, activations(sumB, requantization + REQUANTIZATION_BYTES, less, fast));
      target += outStride;
      patch += patchBytes << 1;
    }
    requantization += REQUANTIZATION_BYTES << 1;
    weights += weightBytes;
  }
}
