/**
 * Matrix product of bytes: as `multiplyTiles`, four channels in one instruction. Activations have seven bits, so every engine gives the same sums.
 *
 *     i32x4.relaxed_dot_i8x16_i7x16_add_s:   weights  o0 o0 o0 o0 | o1 o1 o1 o1 | ...      (four input channels of four output channels)
 *                                            values   c0 c1 c2 c3 | c0 c1 c2 c3 | ...      (those of one pixel, four times)
 *
 * values    uint8 [pixels][channels], 0..127, channels a multiple of 4
 * weights   int8 [groups][channels / 4][8 output channels][4]
 * products  int32 [pixels][8 groups]
 */
export function multiplyBytes(values: usize, pixels: i32, channels: i32, weights: usize, groups: i32, products: usize): void {
  const valueBytes = <usize>channels;
  const productBytes = (<usize>groups) << 5;
  for (let group = 0; group < groups; group++) {
    let value = values;
    let product = products + ((<usize>group) << 5);
    let left = pixels;
    for (; left >= 5; left -= 5) {
      multiply(5, value, valueBytes, weights, product, productBytes);
      value += 5 * valueBytes;
      product += 5 * productBytes;
    }
    for (; left > 0; left--) {
      multiply(1, value, valueBytes, weights, product, productBytes);
      value += valueBytes;
      product += productBytes;
    }
    weights += (<usize>channels) << 3;
  }
}

/** `pixels`, 1 or 5, is a constant wherever this is put in place: the sums are locals, so that they stay in registers. */
@inline
function multiply(pixels: i32, value: usize, valueBytes: usize, weight: usize, product: usize, productBytes: usize): void {
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
  for (const end = value + valueBytes; value < end; value += 4) {
    const a = v128.load(weight);
    const b = v128.load(weight, 16);
    let four = v128.load32_splat(value);
    a0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, four, a0);
    b0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b, four, b0);
    if (pixels == 5) {
      four = v128.load32_splat(value + valueBytes);
      a1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, four, a1);
      b1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b, four, b1);
      four = v128.load32_splat(value + 2 * valueBytes);
      a2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, four, a2);
      b2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b, four, b2);
      four = v128.load32_splat(value + 3 * valueBytes);
      a3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, four, a3);
      b3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b, four, b3);
      four = v128.load32_splat(value + 4 * valueBytes);
      a4 = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, four, a4);
      b4 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b, four, b4);
    }
    weight += 32;
  }
  keep(product, a0, b0);
  if (pixels == 5) {
    keep(product + productBytes, a1, b1);
    keep(product + 2 * productBytes, a2, b2);
    keep(product + 3 * productBytes, a3, b3);
    keep(product + 4 * productBytes, a4, b4);
  }
}

@inline
function keep(product: usize, a: v128, b: v128): void {
  v128.store(product, a);
  v128.store(product, b, 16);
}

/**
 * Weights of four output channels as `multiplyBytes` wants them.
 *
 * raw       int8 [channels][4], as a tile has them
 * weights   int8 [channels / 4][8 output channels][4]: where the first of the four lies
 */
export function arrangeBytes(raw: usize, channels: i32, weights: usize): void {
  for (const end = raw + ((<usize>channels) << 2); raw < end; raw += 16) {
    const four = v128.load(raw);
    v128.store(weights, v128.shuffle<i8>(four, four, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    weights += 32;
  }
}
