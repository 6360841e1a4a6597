import type { DimensionName } from "../model/dimension_name.js";

/** The model in a module, as the module describes it. */
export interface ModelInfo {
  /** Its name and version. */
  id: string;
  /** SHA-256 of the quantized weights, hexadecimal. */
  sha256: string;
  /** Of the weights, in words; absent if the model's manifest does not say it, or if the module was loaded without one. */
  license?: string;
  /** In the order of the logits. */
  classes: readonly string[];
  /** float32, 0..1: an answer whose largest probability is below it is not accepted. */
  acceptThreshold: number;
  /** Whether it can get to know a speaker: `Recognizer.adaptation`. */
  adapts: boolean;
  /** Which of activation and valence its results have. */
  dimensions: readonly DimensionName[];
  /** An answer to fewer frames with speech is not accepted; absent if the model has no such rule. */
  leastSpeechFrames?: number;
  /** Whether its results say how surely somebody speaks; an answer to less than 0.5 is not accepted. */
  hasVoice: boolean;
  /** Hz of the samples that the network receives. */
  sampleRate: number;
  /** Samples of one segment at that rate. */
  windowSamples: number;
}
