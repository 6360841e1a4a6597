/** Compares a quantized model's answers with the float model's, over recordings. */
import { indexOfLargest } from "../model/index_of_largest.js";

export interface AnswerReport {
  /** Recordings with the same label. */
  agreeing: number;
  agreement: number;
  /** The largest difference between two probabilities of a class, per recording: mean and worst over the recordings. */
  meanDifference: number;
  worstDifference: number;
  worstFile: string;
  /** Class indices where labels differ. */
  disagreements: { file: string; float: number; quantized: number }[];
}

/** The largest |a - b| of two lists of probabilities. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let index = 0; index < a.length; index++) largest = Math.max(largest, Math.abs(a[index]! - b[index]!));
  return largest;
}

/** Sums up the answers, recording by recording. */
export class AnswerComparison {
  private readonly disagreements: AnswerReport["disagreements"] = [];
  private count = 0;
  private sum = 0;
  private worst = -1;
  private worstFile = "";

  add(file: string, float: ArrayLike<number>, quantized: ArrayLike<number>): void {
    const difference = largestDifference(float, quantized);
    this.count++;
    this.sum += difference;
    if (difference > this.worst) {
      this.worst = difference;
      this.worstFile = file;
    }
    const labels = { float: indexOfLargest(float), quantized: indexOfLargest(quantized) };
    if (labels.float !== labels.quantized) this.disagreements.push({ file, ...labels });
  }

  report(): AnswerReport | null {
    if (this.count === 0) return null;
    const agreeing = this.count - this.disagreements.length;
    return {
      agreeing,
      agreement: agreeing / this.count,
      meanDifference: this.sum / this.count,
      worstDifference: this.worst,
      worstFile: this.worstFile,
      disagreements: this.disagreements,
    };
  }
}
