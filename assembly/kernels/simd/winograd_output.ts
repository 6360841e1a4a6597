import { REQUANTIZATION_BYTES } from "../../generated/record_layouts";
import { activations } from "./requantization";
import { storeFour } from "./requantize_four";

/** F(2x2, 3x3) computes four times a sum: the weights are scaled by two on each side. */
const SCALE_SHIFT: i32 = 2;
/** F(4x4, 3x3) computes 576 = 2^6 * 9 times a sum. */
const WIDE_SCALE_SHIFT: i32 = 6;
/** The inverse of 9 modulo 2^32. */
const INVERSE_OF_9: i32 = 0x38e38e39;

/** Bytes from one Winograd position to the next: eight channels. */
const POSITION: usize = 32;

/**
 * The output transform: products to pooled activations, A' m A for every tile; then bias, ReLU, average over the pixels of the pooling window that are inside, one rounding.
 *
 * F(2x2, 3x3), to two pixels of two columns:
 *
 *     m0 + m1 + m2,  m1 - m2 - m3
 *
 * Wide, F(4x4, 3x3), to four pixels of four columns, pooled two rows at a time:
 *
 *     m0 + (m1 + m2) + (m3 + m4),  (m1 - m2) + 2 (m3 - m4),  (m1 + m2) + 4 (m3 + m4),  (m1 - m2) + 8 (m3 - m4) + 2 m5
 *
 * 576 times a sum may have wrapped around on the way; times the inverse of 9 modulo 2^32 it is exactly 64 times the sum, and
 * ts-tools/emit/expanded_weights.ts makes sure that this fits.
 *
 * products   int32 [blocks of eight channels][tiles][4 x 4 or 6 x 6 positions][8]
 * columns    of the output before pooling; the last tile may be partly past the end
 * rows       of the tile that are inside: 1 to 2, or 1 to 4
 * channels   a multiple of 4
 * requantization   a record for every four channels, see requantization.ts
 * scratch    room for int32 [4][6][4]
 * out        uint8 [columns / poolWidth][outStride], this layer's channels first; secondOut the same for the second two rows
 */
export function winogradOutput(
  wide: bool,
  products: usize,
  columns: i32,
  rows: i32,
  channels: i32,
  poolWidth: i32,
  requantization: usize,
  fast: bool,
  scratch: usize,
  out: usize,
  secondOut: usize,
  outStride: usize,
): void {
  /** From the results of two columns to those of the next two. */
  const pairStride = poolWidth == 2 ? outStride : outStride << 1;
  let at = products;
  for (let channel: usize = 0; channel < <usize>channels; channel += 4) {
    const bias = v128.load(requantization);
    let tile = at + ((channel & 4) << 2);
    if (wide) {
      for (let column = 0; column < columns; column += 4) {
        const target = channel + ((<usize>column) >> 1) * pairStride;
        wideTile(tile, rows, bias, columns - column, poolWidth, requantization, fast, scratch, out + target, secondOut + target, outStride, pairStride);
        tile += 36 * POSITION;
      }
    } else {
      for (let column = 0; column < columns; column += 2) {
        const target = channel + ((<usize>column) >> 1) * pairStride;
        narrowTile(tile, rows, bias, columns - column, poolWidth, requantization, fast, out + target, outStride);
        tile += 16 * POSITION;
      }
    }
    // The tiles of the next eight channels follow those of the second four.
    if (channel & 4) at = tile - 16;
    requantization += REQUANTIZATION_BYTES;
  }
}

/** Two columns of two rows. Sums down the four columns of positions first, then across. */
@inline
function narrowTile(
  at: usize,
  rows: i32,
  bias: v128,
  left: i32,
  poolWidth: i32,
  requantization: usize,
  fast: bool,
  target: usize,
  outStride: usize,
): void {
  const upper1 = rowSum(at + POSITION);
  const upper2 = rowSum(at + 2 * POSITION);
  let y0 = rectified(i32x4.add(i32x4.add(rowSum(at), upper1), upper2), bias);
  let y1 = rectified(i32x4.sub(i32x4.sub(upper1, upper2), rowSum(at + 3 * POSITION)), bias);
  if (rows == 2) {
    const lower1 = rowDifference(at + POSITION);
    const lower2 = rowDifference(at + 2 * POSITION);
    y0 = i32x4.add(y0, rectified(i32x4.add(i32x4.add(rowDifference(at), lower1), lower2), bias));
    y1 = i32x4.add(y1, rectified(i32x4.sub(i32x4.sub(lower1, lower2), rowDifference(at + 3 * POSITION)), bias));
  }
  storePair(y0, y1, left, 2 - rows, poolWidth, requantization, fast, target, outStride);
}

/** Sums over the four positions of a column: of the upper output row, and of the lower one. */
@inline
function rowSum(at: usize): v128 {
  return i32x4.add(i32x4.add(v128.load(at), v128.load(at, 4 * POSITION)), v128.load(at, 8 * POSITION));
}

@inline
function rowDifference(at: usize): v128 {
  return i32x4.sub(i32x4.sub(v128.load(at, 4 * POSITION), v128.load(at, 8 * POSITION)), v128.load(at, 12 * POSITION));
}

@inline
function rectified(sum: v128, bias: v128): v128 {
  return i32x4.max_s(i32x4.add(i32x4.shr_s(sum, SCALE_SHIFT), bias), i32x4.splat(0));
}

/** Bytes of a row of six in the scratch. */
const ROW: usize = 96;

/** Four columns of four rows. Down the columns of positions first, one after another, into the scratch, [4 rows][6 columns]; then along the rows. */
function wideTile(
  at: usize,
  rows: i32,
  bias: v128,
  left: i32,
  poolWidth: i32,
  requantization: usize,
  fast: bool,
  scratch: usize,
  out: usize,
  secondOut: usize,
  outStride: usize,
  pairStride: usize,
): void {
  for (let column = scratch; column < scratch + ROW; column += 16) {
    const m1 = v128.load(at, 6 * POSITION);
    const m2 = v128.load(at, 12 * POSITION);
    const m3 = v128.load(at, 18 * POSITION);
    const m4 = v128.load(at, 24 * POSITION);
    const near = i32x4.add(m1, m2);
    const far = i32x4.add(m3, m4);
    const nearDifference = i32x4.sub(m1, m2);
    const farDifference = i32x4.shl(i32x4.sub(m3, m4), 1);
    v128.store(column, i32x4.add(i32x4.add(v128.load(at), near), far));
    v128.store(column, i32x4.add(nearDifference, farDifference), ROW);
    v128.store(column, i32x4.add(near, i32x4.shl(far, 2)), 2 * ROW);
    const last = i32x4.shl(v128.load(at, 30 * POSITION), 1);
    v128.store(column, i32x4.add(i32x4.add(nearDifference, i32x4.shl(farDifference, 2)), last), 3 * ROW);
    at += POSITION;
  }
  let row = scratch;
  for (let done = 0; done < rows; done += 2) {
    let y0 = i32x4.splat(0);
    let y1 = i32x4.splat(0);
    let y2 = i32x4.splat(0);
    let y3 = i32x4.splat(0);
    const inside = min(2, rows - done);
    for (const end = row + <usize>inside * ROW; row < end; row += ROW) {
      const m1 = v128.load(row, 16);
      const m2 = v128.load(row, 32);
      const m3 = v128.load(row, 48);
      const m4 = v128.load(row, 64);
      const near = i32x4.add(m1, m2);
      const far = i32x4.add(m3, m4);
      const nearDifference = i32x4.sub(m1, m2);
      const farDifference = i32x4.shl(i32x4.sub(m3, m4), 1);
      const last = i32x4.shl(v128.load(row, 80), 1);
      y0 = i32x4.add(y0, rectifiedWide(i32x4.add(i32x4.add(v128.load(row), near), far), bias));
      y1 = i32x4.add(y1, rectifiedWide(i32x4.add(nearDifference, farDifference), bias));
      y2 = i32x4.add(y2, rectifiedWide(i32x4.add(near, i32x4.shl(far, 2)), bias));
      y3 = i32x4.add(y3, rectifiedWide(i32x4.add(i32x4.add(nearDifference, i32x4.shl(farDifference, 2)), last), bias));
    }
    storePair(y0, y1, left, 2 - inside, poolWidth, requantization, fast, out, outStride);
    if (left > 2) storePair(y2, y3, left - 2, 2 - inside, poolWidth, requantization, fast, out + pairStride, outStride);
    out = secondOut;
  }
}

@inline
function rectifiedWide(sum: v128, bias: v128): v128 {
  const exact = i32x4.shr_s(i32x4.mul(sum, i32x4.splat(INVERSE_OF_9)), WIDE_SCALE_SHIFT);
  return i32x4.max_s(i32x4.add(exact, bias), i32x4.splat(0));
}

/** Sums of two columns, of which `left` are inside, to one activation or two; `less` as `activations` has it for whole windows of their rows. */
@inline
function storePair(
  y0: v128,
  y1: v128,
  left: i32,
  less: i32,
  poolWidth: i32,
  requantization: usize,
  fast: bool,
  target: usize,
  outStride: usize,
): void {
  if (poolWidth == 2) {
    if (left > 1) storeFour(target, activations(i32x4.add(y0, y1), requantization, less, fast));
    else storeFour(target, activations(y0, requantization, less + 1, fast));
  } else {
    storeFour(target, activations(y0, requantization, less, fast));
    if (left > 1) storeFour(target + outStride, activations(y1, requantization, less, fast));
  }
}
