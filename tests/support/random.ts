/** A seeded generator (xorshift32, Marsaglia 2003, shifts 13, 17, 5), so that every test run sees the same numbers. */
export class Random {
  private state: number;

  constructor(seed: number) {
    // Seeds that differ in few bits would start alike, and a state of 0 would stay 0.
    this.state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0 || 1;
    for (let i = 0; i < 8; i++) this.bits();
  }

  /** The next 32 bits, unsigned. */
  bits(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x >>> 0;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.bits() / 2 ** 32;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** An integer in low..high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.unit());
  }

  /** About normal, mean 0, deviation 1: the sum of 12 uniform numbers less 6. No logarithm, so every engine makes the same. */
  normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.unit();
    return sum;
  }
}
