import { activations, NUMBERS_BYTES } from "./numbers";
import { storeFour } from "./requantize";

/** The inverse of 3 modulo 2^32. */
const INVERSE_OF_3: i32 = 0xaaaaaaab;

/**
 * As `winogradOutput`, for F(2x4, 3x3): products [4 x 6 places][tiles][productChannels] to two rows of four columns. The sums are 48 times too large, and may
 * have wrapped around on the way: divided by 16 and, exactly, by 3. `ts-tools/emit/resident.ts` sees to it that 48 times a result fits.
 */
export function winogradWideOutput(
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
  const tiles = (columns + 3) >> 2;
  const place = <usize>(tiles * productChannels * 4);
  for (let channel = 0; channel < channels; channel += 4) {
    const bias = v128.load(numbers);
    let at = products + (<usize>channel << 2);
    let target = out + <usize>channel;
    for (let column = 0; column < columns; column += 4) {
      let m0 = rowSum(at, place, 0);
      let m1 = rowSum(at, place, 1);
      let m2 = rowSum(at, place, 2);
      let m3 = rowSum(at, place, 3);
      let m4 = rowSum(at, place, 4);
      let m5 = rowSum(at, place, 5);
      let near = i32x4.add(m1, m2);
      let nearDifference = i32x4.sub(m1, m2);
      let far = i32x4.add(m3, m4);
      let farDifference = i32x4.shl(i32x4.sub(m3, m4), 1);
      let y0 = rectified(i32x4.add(i32x4.add(m0, near), far), bias);
      let y1 = rectified(i32x4.add(nearDifference, farDifference), bias);
      let y2 = rectified(i32x4.add(near, i32x4.shl(far, 2)), bias);
      let y3 = rectified(i32x4.add(i32x4.add(nearDifference, i32x4.shl(farDifference, 2)), m5), bias);
      if (rows == 2) {
        m0 = rowDifference(at, place, 0);
        m1 = rowDifference(at, place, 1);
        m2 = rowDifference(at, place, 2);
        m3 = rowDifference(at, place, 3);
        m4 = rowDifference(at, place, 4);
        m5 = rowDifference(at, place, 5);
        near = i32x4.add(m1, m2);
        nearDifference = i32x4.sub(m1, m2);
        far = i32x4.add(m3, m4);
        farDifference = i32x4.shl(i32x4.sub(m3, m4), 1);
        y0 = i32x4.add(y0, rectified(i32x4.add(i32x4.add(m0, near), far), bias));
        y1 = i32x4.add(y1, rectified(i32x4.add(nearDifference, farDifference), bias));
        y2 = i32x4.add(y2, rectified(i32x4.add(near, i32x4.shl(far, 2)), bias));
        y3 = i32x4.add(y3, rectified(i32x4.add(i32x4.add(nearDifference, i32x4.shl(farDifference, 2)), m5), bias));
      }
      const left = columns - column;
      const less = 2 - rows;
      if (poolWidth == 2) {
        if (left > 1) storeFour(target, activations(i32x4.add(y0, y1), numbers, less, fast));
        else storeFour(target, activations(y0, numbers, less + 1, fast));
        if (left > 3) storeFour(target + outStride, activations(i32x4.add(y2, y3), numbers, less, fast));
        else if (left == 3) storeFour(target + outStride, activations(y2, numbers, less + 1, fast));
        target += outStride << 1;
      } else {
        storeFour(target, activations(y0, numbers, less, fast));
        if (left > 1) storeFour(target + outStride, activations(y1, numbers, less, fast));
        if (left > 2) storeFour(target + 2 * outStride, activations(y2, numbers, less, fast));
        if (left > 3) storeFour(target + 3 * outStride, activations(y3, numbers, less, fast));
        target += outStride << 2;
      }
      at += <usize>productChannels << 2;
    }
    numbers += NUMBERS_BYTES;
  }
}

/** Place (row, column) lies 6 row + column places behind the first. */
@inline
function rowSum(at: usize, place: usize, column: usize): v128 {
  const first = at + column * place;
  return i32x4.add(i32x4.add(v128.load(first), v128.load(first + 6 * place)), v128.load(first + 12 * place));
}

@inline
function rowDifference(at: usize, place: usize, column: usize): v128 {
  const first = at + column * place;
  return i32x4.sub(i32x4.sub(v128.load(first + 6 * place), v128.load(first + 12 * place)), v128.load(first + 18 * place));
}

@inline
function rectified(sum: v128, bias: v128): v128 {
  const exact = i32x4.mul(i32x4.shr_s(sum, 4), i32x4.splat(INVERSE_OF_3));
  return i32x4.max_s(i32x4.add(exact, bias), i32x4.splat(0));
}
