/** Bytes 0 and 2 of a word. */
const EVEN: u32 = 0x00ff00ff;

/**
 * Activations of some pixels as `multiplyPairs` takes them: int16 [pairs][width][2]. Two channels share a word: 4 q and 4 q + 2, and 4 q + 1 and 4 q + 3.
 *
 * rows         addresses [2], u32, of uint8, 0..127
 * pixelStride  bytes from a column to the next
 * offset       of the first channel
 * pixel        the first one: 2 column + row
 * width        pixels
 * words        four channels each
 */
export function spreadPixels(rows: usize, pixelStride: usize, offset: usize, pixel: i32, width: i32, words: i32, values: usize): void {
  const step = (<usize>width) << 2;
  for (const last = pixel + width; pixel < last; pixel++) {
    let source = <usize>load<u32>(rows + ((<usize>(pixel & 1)) << 2)) + <usize>(pixel >> 1) * pixelStride + offset;
    let target = values;
    for (const end = source + ((<usize>words) << 2); source < end; source += 4) {
      const four = load<u32>(source);
      store<u32>(target, four & EVEN);
      store<u32>(target + step, (four >> 8) & EVEN);
      target += 2 * step;
    }
    values += 4;
  }
}
