import { activations, NUMBERS_BYTES } from "./numbers";
import { storeFour } from "./requantize";

/** The sums are four times too large: the weights are scaled by two on each side. */
const SCALE_SHIFT: i32 = 2;

/**
 * The products of Winograd's F(2x2, 3x3) to pooled activations: A' m A for every tile, that is two pixels of two columns; then bias, ReLU, average over what
 * of the pooling window is inside, and the one rounding.
 *
 * products   int32 [4 x 4 places][tiles][productChannels]
 * columns    of the output before pooling; the last of an odd number has a tile of its own
 * rows       2, or 1 where the second row lies behind the end
 * channels   a multiple of 4
 * numbers    of every four channels, see numbers.ts
 * out        uint8 [columns / poolWidth][outStride], this layer's channels first
 */
export function winogradOutput(
  products: usize,
  columns: i32,
  rows: i32,
  channels: i32,
  productChannels: i32,
  poolWidth: i32,
  numbers: usize,
  fast: bool,
  out: usize,
  outStride: usize,
): void {
  const tiles = (columns + 1) >> 1;
  const place = <usize>(tiles * productChannels * 4);
  for (let channel = 0; channel < channels; channel += 4) {
    const bias = v128.load(numbers);
    let at = products + (<usize>channel << 2);
    let target = out + <usize>channel;
    for (let column = 0; column < columns; column += 2) {
      // Rows of places first, for each of the four columns of places.
      const upper0 = rowSum(at, place, 0);
      const upper1 = rowSum(at, place, 1);
      const upper2 = rowSum(at, place, 2);
      let left = rectified(i32x4.add(i32x4.add(upper0, upper1), upper2), bias);
      let right = rectified(i32x4.sub(i32x4.sub(upper1, upper2), rowSum(at, place, 3)), bias);
      if (rows == 2) {
        const lower0 = rowDifference(at, place, 0);
        const lower1 = rowDifference(at, place, 1);
        const lower2 = rowDifference(at, place, 2);
        left = i32x4.add(left, rectified(i32x4.add(i32x4.add(lower0, lower1), lower2), bias));
        right = i32x4.add(right, rectified(i32x4.sub(i32x4.sub(lower1, lower2), rowDifference(at, place, 3)), bias));
      }
      const inside = column + 1 < columns;
      const less = 2 - rows;
      if (poolWidth == 2) {
        if (inside) storeFour(target, activations(i32x4.add(left, right), numbers, less, fast));
        else storeFour(target, activations(left, numbers, less + 1, fast));
        target += outStride;
      } else {
        storeFour(target, activations(left, numbers, less, fast));
        if (inside) storeFour(target + outStride, activations(right, numbers, less, fast));
        target += outStride << 1;
      }
      at += <usize>productChannels << 2;
    }
    numbers += NUMBERS_BYTES;
  }
}

/** Place (row, column) lies 4 row + column places behind the first. */
@inline
function rowSum(at: usize, place: usize, column: usize): v128 {
  const first = at + column * place;
  return i32x4.add(i32x4.add(v128.load(first), v128.load(first + 4 * place)), v128.load(first + 8 * place));
}

@inline
function rowDifference(at: usize, place: usize, column: usize): v128 {
  const first = at + column * place;
  return i32x4.sub(i32x4.sub(v128.load(first + 4 * place), v128.load(first + 8 * place)), v128.load(first + 12 * place));
}

@inline
function rectified(sum: v128, bias: v128): v128 {
  return i32x4.max_s(i32x4.add(i32x4.shr_s(sum, SCALE_SHIFT), bias), i32x4.splat(0));
}
