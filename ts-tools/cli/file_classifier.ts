import type { DimensionName } from "../model/model_types.js";
import type { Recognition } from "../runtime/result.js";

/** A way to classify WAV files: in this process, or in wasmtime. */
export interface FileClassifier {
  /** In the order of the model. */
  classes: readonly string[];
  /** Which of activation and valence its results have. */
  dimensions: readonly DimensionName[];
  /** Whether they have the number of frames with speech. */
  countsSpeech: boolean;
  classify(file: string): Promise<Recognition>;
  close(): void;
}
