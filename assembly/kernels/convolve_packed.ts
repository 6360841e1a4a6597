/** Products of a 7-bit activation and an int8 weight that may be added before the lower 24 bits overflow: 520 * 127 * 127 < 2^23. */
const PRODUCTS_8: i32 = 512;
/** The same for a 13-bit MFCC: 16 * 4095 * 127 < 2^23. */
const PRODUCTS_16: i32 = 16;

/**
 * Four output channels of a convolution for two rows of pixels, two products in one multiplication.
 *
 * Two int8 weights of neighbouring channels lie in one word, w0 + (w1 << 24). A 64-bit sum of activation * word holds both sums: the lower
 * 24 bits, sign-extended, are channel 0, and (sum - lower) >> 24 is channel 1, exact as long as channel 0 stays within 24 bits. C compilers turn
 * the multiply-add into SMLAL, one cycle on Cortex-M. The tile is 2 pixels x 2 words: 4 loads for 8 products.
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
  let offset: usize = 0;
  while (sums < end) {
    let top0 = 0;
    let top1 = 0;
    let top2 = 0;
    let top3 = 0;
    let bottom0 = 0;
    let bottom1 = 0;
    let bottom2 = 0;
    let bottom3 = 0;
    let weight = weights;
    for (let row = rows; row < lastRow; row += 4) {
      let first = <usize>load<u32>(row) + offset;
      let second = <usize>load<u32>(row, 4) + offset;
      let left = runLength;
      do {
        const count = min(left, most);
        left -= count;
        let top01: i64 = 0;
        let top23: i64 = 0;
        let bottom01: i64 = 0;
        let bottom23: i64 = 0;
        let x: i64;
        let y: i64;
        let a: i64;
        let b: i64;
        const unrolledEnd = weight + ((<usize>(count & ~15)) << 3);
        const weightEnd = weight + ((<usize>count) << 3);
        while (weight < unrolledEnd) {
          x = i64(i32(load<T>(first, 0)));
          y = i64(i32(load<T>(second, 0)));
          a = i64(load<i32>(weight, 0));
          b = i64(load<i32>(weight, 4));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 1 * sizeof<T>())));
          y = i64(i32(load<T>(second, 1 * sizeof<T>())));
          a = i64(load<i32>(weight, 8));
          b = i64(load<i32>(weight, 12));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 2 * sizeof<T>())));
          y = i64(i32(load<T>(second, 2 * sizeof<T>())));
          a = i64(load<i32>(weight, 16));
          b = i64(load<i32>(weight, 20));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 3 * sizeof<T>())));
          y = i64(i32(load<T>(second, 3 * sizeof<T>())));
          a = i64(load<i32>(weight, 24));
          b = i64(load<i32>(weight, 28));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 4 * sizeof<T>())));
          y = i64(i32(load<T>(second, 4 * sizeof<T>())));
          a = i64(load<i32>(weight, 32));
          b = i64(load<i32>(weight, 36));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 5 * sizeof<T>())));
          y = i64(i32(load<T>(second, 5 * sizeof<T>())));
          a = i64(load<i32>(weight, 40));
          b = i64(load<i32>(weight, 44));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 6 * sizeof<T>())));
          y = i64(i32(load<T>(second, 6 * sizeof<T>())));
          a = i64(load<i32>(weight, 48));
          b = i64(load<i32>(weight, 52));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 7 * sizeof<T>())));
          y = i64(i32(load<T>(second, 7 * sizeof<T>())));
          a = i64(load<i32>(weight, 56));
          b = i64(load<i32>(weight, 60));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 8 * sizeof<T>())));
          y = i64(i32(load<T>(second, 8 * sizeof<T>())));
          a = i64(load<i32>(weight, 64));
          b = i64(load<i32>(weight, 68));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 9 * sizeof<T>())));
          y = i64(i32(load<T>(second, 9 * sizeof<T>())));
          a = i64(load<i32>(weight, 72));
          b = i64(load<i32>(weight, 76));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 10 * sizeof<T>())));
          y = i64(i32(load<T>(second, 10 * sizeof<T>())));
          a = i64(load<i32>(weight, 80));
          b = i64(load<i32>(weight, 84));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 11 * sizeof<T>())));
          y = i64(i32(load<T>(second, 11 * sizeof<T>())));
          a = i64(load<i32>(weight, 88));
          b = i64(load<i32>(weight, 92));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 12 * sizeof<T>())));
          y = i64(i32(load<T>(second, 12 * sizeof<T>())));
          a = i64(load<i32>(weight, 96));
          b = i64(load<i32>(weight, 100));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 13 * sizeof<T>())));
          y = i64(i32(load<T>(second, 13 * sizeof<T>())));
          a = i64(load<i32>(weight, 104));
          b = i64(load<i32>(weight, 108));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 14 * sizeof<T>())));
          y = i64(i32(load<T>(second, 14 * sizeof<T>())));
          a = i64(load<i32>(weight, 112));
          b = i64(load<i32>(weight, 116));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          x = i64(i32(load<T>(first, 15 * sizeof<T>())));
          y = i64(i32(load<T>(second, 15 * sizeof<T>())));
          a = i64(load<i32>(weight, 120));
          b = i64(load<i32>(weight, 124));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          first += 16 * sizeof<T>();
          second += 16 * sizeof<T>();
          weight += 128;
        }
        while (weight < weightEnd) {
          x = i64(i32(load<T>(first)));
          y = i64(i32(load<T>(second)));
          a = i64(load<i32>(weight));
          b = i64(load<i32>(weight, 4));
          top01 += x * a;
          top23 += x * b;
          bottom01 += y * a;
          bottom23 += y * b;
          first += sizeof<T>();
          second += sizeof<T>();
          weight += 8;
        }
        let lower = (top01 << 40) >> 40;
        top0 += i32(lower);
        top1 += i32((top01 - lower) >> 24);
        lower = (top23 << 40) >> 40;
        top2 += i32(lower);
        top3 += i32((top23 - lower) >> 24);
        lower = (bottom01 << 40) >> 40;
        bottom0 += i32(lower);
        bottom1 += i32((bottom01 - lower) >> 24);
        lower = (bottom23 << 40) >> 40;
        bottom2 += i32(lower);
        bottom3 += i32((bottom23 - lower) >> 24);
      } while (left > 0);
    }
    store<i32>(sums, top0);
    store<i32>(sums, top1, 4);
    store<i32>(sums, top2, 8);
    store<i32>(sums, top3, 12);
    store<i32>(sums, bottom0, 16);
    store<i32>(sums, bottom1, 20);
    store<i32>(sums, bottom2, 24);
    store<i32>(sums, bottom3, 28);
    sums += 32;
    offset += pixelStride;
  }
}
