import { NUMBERS_BYTES } from "../../generated/resident";
import { activations } from "./numbers";
import { storeFour } from "./requantize";

/** The sums of F(2x2, 3x3) are four times too large: the weights are scaled by two on each side. */
const SCALE_SHIFT: i32 = 2;
/** Those of F(2x4, 3x3) 48 times. */
const WIDE_SCALE_SHIFT: i32 = 4;
/** The inverse of 3 modulo 2^32. */
const INVERSE_OF_3: i32 = 0xaaaaaaab;

/** Columns of places. */
const COLUMNS: usize = 4;
const WIDE_COLUMNS: usize = 6;

/**
 * The products of Winograd's F(2x2, 3x3) to pooled activations: A' m A for every tile, that is two pixels of two columns; then bias, ReLU, average over what
 * of the pooling window is inside, and the one rounding.
 *
 * Wide, those of F(2x4, 3x3): products [4 x 6 places] to two pixels of four columns. The sums are 48 times too large, and may have wrapped around on the way:
 * divided by 16 and, exactly, by 3. `ts-tools/emit/resident.ts` sees to it that 48 times a result fits.
 *
 * products   int32 [4 x 4 places][tiles][productChannels]
 * columns    of the output before pooling; the last tile may lie partly behind the end
 * rows       2, or 1 where the second row lies behind the end
 * channels   a multiple of 4
 * numbers    of every four channels, see numbers.ts
 * out        uint8 [columns / poolWidth][outStride], this layer's channels first
 */
export function winogradOutput(
  wide: bool,
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
  if (wide) outputTiles(true, products, columns, rows, channels, productChannels, poolWidth, numbers, fast, out, outStride);
  else outputTiles(false, products, columns, rows, channels, productChannels, poolWidth, numbers, fast, out, outStride);
}

/** `wide` is a constant wherever this is put in place. */
@inline
function outputTiles(
  wide: bool,
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
  const tileColumns = wide ? 4 : 2;
  const place = <usize>(((columns + tileColumns - 1) / tileColumns) * productChannels * 4);
  /** From the results of two columns to those of the next two. */
  const pairStride = poolWidth == 2 ? outStride : outStride << 1;
  const less = 2 - rows;
  for (let channel = 0; channel < channels; channel += 4) {
    const bias = v128.load(numbers);
    let at = products + (<usize>channel << 2);
    let target = out + <usize>channel;
    for (let column = 0; column < columns; column += tileColumns) {
      const left = columns - column;
      if (wide) {
        wideTile(at, place, rows, bias, left, less, poolWidth, numbers, fast, target, outStride, pairStride);
        target += pairStride << 1;
      } else {
        tile(at, place, rows, bias, left, less, poolWidth, numbers, fast, target, outStride);
        target += pairStride;
      }
      at += <usize>productChannels << 2;
    }
    numbers += NUMBERS_BYTES;
  }
}

/** Two columns. Rows of places first, for each of the four columns of places. */
@inline
function tile(
  at: usize,
  place: usize,
  rows: i32,
  bias: v128,
  left: i32,
  less: i32,
  poolWidth: i32,
  numbers: usize,
  fast: bool,
  target: usize,
  outStride: usize,
): void {
  const upper0 = rowSum(at, place, 0, COLUMNS);
  const upper1 = rowSum(at, place, 1, COLUMNS);
  const upper2 = rowSum(at, place, 2, COLUMNS);
  let y0 = rectified(i32x4.add(i32x4.add(upper0, upper1), upper2), bias);
  let y1 = rectified(i32x4.sub(i32x4.sub(upper1, upper2), rowSum(at, place, 3, COLUMNS)), bias);
  if (rows == 2) {
    const lower0 = rowDifference(at, place, 0, COLUMNS);
    const lower1 = rowDifference(at, place, 1, COLUMNS);
    const lower2 = rowDifference(at, place, 2, COLUMNS);
    y0 = i32x4.add(y0, rectified(i32x4.add(i32x4.add(lower0, lower1), lower2), bias));
    y1 = i32x4.add(y1, rectified(i32x4.sub(i32x4.sub(lower1, lower2), rowDifference(at, place, 3, COLUMNS)), bias));
  }
  storePair(y0, y1, left, less, poolWidth, numbers, fast, target, outStride);
}

/** Four columns. */
@inline
function wideTile(
  at: usize,
  place: usize,
  rows: i32,
  bias: v128,
  left: i32,
  less: i32,
  poolWidth: i32,
  numbers: usize,
  fast: bool,
  target: usize,
  outStride: usize,
  pairStride: usize,
): void {
  let m0 = rowSum(at, place, 0, WIDE_COLUMNS);
  let m1 = rowSum(at, place, 1, WIDE_COLUMNS);
  let m2 = rowSum(at, place, 2, WIDE_COLUMNS);
  let m3 = rowSum(at, place, 3, WIDE_COLUMNS);
  let m4 = rowSum(at, place, 4, WIDE_COLUMNS);
  let m5 = rowSum(at, place, 5, WIDE_COLUMNS);
  let near = i32x4.add(m1, m2);
  let nearDifference = i32x4.sub(m1, m2);
  let far = i32x4.add(m3, m4);
  let farDifference = i32x4.shl(i32x4.sub(m3, m4), 1);
  let y0 = rectifiedWide(i32x4.add(i32x4.add(m0, near), far), bias);
  let y1 = rectifiedWide(i32x4.add(nearDifference, farDifference), bias);
  let y2 = rectifiedWide(i32x4.add(near, i32x4.shl(far, 2)), bias);
  let y3 = rectifiedWide(i32x4.add(i32x4.add(nearDifference, i32x4.shl(farDifference, 2)), m5), bias);
  if (rows == 2) {
    m0 = rowDifference(at, place, 0, WIDE_COLUMNS);
    m1 = rowDifference(at, place, 1, WIDE_COLUMNS);
    m2 = rowDifference(at, place, 2, WIDE_COLUMNS);
    m3 = rowDifference(at, place, 3, WIDE_COLUMNS);
    m4 = rowDifference(at, place, 4, WIDE_COLUMNS);
    m5 = rowDifference(at, place, 5, WIDE_COLUMNS);
    near = i32x4.add(m1, m2);
    nearDifference = i32x4.sub(m1, m2);
    far = i32x4.add(m3, m4);
    farDifference = i32x4.shl(i32x4.sub(m3, m4), 1);
    y0 = i32x4.add(y0, rectifiedWide(i32x4.add(i32x4.add(m0, near), far), bias));
    y1 = i32x4.add(y1, rectifiedWide(i32x4.add(nearDifference, farDifference), bias));
    y2 = i32x4.add(y2, rectifiedWide(i32x4.add(near, i32x4.shl(far, 2)), bias));
    y3 = i32x4.add(y3, rectifiedWide(i32x4.add(i32x4.add(nearDifference, i32x4.shl(farDifference, 2)), m5), bias));
  }
  storePair(y0, y1, left, less, poolWidth, numbers, fast, target, outStride);
  if (left > 2) storePair(y2, y3, left - 2, less, poolWidth, numbers, fast, target + pairStride, outStride);
}

/** Sums of two columns, of which `left` are inside, to one activation or two; `less` as `activations` has it for whole windows of their rows. */
@inline
function storePair(
  y0: v128,
  y1: v128,
  left: i32,
  less: i32,
  poolWidth: i32,
  numbers: usize,
  fast: bool,
  target: usize,
  outStride: usize,
): void {
  if (poolWidth == 2) {
    if (left > 1) storeFour(target, activations(i32x4.add(y0, y1), numbers, less, fast));
    else storeFour(target, activations(y0, numbers, less + 1, fast));
  } else {
    storeFour(target, activations(y0, numbers, less, fast));
    if (left > 1) storeFour(target + outStride, activations(y1, numbers, less, fast));
  }
}

/** Sums over places of one column: of the upper output row, and of the lower one. Place (row, column) lies row * width + column places behind the first. */
@inline
function rowSum(at: usize, place: usize, column: usize, width: usize): v128 {
  const first = at + column * place;
  return i32x4.add(i32x4.add(v128.load(first), v128.load(first + width * place)), v128.load(first + 2 * width * place));
}

@inline
function rowDifference(at: usize, place: usize, column: usize, width: usize): v128 {
  const first = at + column * place;
  return i32x4.sub(
    i32x4.sub(v128.load(first + width * place), v128.load(first + 2 * width * place)),
    v128.load(first + 3 * width * place),
  );
}

@inline
function rectified(sum: v128, bias: v128): v128 {
  return i32x4.max_s(i32x4.add(i32x4.shr_s(sum, SCALE_SHIFT), bias), i32x4.splat(0));
}

@inline
function rectifiedWide(sum: v128, bias: v128): v128 {
  const exact = i32x4.mul(i32x4.shr_s(sum, WIDE_SCALE_SHIFT), i32x4.splat(INVERSE_OF_3));
  return i32x4.max_s(i32x4.add(exact, bias), i32x4.splat(0));
}
