/** The register tile: rows of values whose sums, eight output channels each, stay in registers. */
const ROWS: i32 = 5;

/**
 * Matrix product of int16: rows of values times the weights of all output channels, eight channels at a time.
 *
 *     i32x4.dot_i16x8_s:   values   c0 c1 | c0 c1 | c0 c1 | c0 c1      (a pair of input channels, four times)
 *                          weights  o0 o0 | o1 o1 | o2 o2 | o3 o3      (that pair, for four output channels)
 *
 * values    int16 [rows][channels], channels a multiple of 4
 * weights   int16 [groups][channels / 2][8 output channels][2]
 * repeated  room for int16 [channels / 2][ROWS][4][2]
 * products  int32 [8 output channels] of each row and group: productBytes from one row to the next, productGroupBytes from one group to the next
 */
export function multiplyInt16(
  values: usize,
  rows: i32,
  channels: i32,
  weights: usize,
  groups: i32,
  repeated: usize,
  products: usize,
  productBytes: usize,
  productGroupBytes: usize,
): void {
  const valueBytes = (<usize>channels) << 1;
  let left = rows;
  for (; left >= $ROWS; left -= $ROWS) {
    multiply$ROWS(values, valueBytes, weights, groups, repeated, products, productBytes, productGroupBytes);
    values += $ROWS * valueBytes;
    products += $ROWS * productBytes;
  }
  //$for rows in range(1, $ROWS)
  if (left == $rows) multiply$rows(values, valueBytes, weights, groups, repeated, products, productBytes, productGroupBytes);
  //$end
}

//$for rows in range(1, $ROWS), $ROWS
function multiply$rows(
  values: usize,
  valueBytes: usize,
  weight: usize,
  groups: i32,
  repeated: usize,
  products: usize,
  productBytes: usize,
  productGroupBytes: usize,
): void {
  const end = repeat$rows(values, valueBytes, repeated);
  for (let group = 0; group < groups; group++) {
    //$for row in range($rows)
    let a$row = i32x4.splat(0);
    let b$row = i32x4.splat(0);
    //$end
    let value = repeated;
    do {
      const a = v128.load(weight);
      const b = v128.load(weight, 16);
      //$for row in range($rows)
      const pair$row = v128.load(value, 16 * $row);
      a$row = i32x4.add(a$row, i32x4.dot_i16x8_s(pair$row, a));
      b$row = i32x4.add(b$row, i32x4.dot_i16x8_s(pair$row, b));
      //$end
      weight += 32;
      value += 16 * $rows;
    } while (value < end);
    let product = products;
    //$for row in range($rows)
    v128.store(product, a$row);
    v128.store(product, b$row, 16);
    product += productBytes;
    //$end
    products += productGroupBytes;
  }
}

/**
 * The values of a tile as the inner loop reads them, one after another: int16 [channels / 2][rows][4][2], each pair four times. Cranelift makes three instructions of
 * `v128.load32_splat`, and keeps an address for each row; here it is a load, at a constant distance. Returns the end.
 */
function repeat$rows(values: usize, valueBytes: usize, out: usize): usize {
  const end = values + valueBytes;
  while (values < end) {
    let at = values;
    //$for row in range($rows)
    const two$row = v128.load64_zero(at);
    v128.store(out, i32x4.shuffle(two$row, two$row, 0, 0, 0, 0), 16 * $row);
    v128.store(out, i32x4.shuffle(two$row, two$row, 1, 1, 1, 1), 16 * ($rows + $row));
    at += valueBytes;
    //$end
    values += 8;
    out += 32 * $rows;
  }
  return out;
}
//$end
