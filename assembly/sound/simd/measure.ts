/** Of int16 samples, at most 16,384 of them: the figures of ../measure.ts, eight samples at a time. */
export let vectorSum: i32 = 0;
export let vectorEnergy: u64 = 0;
export let vectorPeak: i32 = 0;
export let vectorClipped: i32 = 0;

/** int16 [count], a multiple of eight; samples of magnitude `top` or more are clipped. */
export function measureVectors(at: usize, count: i32, top: i32): void {
  const ones = i16x8.splat(1);
  const least = i16x8.splat(i16(top));
  let sums = i32x4.splat(0);
  let energies = i64x2.splat(0);
  let peaks = i16x8.splat(0);
  let clipped = i16x8.splat(0);
  for (const end = at + ((<usize>count) << 1); at < end; at += 16) {
    const samples = v128.load(at);
    // |-32768| is 32768 as an unsigned number, and so is the sum of two squares of it, 2^31.
    const magnitudes = i16x8.abs(samples);
    const squares = i32x4.dot_i16x8_s(samples, samples);
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(samples, ones));
    energies = i64x2.add(energies, i64x2.add(i64x2.extend_low_i32x4_u(squares), i64x2.extend_high_i32x4_u(squares)));
    peaks = i16x8.max_u(peaks, magnitudes);
    clipped = i16x8.sub(clipped, i16x8.ge_u(magnitudes, least));
  }
  vectorSum = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
  vectorEnergy = u64(i64x2.extract_lane(energies, 0)) + u64(i64x2.extract_lane(energies, 1));
  vectorPeak = 0;
  vectorClipped = 0;
  // Each lane in turn comes first.
  for (let lane = 0; lane < 8; lane++) {
    vectorPeak = max(vectorPeak, i32(i16x8.extract_lane_u(peaks, 0)));
    vectorClipped += i32(i16x8.extract_lane_u(clipped, 0));
    peaks = i8x16.shuffle(peaks, peaks, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1);
    clipped = i8x16.shuffle(clipped, clipped, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1);
  }
}
