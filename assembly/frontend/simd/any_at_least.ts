/** Whether |x| of any of eight int16 samples is `magnitude` or more, 0..32767. */
export function anyAtLeast(at: usize, magnitude: i32): bool {
  return v128.any_true(i16x8.ge_u(i16x8.abs(v128.load(at)), i16x8.splat(<i16>magnitude)));
}
