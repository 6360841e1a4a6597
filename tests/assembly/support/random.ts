/** A seeded generator (xorshift32, Marsaglia 2003, shifts 13, 17, 5), so that every run of the specs sees the same numbers. */
let state: u32 = 1;

export function seed(value: u32): void {
  state = (value ^ 0x9e3779b9) * 0x85ebca6b;
  if (state == 0) state = 1;
  for (let i = 0; i < 8; i++) bits();
}

/** The next 32 bits. */
export function bits(): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

/** An integer in low..high, both included. */
export function integer(low: i32, high: i32): i32 {
  const span = u64(i64(high) - i64(low) + 1);
  return i32(i64(low) + i64((u64(bits()) * span) >> 32));
}

/** Uniform in [0, 1). */
export function unit(): f64 {
  return f64(bits()) / 4294967296.0;
}

/** One of -1, 1. */
export function sign(): i32 {
  return (bits() & 256) != 0 ? 1 : -1;
}
