/**
 * The same as `convolvePacked`, one product at a time: the reference for the fast kernel.
 *
 * weights    int8 [runs * runLength][4], as in a weight group
 * All other parameters and the result are the same.
 */
export function convolvePlain<T>(
  rows: usize,
  runs: i32,
  runLength: i32,
  columns: i32,
  pixelStride: usize,
  weights: usize,
  sums: usize,
): void {
  for (let column = 0; column < columns; column++) {
    for (let pixel = 0; pixel < 2; pixel++) {
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0;
        for (let run = 0; run < runs; run++) {
          const taps = <usize>load<u32>(rows + ((<usize>(run + pixel)) << 2)) + <usize>column * pixelStride;
          for (let tap = 0; tap < runLength; tap++) {
            const activation = i32(load<T>(taps + <usize>tap * sizeof<T>()));
            sum += activation * i32(load<i8>(weights + ((<usize>(run * runLength + tap)) << 2) + channel));
          }
        }
        store<i32>(sums + ((<usize>((column * 2 + pixel) * 4 + channel)) << 2), sum);
      }
    }
  }
}
