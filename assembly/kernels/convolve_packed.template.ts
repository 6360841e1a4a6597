import { PACKED_BITS, SUMS_COLUMN_BYTES } from "../generated/record_layouts";

/** How many products of a 7-bit activation and an int8 weight may be added before the lower 24 bits overflow: 520 * 127 * 127 < 2^23. */
const PRODUCTS_8: i32 = 512;
/** The same for a 13-bit MFCC: 16 * 4095 * 127 < 2^23. */
const PRODUCTS_16: i32 = 16;
/** Taps of one turn of the inner loop. The rest follows in steps of half, a quarter, ... of them. */
const UNROLLED: usize = 8;
//$require UNROLLED is a power of two

/**
 * Four output channels of a convolution for two rows of pixels, two products in one multiplication.
 *
 * Two int8 weights of neighboring channels share one word, w0 + (w1 << 24). A 64-bit sum of activation * word holds both sums: the lower
 * 24 bits, sign-extended, are channel 0, and (sum - lower) >> 24 is channel 1, exact as long as channel 0 stays within 24 bits: longer runs are
 * taken in pieces. C compilers turn the multiply-add into SMLAL, one cycle on Cortex-M. The register tile is 2 pixels x 2 words: 4 loads for 8 products.
 *
 * T          u8 (activations 0..127) or i16 (MFCCs -4095..4095)
 * rows       addresses [runs + 1], u32: pixel 0 takes its taps from rows[0..runs-1], pixel 1 (one row below) from rows[1..runs]
 * runLength  adjacent taps of a row: kernel width * input channels
 * columns    pixel pairs, `pixelStride` bytes apart
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
  const end = sums + <usize>columns * SUMS_COLUMN_BYTES;
  let add = false;
  for (let row = rows; row < lastRow; row += 4) {
    let first = <usize>load<u32>(row);
    let second = <usize>load<u32>(row, 4);
    for (let left = runLength; left > 0; left -= most) {
      const taps = min(left, most);
      let offset: usize = 0;
      for (let at = sums; at < end; at += SUMS_COLUMN_BYTES) {
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

/** One pixel pair and `taps` taps: the sums of four channels, added to those at `sums` if `add` is set. */
function convolvePixels<T>(first: usize, second: usize, taps: i32, weight: usize, sums: usize, add: bool): void {
  // [2 pixels][2 words]
  let sum0: i64 = 0;
  let sum1: i64 = 0;
  let sum2: i64 = 0;
  let sum3: i64 = 0;
  let x: i64;
  let y: i64;
  let a: i64;
  let b: i64;
  let lower: i64;
  //$block addProducts(taps)
  //$for tap in range($taps)
  x = i64(i32(load<T>(first, $tap * sizeof<T>())));
  y = i64(i32(load<T>(second, $tap * sizeof<T>())));
  a = i64(load<i32>(weight, 8 * $tap));
  b = i64(load<i32>(weight, 8 * $tap + 4));
  sum0 += x * a;
  sum2 += y * a;
  sum1 += x * b;
  sum3 += y * b;
  //$end
  first += $taps * sizeof<T>();
  second += $taps * sizeof<T>();
  weight += $taps << 3;
  //$end
  //$block storeSums(adding)
  //$for word in range(4)
  lower = (sum$word << (64 - PACKED_BITS)) >> (64 - PACKED_BITS);
  store<i32>(sums, ($adding ? load<i32>(sums, 8 * $word) : 0) + i32(lower), 8 * $word);
  store<i32>(sums, ($adding ? load<i32>(sums, 8 * $word + 4) : 0) + i32((sum$word - lower) >> PACKED_BITS), 8 * $word + 4);
  //$end
  //$end
  const unrolledEnd = weight + ((<usize>taps & -$UNROLLED) << 3);
  while (weight < unrolledEnd) {
    //$put addProducts($UNROLLED)
  }
  //$for rest in halves($UNROLLED)
  if ((taps & $rest) != 0) {
    //$put addProducts($rest)
  }
  //$end
  if (add) {
    //$put storeSums(1)
  } else {
    //$put storeSums(0)
  }
}
