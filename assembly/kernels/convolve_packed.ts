/** Products of a 7-bit activation and an int8 weight that may be added before the lower 24 bits overflow: 520 * 127 * 127 < 2^23. */
const PRODUCTS_8: i32 = 512;
/** The same for a 13-bit MFCC: 16 * 4095 * 127 < 2^23. */
const PRODUCTS_16: i32 = 16;

/**
 * Four output channels of a convolution for two rows of pixels, two products in one multiplication.
 *
 * Two int8 weights of neighbouring channels lie in one word, w0 + (w1 << 24). A 64-bit sum of activation * word holds both sums: the lower
 * 24 bits, sign-extended, are channel 0, and (sum - lower) >> 24 is channel 1, exact as long as channel 0 stays within 24 bits: longer runs are
 * taken in pieces. C compilers turn the multiply-add into SMLAL, one cycle on Cortex-M. The tile is 2 pixels x 2 words: 4 loads for 8 products.
 *
 * T          u8 (activations 0..127) or i16 (MFCCs -4095..4095)
 * rows       addresses [runs + 1], u32: pixel 0 takes its taps from rows[0..runs-1], pixel 1 (one row below) from rows[1..runs]
 * runLength  taps that lie side by side in a row: kernel width * input channels
 * columns    pixel pairs; they lie `pixelStride` bytes apart
 * weights    packed words [runs * runLength][2], see packWeights
 * sums       result: int32 [columns][2 pixels][4 channels]
 */
export function convolvePacked<T>(
  rows: usize,
  runs: i32,
  runLength: i32,
  columns: i32,
  pixelStride: usize,
  weights: usize,
  sums: usize,
): void {
  const most = sizeof<T>() == 1 ? PRODUCTS_8 : PRODUCTS_16;
  const lastRow = rows + ((<usize>runs) << 2);
  const end = sums + ((<usize>columns) << 5);
  let add = false;
  for (let row = rows; row < lastRow; row += 4) {
    let first = <usize>load<u32>(row);
    let second = <usize>load<u32>(row, 4);
    for (let left = runLength; left > 0; left -= most) {
      const taps = min(left, most);
      let offset: usize = 0;
      for (let at = sums; at < end; at += 32) {
        convolvePixels<T>(first + offset, second + offset, taps, weights, at, add);
        offset += pixelStride;
      }
      first += <usize>taps * sizeof<T>();
      second += <usize>taps * sizeof<T>();
      weights += (<usize>taps) << 3;
      add = true;
    }
  }
}

/** One pixel pair and so many taps: the sums of four channels, added to those that lie there if `add` says so. */
function convolvePixels<T>(first: usize, second: usize, taps: i32, weight: usize, sums: usize, add: bool): void {
  let first01: i64 = 0;
  let first23: i64 = 0;
  let second01: i64 = 0;
  let second23: i64 = 0;
  let x: i64;
  let y: i64;
  let a: i64;
  let b: i64;
  const unrolledEnd = weight + ((<usize>(taps & ~7)) << 3);
  while (weight < unrolledEnd) {
    x = i64(i32(load<T>(first)));
    y = i64(i32(load<T>(second)));
    a = i64(load<i32>(weight));
    b = i64(load<i32>(weight, 4));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    x = i64(i32(load<T>(first, sizeof<T>())));
    y = i64(i32(load<T>(second, sizeof<T>())));
    a = i64(load<i32>(weight, 8));
    b = i64(load<i32>(weight, 12));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    x = i64(i32(load<T>(first, 2 * sizeof<T>())));
    y = i64(i32(load<T>(second, 2 * sizeof<T>())));
    a = i64(load<i32>(weight, 16));
    b = i64(load<i32>(weight, 20));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    x = i64(i32(load<T>(first, 3 * sizeof<T>())));
    y = i64(i32(load<T>(second, 3 * sizeof<T>())));
    a = i64(load<i32>(weight, 24));
    b = i64(load<i32>(weight, 28));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    x = i64(i32(load<T>(first, 4 * sizeof<T>())));
    y = i64(i32(load<T>(second, 4 * sizeof<T>())));
    a = i64(load<i32>(weight, 32));
    b = i64(load<i32>(weight, 36));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    x = i64(i32(load<T>(first, 5 * sizeof<T>())));
    y = i64(i32(load<T>(second, 5 * sizeof<T>())));
    a = i64(load<i32>(weight, 40));
    b = i64(load<i32>(weight, 44));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    x = i64(i32(load<T>(first, 6 * sizeof<T>())));
    y = i64(i32(load<T>(second, 6 * sizeof<T>())));
    a = i64(load<i32>(weight, 48));
    b = i64(load<i32>(weight, 52));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    x = i64(i32(load<T>(first, 7 * sizeof<T>())));
    y = i64(i32(load<T>(second, 7 * sizeof<T>())));
    a = i64(load<i32>(weight, 56));
    b = i64(load<i32>(weight, 60));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    first += 8 * sizeof<T>();
    second += 8 * sizeof<T>();
    weight += 64;
  }
  if ((taps & 4) != 0) {
    x = i64(i32(load<T>(first)));
    y = i64(i32(load<T>(second)));
    a = i64(load<i32>(weight));
    b = i64(load<i32>(weight, 4));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    x = i64(i32(load<T>(first, sizeof<T>())));
    y = i64(i32(load<T>(second, sizeof<T>())));
    a = i64(load<i32>(weight, 8));
    b = i64(load<i32>(weight, 12));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    x = i64(i32(load<T>(first, 2 * sizeof<T>())));
    y = i64(i32(load<T>(second, 2 * sizeof<T>())));
    a = i64(load<i32>(weight, 16));
    b = i64(load<i32>(weight, 20));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    x = i64(i32(load<T>(first, 3 * sizeof<T>())));
    y = i64(i32(load<T>(second, 3 * sizeof<T>())));
    a = i64(load<i32>(weight, 24));
    b = i64(load<i32>(weight, 28));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    first += 4 * sizeof<T>();
    second += 4 * sizeof<T>();
    weight += 32;
  }
  if ((taps & 2) != 0) {
    x = i64(i32(load<T>(first)));
    y = i64(i32(load<T>(second)));
    a = i64(load<i32>(weight));
    b = i64(load<i32>(weight, 4));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    x = i64(i32(load<T>(first, sizeof<T>())));
    y = i64(i32(load<T>(second, sizeof<T>())));
    a = i64(load<i32>(weight, 8));
    b = i64(load<i32>(weight, 12));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
    first += 2 * sizeof<T>();
    second += 2 * sizeof<T>();
    weight += 16;
  }
  if ((taps & 1) != 0) {
    x = i64(i32(load<T>(first)));
    y = i64(i32(load<T>(second)));
    a = i64(load<i32>(weight));
    b = i64(load<i32>(weight, 4));
    first01 += x * a;
    second01 += y * a;
    first23 += x * b;
    second23 += y * b;
  }
  let lower: i64;
  if (add) {
    lower = (first01 << 40) >> 40;
    store<i32>(sums, load<i32>(sums) + i32(lower));
    store<i32>(sums, load<i32>(sums, 4) + i32((first01 - lower) >> 24), 4);
    lower = (first23 << 40) >> 40;
    store<i32>(sums, load<i32>(sums, 8) + i32(lower), 8);
    store<i32>(sums, load<i32>(sums, 12) + i32((first23 - lower) >> 24), 12);
    lower = (second01 << 40) >> 40;
    store<i32>(sums, load<i32>(sums, 16) + i32(lower), 16);
    store<i32>(sums, load<i32>(sums, 20) + i32((second01 - lower) >> 24), 20);
    lower = (second23 << 40) >> 40;
    store<i32>(sums, load<i32>(sums, 24) + i32(lower), 24);
    store<i32>(sums, load<i32>(sums, 28) + i32((second23 - lower) >> 24), 28);
  } else {
    lower = (first01 << 40) >> 40;
    store<i32>(sums, i32(lower));
    store<i32>(sums, i32((first01 - lower) >> 24), 4);
    lower = (first23 << 40) >> 40;
    store<i32>(sums, i32(lower), 8);
    store<i32>(sums, i32((first23 - lower) >> 24), 12);
    lower = (second01 << 40) >> 40;
    store<i32>(sums, i32(lower), 16);
    store<i32>(sums, i32((second01 - lower) >> 24), 20);
    lower = (second23 << 40) >> 40;
    store<i32>(sums, i32(lower), 24);
    store<i32>(sums, i32((second23 - lower) >> 24), 28);
  }
}
