/** Of int16 samples, at most 16,384 of them: sum, sum of squares and extremes, eight samples at a time. */
export let vectorSum: i32 = 0;
export let vectorEnergy: u64 = 0;
export let vectorHighest: i32 = 0;
export let vectorLowest: i32 = 0;

/** int16 [count], a multiple of eight. */
export function measureVectors(at: usize, count: i32): void {
  const ones = i16x8.splat(1);
  let sums = i32x4.splat(0);
  let energies = i64x2.splat(0);
  let most = i16x8.splat(-32768);
  let least = i16x8.splat(32767);
  for (const end = at + ((<usize>count) << 1); at < end; at += 16) {
    const samples = v128.load(at);
    // The sum of two squares of -32768, 2^31, is right as an unsigned number.
    const squares = i32x4.dot_i16x8_s(samples, samples);
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(samples, ones));
    energies = i64x2.add(energies, i64x2.add(i64x2.extend_low_i32x4_u(squares), i64x2.extend_high_i32x4_u(squares)));
    most = i16x8.max_s(most, samples);
    least = i16x8.min_s(least, samples);
  }
  vectorSum = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
  vectorEnergy = u64(i64x2.extract_lane(energies, 0)) + u64(i64x2.extract_lane(energies, 1));
  vectorHighest = -32768;
  vectorLowest = 32767;
  // Each lane in turn comes first.
  for (let lane = 0; lane < 8; lane++) {
    vectorHighest = max(vectorHighest, i32(i16x8.extract_lane_s(most, 0)));
    vectorLowest = min(vectorLowest, i32(i16x8.extract_lane_s(least, 0)));
    most = i8x16.shuffle(most, most, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1);
    least = i8x16.shuffle(least, least, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1);
  }
}
