/** Compares what the voice heads of a quantized and of a float model say, over recordings. */
import { LEAST_VOICE } from "../model/levels.js";

export interface VoiceReport {
  /** Recordings that both find a voice in, or both none. */
  agreeing: number;
  /** The difference of the two values, per recording: mean and worst over the recordings. */
  meanDifference: number;
  worstDifference: number;
}

/** Sums up the values, recording by recording. */
export class VoiceComparison {
  private readonly differences: number[] = [];
  private agreeing = 0;

  add(float: number, quantized: number): void {
    this.differences.push(Math.abs(float - quantized));
    if (float >= LEAST_VOICE === quantized >= LEAST_VOICE) this.agreeing++;
  }

  /** null without recordings. */
  report(): VoiceReport | null {
    const { differences } = this;
    if (differences.length === 0) return null;
    const meanDifference = differences.reduce((sum, difference) => sum + difference) / differences.length;
    return { agreeing: this.agreeing, meanDifference, worstDifference: Math.max(...differences) };
  }
}
