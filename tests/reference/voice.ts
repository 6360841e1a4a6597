import type { QuantizedDense, QuantizedModel } from "../../ts-tools/model/model_types.js";
import { logistic } from "./dimensions.js";
import { dense, type NetworkResult } from "./network.js";
import { f32 } from "./rounding.js";

/** What the voice head says, a float32 from 0 to 1 (docs/arithmetic.md, sections 5 and 6); undefined for a model without one. */
export function voiceOfNetwork({ voice }: QuantizedModel, { activations }: NetworkResult): number | undefined {
  return voice && voiceOf(dense(activations.at(-1)!.values, voice)[0]!, voice);
}

/** The same of the head's output, an int32. */
export function voiceOf(logit: number, { logitScale }: Pick<QuantizedDense, "logitScale">): number {
  return logistic(f32(f32(logit) * f32(logitScale)));
}
