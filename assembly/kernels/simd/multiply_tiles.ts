/**
 * Matrix product of int16: so many tiles' values times the weights of all output channels, eight channels at a time.
 *
 *     i32x4.dot_i16x8_s:   values   c0 c1 | c0 c1 | c0 c1 | c0 c1      (a pair of input channels, four times)
 *                          weights  o0 o0 | o1 o1 | o2 o2 | o3 o3      (that pair, for four output channels)
 *
 * values    int16 [tiles][channels], channels a multiple of 4
 * weights   int16 [groups][channels / 2][8 output channels][2]
 * products  int32 [8 output channels] of each tile and group: so many bytes from one tile to the next, and from one group to the next
 */
export function multiplyTiles(
  values: usize,
  tiles: i32,
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
    let left = tiles;
    for (; left >= 5; left -= 5) {
      multiplyFive(value, valueBytes, weights, product, productBytes);
      value += 5 * valueBytes;
      product += 5 * productBytes;
    }
    if (left == 4) multiplyFour(value, valueBytes, weights, product, productBytes);
    else if (left == 3) multiplyThree(value, valueBytes, weights, product, productBytes);
    else if (left == 2) multiplyTwo(value, valueBytes, weights, product, productBytes);
    else if (left == 1) multiplyOne(value, valueBytes, weights, product, productBytes);
    weights += groupBytes;
  }
}

function multiplyFive(value: usize, valueBytes: usize, weight: usize, product: usize, productBytes: usize): void {
  multiply(5, value, valueBytes, weight, product, productBytes);
}
function multiplyFour(value: usize, valueBytes: usize, weight: usize, product: usize, productBytes: usize): void {
  multiply(4, value, valueBytes, weight, product, productBytes);
}
function multiplyThree(value: usize, valueBytes: usize, weight: usize, product: usize, productBytes: usize): void {
  multiply(3, value, valueBytes, weight, product, productBytes);
}
function multiplyTwo(value: usize, valueBytes: usize, weight: usize, product: usize, productBytes: usize): void {
  multiply(2, value, valueBytes, weight, product, productBytes);
}
function multiplyOne(value: usize, valueBytes: usize, weight: usize, product: usize, productBytes: usize): void {
  multiply(1, value, valueBytes, weight, product, productBytes);
}

/** `tiles` is a constant wherever this is put in place: the sums are locals, so that they stay in registers. */
@inline
function multiply(tiles: i32, value: usize, valueBytes: usize, weight: usize, product: usize, productBytes: usize): void {
  let a0 = i32x4.splat(0);
  let b0 = i32x4.splat(0);
  let a1 = i32x4.splat(0);
  let b1 = i32x4.splat(0);
  let a2 = i32x4.splat(0);
  let b2 = i32x4.splat(0);
  let a3 = i32x4.splat(0);
  let b3 = i32x4.splat(0);
  let a4 = i32x4.splat(0);
  let b4 = i32x4.splat(0);
  let value1 = value + valueBytes;
  let value2 = value1 + valueBytes;
  let value3 = value2 + valueBytes;
  let value4 = value3 + valueBytes;
  const end = value + valueBytes;
  while (value < end) {
    let a = v128.load(weight);
    let b = v128.load(weight, 16);
    let pair = v128.load32_splat(value);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(pair, a));
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(pair, b));
    if (tiles > 1) {
      pair = v128.load32_splat(value1);
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(pair, a));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(pair, b));
    }
    if (tiles > 2) {
      pair = v128.load32_splat(value2);
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(pair, a));
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(pair, b));
    }
    if (tiles > 3) {
      pair = v128.load32_splat(value3);
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(pair, a));
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(pair, b));
    }
    if (tiles > 4) {
      pair = v128.load32_splat(value4);
      a4 = i32x4.add(a4, i32x4.dot_i16x8_s(pair, a));
      b4 = i32x4.add(b4, i32x4.dot_i16x8_s(pair, b));
    }
    a = v128.load(weight, 32);
    b = v128.load(weight, 48);
    pair = v128.load32_splat(value, 4);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(pair, a));
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(pair, b));
    if (tiles > 1) {
      pair = v128.load32_splat(value1, 4);
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(pair, a));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(pair, b));
    }
    if (tiles > 2) {
      pair = v128.load32_splat(value2, 4);
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(pair, a));
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(pair, b));
    }
    if (tiles > 3) {
      pair = v128.load32_splat(value3, 4);
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(pair, a));
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(pair, b));
    }
    if (tiles > 4) {
      pair = v128.load32_splat(value4, 4);
      a4 = i32x4.add(a4, i32x4.dot_i16x8_s(pair, a));
      b4 = i32x4.add(b4, i32x4.dot_i16x8_s(pair, b));
    }
    value += 8;
    if (tiles > 1) value1 += 8;
    if (tiles > 2) value2 += 8;
    if (tiles > 3) value3 += 8;
    if (tiles > 4) value4 += 8;
    weight += 64;
  }
  v128.store(product, a0);
  v128.store(product, b0, 16);
  if (tiles > 1) {
    product += productBytes;
    v128.store(product, a1);
    v128.store(product, b1, 16);
  }
  if (tiles > 2) {
    product += productBytes;
    v128.store(product, a2);
    v128.store(product, b2, 16);
  }
  if (tiles > 3) {
    product += productBytes;
    v128.store(product, a3);
    v128.store(product, b3, 16);
  }
  if (tiles > 4) {
    product += productBytes;
    v128.store(product, a4);
    v128.store(product, b4, 16);
  }
}
