/** Taps of one turn of the inner loop, and of the loop over the rest. A run is a multiple of 4 taps. */
const UNROLLED: usize = 32;
//$require UNROLLED is a power of two
const TAIL: usize = 4;
//$require TAIL divides 4
/** Words of one turn of the loop that combines weights. A tap has two. */
const WORDS: usize = 8;
//$require WORDS divides 8

/**
 * Four output channels of a convolution of three rows for two rows of pixels, with 4 multiplications where `convolvePacked` needs 6: Winograd's
 * F(2, 3) along the rows. For each tap of a row, with the activations d0..d3 of four rows and the weights g0, g1, g2 of three:
 *
 *     m0 = (d0 - d2) g0    m1 = (d1 + d2 - 128) (g0 + g1 + g2)    m2 = (d2 - d1) (g0 - g1 + g2)    m3 = (d1 - d3) g2
 *     upper pixel = m0 + (m1 + m2) / 2       lower pixel = (m1 - m2) / 2 - m3
 *
 * The divisions leave no remainder. Both pixels lack 64 (g0 + g1 + g2), so that the left factors fit in int8; the bias of the weight group
 * contains it (ts-tools/emit/winograd.ts).
 *
 * Two channels share a word as in `convolvePacked`, w0 + (w1 << 22): g0 + g1 + g2 has two bits more than a weight. The lower channel's sum must
 * stay within 22 bits, so the taps of a row are taken in blocks short enough for the layer's weights; ts-tools/emit/winograd.ts chooses them.
 *
 * rows         transformed rows, int8 [4][rowBytes], see transformRows
 * runLength    adjacent taps of a row: kernel width * input channels, a multiple of 4
 * blockTaps    taps of a block, a multiple of 4
 * columns      pixel pairs, `pixelStride` bytes apart
 * weights      packed words [3][runLength][2], see packForWinograd; they are overwritten
 * products     room for int64 [(columns + 1) / 2][4][2 columns][2 words]
 * sums         result: int32 [columns][2 rows][4 channels]; one more column where the number is odd
 */
export function convolveWinograd(
  rows: usize,
  rowBytes: usize,
  runLength: i32,
  blockTaps: i32,
  columns: i32,
  pixelStride: usize,
  weights: usize,
  products: usize,
  sums: usize,
): void {
  const middle = weights + ((<usize>runLength) << 3);
  const last = middle + ((<usize>runLength) << 3);
  for (let done = 0; done < runLength; done += blockTaps) {
    const taps = min(runLength - done, blockTaps);
    const block = (<usize>done) << 3;
    const row = rows + <usize>done;
    multiplyRow(row, weights + block, taps, columns, pixelStride, products);
    multiplyRow(row + 3 * rowBytes, last + block, taps, columns, pixelStride, products + 96);
    addAndSubtract(weights + block, middle + block, last + block, taps);
    multiplyRow(row + rowBytes, weights + block, taps, columns, pixelStride, products + 32);
    multiplyRow(row + 2 * rowBytes, middle + block, taps, columns, pixelStride, products + 64);
    let product = products;
    for (let column = 0; column < columns; column += 2) {
      const at = sums + ((<usize>column) << 5);
      combine(product, at, done > 0);
      combine(product + 8, at + 8, done > 0);
      combine(product + 16, at + 32, done > 0);
      combine(product + 24, at + 40, done > 0);
      product += 128;
    }
  }
}

/** The packed words g0, g1, g2 of a block to g0 + g1 + g2 (in place of g0) and g0 - g1 + g2 (in place of g1). */
function addAndSubtract(first: usize, middle: usize, last: usize, taps: i32): void {
  const end = first + ((<usize>taps) << 3);
  let outer: i32;
  let inner: i32;
  while (first < end) {
    //$for word in range($WORDS)
    outer = load<i32>(first, 4 * $word) + load<i32>(last, 4 * $word);
    inner = load<i32>(middle, 4 * $word);
    store<i32>(first, outer + inner, 4 * $word);
    store<i32>(middle, outer - inner, 4 * $word);
    //$end
    first += 4 * $WORDS;
    middle += 4 * $WORDS;
    last += 4 * $WORDS;
  }
}

/** The four products of one column and two channels to the sums of both pixels: stored, or added to those of the previous blocks. */
function combine(product: usize, sums: usize, add: bool): void {
  const sum = load<i64>(product, 32) + load<i64>(product, 64);
  const difference = load<i64>(product, 32) - load<i64>(product, 64);
  const upper = load<i64>(product) + (sum >> 1);
  const lower = (difference >> 1) - load<i64>(product, 96);
  const upper0 = (upper << 42) >> 42;
  const lower0 = (lower << 42) >> 42;
  let sum0 = i32(upper0);
  let sum1 = i32((upper - upper0) >> 22);
  let sum2 = i32(lower0);
  let sum3 = i32((lower - lower0) >> 22);
  if (add) {
    sum0 += load<i32>(sums);
    sum1 += load<i32>(sums, 4);
    sum2 += load<i32>(sums, 16);
    sum3 += load<i32>(sums, 20);
  }
  store<i32>(sums, sum0);
  store<i32>(sums, sum1, 4);
  store<i32>(sums, sum2, 16);
  store<i32>(sums, sum3, 20);
}

/** One transformed row times its weights, two columns at a time. */
function multiplyRow(row: usize, weights: usize, taps: i32, columns: i32, pixelStride: usize, products: usize): void {
  for (let column = 1; column <= columns; column += 2) {
    multiplyColumns(row, column < columns ? row + pixelStride : row, weights, taps, products);
    row += pixelStride << 1;
    products += 128;
  }
}

/**
 * Two columns times two words for `taps` taps: int64 [2 columns][2 words]. A function of its own: inlined into the loop over the columns it makes the
 * network 2 % faster on a Cortex-M4, but a fifth slower in wasmtime.
 */
function multiplyColumns(first: usize, second: usize, weight: usize, taps: i32, products: usize): void {
  let first01: i64 = 0;
  let first23: i64 = 0;
  let second01: i64 = 0;
  let second23: i64 = 0;
  let x: i64;
  let y: i64;
  let a: i64;
  let b: i64;
  const end$TAIL = weight + ((<usize>taps) << 3);
  const end$UNROLLED = weight + ((<usize>taps & -$UNROLLED) << 3);
  //$for step in $UNROLLED, $TAIL
  while (weight < end$step) {
    //$for tap in range($step)
    x = i64(i32(load<i8>(first, $tap)));
    y = i64(i32(load<i8>(second, $tap)));
    a = i64(load<i32>(weight, 8 * $tap));
    b = i64(load<i32>(weight, 8 * $tap + 4));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    //$end
    first += $step;
    second += $step;
    weight += $step << 3;
  }
  //$end
  store<i64>(products, first01);
  store<i64>(products, first23, 8);
  store<i64>(products, second01, 16);
  store<i64>(products, second23, 24);
}
