/**
 * numerator / 2^shift to the nearest integer, half upwards, by quotient and remainder; numerator not negative. `largest` limits it.
 */
export function roundedQuotient(numerator: u64, shift: i32, largest: u64): i32 {
  const divisor = u64(1) << u64(shift);
  const quotient = numerator / divisor;
  const remainder = numerator - quotient * divisor;
  // 2 remainder >= divisor, without the overflow at shift 63
  const rounded = remainder >= divisor - remainder ? quotient + 1 : quotient;
  return i32(min<u64>(rounded, largest));
}
