/** The register tile: rows of values whose sums, eight output channels each, stay in registers. */
const ROWS: i32 = 5;
/** Pairs of input channels of one turn of the inner loop; the channels are a multiple of 4. */
const PAIRS: usize = 2;
//$require PAIRS divides 2

/**
 * Matrix product of int16: rows of values times the weights of all output channels, eight channels at a time.
 *
 *     i32x4.dot_i16x8_s:   values   c0 c1 | c0 c1 | c0 c1 | c0 c1      (a pair of input channels, four times)
 *                          weights  o0 o0 | o1 o1 | o2 o2 | o3 o3      (that pair, for four output channels)
 *
 * values    int16 [rows][channels], channels a multiple of 4
 * weights   int16 [groups][channels / 2][8 output channels][2]
 * products  int32 [8 output channels] of each row and group: productBytes from one row to the next, productGroupBytes from one group to the next
 */
export function multiplyInt16(
  values: usize,
  rows: i32,
  channels: i32,
  weights: usize,
  groups: i32,
  products: usize,
  productBytes: usize,
  productGroupBytes: usize,
): void {
  const valueBytes = (<usize>channels) << 1;
  const groupBytes = (<usize>channels) << 4;
  for (let group = 0; group < groups; group++) {
    let value = values;
    let product = products + <usize>group * productGroupBytes;
    let left = rows;
    for (; left >= $ROWS; left -= $ROWS) {
      multiply$ROWS(value, valueBytes, weights, product, productBytes);
      value += $ROWS * valueBytes;
      product += $ROWS * productBytes;
    }
    //$for rows in range(1, $ROWS)
    if (left == $rows) multiply$rows(value, valueBytes, weights, product, productBytes);
    //$end
    weights += groupBytes;
  }
}

//$for rows in range(1, $ROWS), $ROWS
function multiply$rows(value0: usize, valueBytes: usize, weight: usize, product: usize, productBytes: usize): void {
  //$for row in range($rows)
  let a$row = i32x4.splat(0);
  let b$row = i32x4.splat(0);
  //$end
  //$for row in range(1, $rows)
  let value$row = value0 + $row * valueBytes;
  //$end
  const end = value0 + valueBytes;
  let a: v128;
  let b: v128;
  let pair: v128;
  while (value0 < end) {
    //$for step in range($PAIRS)
    a = v128.load(weight, 32 * $step);
    b = v128.load(weight, 32 * $step + 16);
    //$for row in range($rows)
    pair = v128.load32_splat(value$row, 4 * $step);
    a$row = i32x4.add(a$row, i32x4.dot_i16x8_s(pair, a));
    b$row = i32x4.add(b$row, i32x4.dot_i16x8_s(pair, b));
    //$end
    //$end
    //$for row in range($rows)
    value$row += 4 * $PAIRS;
    //$end
    weight += 32 * $PAIRS;
  }
  //$for row in range($rows)
  v128.store(product, a$row);
  v128.store(product, b$row, 16);
  product += productBytes;
  //$end
}
//$end
