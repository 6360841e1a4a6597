/**
 * The products of Winograd tiles of F(2x2, 3x3) to the sums of their four pixels, for four channels. With the positions m0..m3 of a column, and then of a row:
 * m0 + (m1 + m2) / 2 and (m1 - m2) / 2 - m3. The divisions leave no remainder.
 *
 * products  int32 [16 positions][4 tiles][4 channels], of which the first `width` tiles are used
 * sums      int32 [width][2 columns][2 rows][4 channels]: stored, or added to those of previous channels if `add` is set
 */
export function combineTiles(products: usize, width: i32, sums: usize, add: bool): void {
  for (; width > 0; width--) {
    for (const end = products + 16; products < end; products += 4) {
      let sum = load<i32>(products, 256) + load<i32>(products, 512);
      let difference = load<i32>(products, 256) - load<i32>(products, 512);
      const upper0 = load<i32>(products) + (sum >> 1);
      const lower0 = (difference >> 1) - load<i32>(products, 768);
      sum = load<i32>(products, 320) + load<i32>(products, 576);
      difference = load<i32>(products, 320) - load<i32>(products, 576);
      const upper1 = load<i32>(products, 64) + (sum >> 1);
      const lower1 = (difference >> 1) - load<i32>(products, 832);
      sum = load<i32>(products, 384) + load<i32>(products, 640);
      difference = load<i32>(products, 384) - load<i32>(products, 640);
      const upper2 = load<i32>(products, 128) + (sum >> 1);
      const lower2 = (difference >> 1) - load<i32>(products, 896);
      sum = load<i32>(products, 448) + load<i32>(products, 704);
      difference = load<i32>(products, 448) - load<i32>(products, 704);
      const upper3 = load<i32>(products, 192) + (sum >> 1);
      const lower3 = (difference >> 1) - load<i32>(products, 960);
      let left = upper0 + ((upper1 + upper2) >> 1);
      let right = ((upper1 - upper2) >> 1) - upper3;
      let lowerLeft = lower0 + ((lower1 + lower2) >> 1);
      let lowerRight = ((lower1 - lower2) >> 1) - lower3;
      if (add) {
        left += load<i32>(sums);
        lowerLeft += load<i32>(sums, 16);
        right += load<i32>(sums, 32);
        lowerRight += load<i32>(sums, 48);
      }
      store<i32>(sums, left);
      store<i32>(sums, lowerLeft, 16);
      store<i32>(sums, right, 32);
      store<i32>(sums, lowerRight, 48);
      sums += 4;
    }
    sums += 48;
  }
}
