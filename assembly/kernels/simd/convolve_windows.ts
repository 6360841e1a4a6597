import { REQUANTIZATION_BYTES } from "../../generated/record_layouts";
import { activations } from "./requantization";
import { storeFour } from "./requantize_four";

/**
 * A convolution with few taps, pooled 2x2: body I. The four pixels of a pooling window are summed side by side, eight channels at a time; a window's pooled sums are
 * requantized together.
 *
 * patches    int16: the taps of a column's upper pixel side by side, those of the lower one `lower` bytes after them; two bytes after the last and
 *            one more patch may be read
 * patchBytes   from one column to the next
 * pairs      of taps; a last single tap is paired with a weight of zero
 * weights    int16 [groups][pairs][8 channels][2]
 * rows       2, or 1 where the second row is past the end
 * channels   a multiple of 4
 * repeated   room for int16 [pairs][4 pixels][4][2]
 * sums       room for int32 [channels], channels a multiple of 8
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
  repeated: usize,
  sums: usize,
  out: usize,
  outStride: usize,
): void {
  const weightBytes = (<usize>pairs) << 5;
  const zero = i32x4.splat(0);
  const end = repeated + ((<usize>pairs) << 6);
  for (let column = 0; column < columns; column += 2) {
    repeatPixels(patches, patches + lower, patches + patchBytes, patches + patchBytes + lower, repeated, end);
    const right = column + 1 < columns;
    const less = (rows == 2 ? 0 : 1) + (right ? 0 : 1);
    let record = requantization;
    let weight = weights;
    let sum = sums;
    for (let channel = 0; channel < channels; channel += 8) {
      let a0 = v128.load(record);
      let b0 = v128.load(record, REQUANTIZATION_BYTES);
      let a1 = a0;
      let b1 = b0;
      let a2 = a0;
      let b2 = b0;
      let a3 = a0;
      let b3 = b0;
      for (let value = repeated; value < end; value += 64) {
        const a = v128.load(weight);
        const b = v128.load(weight, 16);
        const pair0 = v128.load(value);
        const pair1 = v128.load(value, 16);
        const pair2 = v128.load(value, 32);
        const pair3 = v128.load(value, 48);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(pair0, a));
        b0 = i32x4.add(b0, i32x4.dot_i16x8_s(pair0, b));
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(pair1, a));
        b1 = i32x4.add(b1, i32x4.dot_i16x8_s(pair1, b));
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(pair2, a));
        b2 = i32x4.add(b2, i32x4.dot_i16x8_s(pair2, b));
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(pair3, a));
        b3 = i32x4.add(b3, i32x4.dot_i16x8_s(pair3, b));
        weight += 32;
      }
      let sumA = i32x4.max_s(a0, zero);
      let sumB = i32x4.max_s(b0, zero);
      if (rows == 2) {
        sumA = i32x4.add(sumA, i32x4.max_s(a1, zero));
        sumB = i32x4.add(sumB, i32x4.max_s(b1, zero));
      }
      if (right) {
        sumA = i32x4.add(sumA, i32x4.max_s(a2, zero));
        sumB = i32x4.add(sumB, i32x4.max_s(b2, zero));
        if (rows == 2) {
          sumA = i32x4.add(sumA, i32x4.max_s(a3, zero));
          sumB = i32x4.add(sumB, i32x4.max_s(b3, zero));
        }
      }
      v128.store(sum, sumA);
      v128.store(sum, sumB, 16);
      sum += 32;
      record += REQUANTIZATION_BYTES << 1;
    }
    requantizeChannels(sums, channels, requantization, less, fast, out);
    out += outStride;
    patches += patchBytes << 1;
  }
}

/** The taps of a window's pixels, int16 [pairs][4 pixels][4][2], each pair four times: as multiply_int16 has its values. */
@inline
function repeatPixels(patch0: usize, patch1: usize, patch2: usize, patch3: usize, out: usize, end: usize): void {
  for (; out < end; out += 64) {
    v128.store(out, v128.load32_splat(patch0));
    v128.store(out, v128.load32_splat(patch1), 16);
    v128.store(out, v128.load32_splat(patch2), 32);
    v128.store(out, v128.load32_splat(patch3), 48);
    patch0 += 4;
    patch1 += 4;
    patch2 += 4;
    patch3 += 4;
  }
}

/** Sums of windows of one pixel or more, int32 [channels], to activations. */
function requantizeChannels(sums: usize, channels: i32, requantization: usize, less: i32, fast: bool, out: usize): void {
  for (const end = out + <usize>channels; out < end; out += 4) {
    storeFour(out, activations(v128.load(sums), requantization, less, fast));
    sums += 16;
    requantization += REQUANTIZATION_BYTES;
  }
}
