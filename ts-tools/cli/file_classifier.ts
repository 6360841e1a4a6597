import type { Recognition } from "../runtime/result.js";

/** One way to classify WAV files: in this process, or under wasmtime. */
export interface FileClassifier {
  /** In the order of the model. */
  classes: readonly string[];
  classify(file: string): Promise<Recognition>;
  close(): void;
}
