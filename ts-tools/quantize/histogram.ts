/** Histogram of a tensor's activations, from which its scale is chosen. */

const BINS = 8192;

/**
 * A histogram of values >= 0 whose range doubles for every larger value (neighboring bins are added), so that one pass
 * over the recordings is enough. Zeros are counted separately: they quantize without error with every scale.
 */
export class ActivationHistogram {
  /** Values above zero by size, bin i holding [i, i + 1) * binWidth. */
  readonly bins = new Float64Array(BINS);
  /** Number of values, zeros included. */
  count = 0;
  /** Sum of the squares, for signal-to-noise ratios. */
  energy = 0;
  largest = 0;
  private range = 0;

  get binWidth(): number {
    return this.range / BINS;
  }

  /** Adds values >= 0; false when one of them is not finite. */
  add(values: Float64Array): boolean {
    let largest = 0;
    let energy = 0;
    for (const value of values) {
      if (!(value < Infinity)) return false;
      if (value > largest) largest = value;
      energy += value * value;
    }
    this.count += values.length;
    this.energy += energy;
    if (largest === 0) return true;
    if (largest > this.largest) this.largest = largest;
    if (this.range === 0) this.range = largest;
    while (largest > this.range) this.double();

    const { bins } = this;
    const perUnit = BINS / this.range;
    for (const value of values) {
      if (value === 0) continue;
      const bin = Math.min(Math.floor(value * perUnit), BINS - 1);
      bins[bin] = bins[bin]! + 1;
    }
    return true;
  }

  private double(): void {
    const { bins } = this;
    for (let i = 0; i < BINS / 2; i++) bins[i] = bins[2 * i]! + bins[2 * i + 1]!;
    bins.fill(0, BINS / 2);
    this.range *= 2;
  }
}
