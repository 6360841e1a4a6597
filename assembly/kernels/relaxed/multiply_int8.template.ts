/** The register tile: pixels whose sums, eight output channels each, stay in registers. */
const PIXELS: i32 = 5;

/**
 * Matrix product of bytes: as `multiplyInt16`, but four channels in one instruction. Activations have seven bits, so every engine computes the same sums.
 *
 *     i32x4.relaxed_dot_i8x16_i7x16_add_s:   weights  o0 o0 o0 o0 | o1 o1 o1 o1 | ...      (four input channels of four output channels)
 *                                            values   c0 c1 c2 c3 | c0 c1 c2 c3 | ...      (those of one pixel, four times)
 *
 * values    uint8 [pixels][channels], 0..127, channels a multiple of 4
 * weights   int8 [groups][channels / 4][8 output channels][4]
 * products  int32 [pixels][8 groups]
 */
export function multiplyInt8(values: usize, pixels: i32, channels: i32, weights: usize, groups: i32, products: usize): void {
  const valueBytes = <usize>channels;
  const productBytes = (<usize>groups) << 5;
  for (let group = 0; group < groups; group++) {
    let value = values;
    let product = products + ((<usize>group) << 5);
    let left = pixels;
    for (; left >= $PIXELS; left -= $PIXELS) {
      multiply$PIXELS(value, valueBytes, weights, product, productBytes);
      value += $PIXELS * valueBytes;
      product += $PIXELS * productBytes;
    }
    for (; left > 0; left--) {
      multiply1(value, valueBytes, weights, product, productBytes);
      value += valueBytes;
      product += productBytes;
    }
    weights += (<usize>channels) << 3;
  }
}

//$for pixels in 1, $PIXELS
@inline
function multiply$pixels(value: usize, valueBytes: usize, weight: usize, product: usize, productBytes: usize): void {
  //$for pixel in range($pixels)
  let a$pixel = i32x4.splat(0);
  let b$pixel = i32x4.splat(0);
  //$end
  let four: v128;
  for (const end = value + valueBytes; value < end; value += 4) {
    const a = v128.load(weight);
    const b = v128.load(weight, 16);
    //$for pixel in range($pixels)
    four = v128.load32_splat(value + $pixel * valueBytes);
    a$pixel = i32x4.relaxed_dot_i8x16_i7x16_add_s(a, four, a$pixel);
    b$pixel = i32x4.relaxed_dot_i8x16_i7x16_add_s(b, four, b$pixel);
    //$end
    weight += 32;
  }
  //$for pixel in range($pixels)
  v128.store(product + $pixel * productBytes, a$pixel);
  v128.store(product + $pixel * productBytes, b$pixel, 16);
  //$end
}
//$end
