import type { AnswerRules, FrontEnd, QuantizedModel } from "./model_types.js";

/** A quantized model with its id, hash and class names. */
export interface NamedModel {
  id: string;
  /** SHA-256 of the quantized weights, 64 hexadecimal digits. */
  sha256: string;
  classes: string[];
  /** float32, 0..1. */
  acceptThreshold: number;
  /** Default: none. */
  rules?: AnswerRules;
  frontEnd: FrontEnd;
  model: QuantizedModel;
}
