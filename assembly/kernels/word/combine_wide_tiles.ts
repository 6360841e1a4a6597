/** The inverse of 3 modulo 2^32. */
const THIRD: i32 = 0xaaaaaaab;

/**
 * The products of Winograd tiles of F(2x4, 3x3) to the sums of their eight pixels, for four channels. With the positions m0..m3 of a column: 2 m0 + m1 + m2 and
 * m1 - m2 - 2 m3; then with m0..m5 of a row:
 *
 *     m0 - m1 - m2 + m3 + m4,  m2 - m1 + 2 (m3 - m4),  4 (m3 + m4) - m1 - m2,  m2 - m1 + 8 (m3 - m4) + m5
 *
 * These are 48 times the sums, and so they are kept, modulo 2^32, until the last channels have been added. 48 times a whole sum has 32 bits (ts-tools/emit/word.ts), and the
 * division leaves no remainder.
 *
 * products  int32 [24 positions][3 tiles][4 channels], of which the first `width` tiles are used
 * sums      int32 [width][4 columns][2 rows][4 channels]: stored, or added to those of previous channels if `add` is set; `last` says that there are no more
 */
export function combineWideTiles(products: usize, width: i32, sums: usize, add: bool, last: bool): void {
  for (; width > 0; width--) {
    for (const end = products + 16; products < end; products += 4) {
      const upper0 = upper(products);
      const upper1 = upper(products + 48);
      const upper2 = upper(products + 96);
      const upper3 = upper(products + 144);
      const upper4 = upper(products + 192);
      storeRow(sums, upper0, upper1, upper2, upper3, upper4, upper(products + 240), add, last);
      const lower0 = lower(products);
      const lower1 = lower(products + 48);
      const lower2 = lower(products + 96);
      const lower3 = lower(products + 144);
      const lower4 = lower(products + 192);
      storeRow(sums + 16, lower0, lower1, lower2, lower3, lower4, lower(products + 240), add, last);
      sums += 4;
    }
    sums += 112;
  }
}

/** Of the positions of a column, 6 positions from each to the next. */
@inline
function upper(products: usize): i32 {
  return 2 * load<i32>(products) + load<i32>(products, 288) + load<i32>(products, 576);
}

@inline
function lower(products: usize): i32 {
  return load<i32>(products, 288) - load<i32>(products, 576) - 2 * load<i32>(products, 864);
}

/** The four pixels of a row. */
@inline
function storeRow(sums: usize, m0: i32, m1: i32, m2: i32, m3: i32, m4: i32, m5: i32, add: bool, last: bool): void {
  const inner = m1 + m2;
  const difference = m2 - m1;
  const outer = m3 + m4;
  const outerDifference = m3 - m4;
  let pixel0 = m0 - inner + outer;
  let pixel1 = difference + 2 * outerDifference;
  let pixel2 = 4 * outer - inner;
  let pixel3 = difference + 8 * outerDifference + m5;
  if (add) {
    pixel0 += load<i32>(sums);
    pixel1 += load<i32>(sums, 32);
    pixel2 += load<i32>(sums, 64);
    pixel3 += load<i32>(sums, 96);
  }
  if (last) {
    pixel0 = (pixel0 >> 4) * THIRD;
    pixel1 = (pixel1 >> 4) * THIRD;
    pixel2 = (pixel2 >> 4) * THIRD;
    pixel3 = (pixel3 >> 4) * THIRD;
  }
  store<i32>(sums, pixel0);
  store<i32>(sums, pixel1, 32);
  store<i32>(sums, pixel2, 64);
  store<i32>(sums, pixel3, 96);
}
