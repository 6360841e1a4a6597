/** How far apart two feature matrices are. */
import type { Matrix } from "./cepstrum.js";

export interface Difference {
  /** Over all elements. */
  largest: number;
  mean: number;
  /** The mean for each column. */
  byColumn: Float64Array;
}

/** Of the frames and columns that both have, from the first on. */
export function difference(a: Matrix, b: Matrix): Difference {
  const frames = Math.min(a.frames, b.frames);
  const columns = Math.min(a.columns, b.columns);
  const byColumn = new Float64Array(columns);
  let largest = 0;
  for (let t = 0; t < frames; t++) {
    for (let k = 0; k < columns; k++) {
      const distance = Math.abs(a.values[t * a.columns + k]! - b.values[t * b.columns + k]!);
      if (distance > largest) largest = distance;
      byColumn[k]! += distance / frames;
    }
  }
  return { largest, mean: byColumn.reduce((sum, value) => sum + value, 0) / Math.max(columns, 1), byColumn };
}

/** A mean of a column less than this says nothing: float32 and int16 round. */
const NOTHING = 0.02;

/** Distances to a user's features that a search compares; prepared once. */
export class Target {
  readonly features: Matrix;
  /** Standard deviation of each column, and where values begin that a clip may have cut. */
  readonly #spreads: Float64Array;
  readonly #clip: number;

  constructor(features: Matrix) {
    this.features = features;
    const { frames, columns, values } = features;
    this.#spreads = new Float64Array(columns);
    for (let k = 0; k < columns; k++) {
      const column = Float64Array.from({ length: frames }, (_, t) => values[t * columns + k]!);
      const mean = column.reduce((sum, x) => sum + x, 0) / frames;
      this.#spreads[k] = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / frames);
    }
    const most = values.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
    const atMost = values.reduce((count, x) => count + (Math.abs(x) === most ? 1 : 0), 0);
    this.#clip = atMost > 1 ? most : Number.POSITIVE_INFINITY;
  }

  /** How different the numbers are: of each column relative to its spread, and evened out, so that no column outweighs the others. A missing frame counts too. */
  distance(candidate: Matrix): number {
    const { byColumn } = difference(candidate, this.features);
    const sum = byColumn.reduce((total, mean, k) => total + Math.log1p(mean / (this.#spreads[k]! + NOTHING)), 0);
    return sum / byColumn.length + this.#missing(candidate);
  }

  /**
   * How different they are when each column may be scaled and shifted: 1 less the mean squared correlation of the columns from the second on. Scales of the
   * DCT and the logarithm, lifter, and means and deviations do not matter to it, and levels little; so the frames, the spectrum and the filters can be found
   * before these. Values that were clipped are left out.
   */
  shapeDistance(candidate: Matrix): number {
    const { frames, columns, values } = this.features;
    const common = Math.min(frames, candidate.frames);
    let sum = 0;
    for (let k = 1; k < columns; k++) {
      const [x, y]: [number[], number[]] = [[], []];
      for (let t = 0; t < common; t++) {
        const value = values[t * columns + k]!;
        if (Math.abs(value) === this.#clip) continue;
        x.push(value);
        y.push(candidate.values[t * columns + k]!);
      }
      sum += squaredCorrelation(x, y);
    }
    return 1 - sum / Math.max(columns - 1, 1) + this.#missing(candidate);
  }

  #missing({ frames }: Matrix): number {
    return Math.abs(frames - this.features.frames) / Math.max(frames, this.features.frames, 1);
  }
}

/** 0 if there is nothing to correlate. */
function squaredCorrelation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xx += (x[i]! - mx) ** 2;
    yy += (y[i]! - my) ** 2;
    xy += (x[i]! - mx) * (y[i]! - my);
  }
  return xx > 0 && yy > 0 ? (xy * xy) / (xx * yy) : 0;
}
