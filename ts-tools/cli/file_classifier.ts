import type { Recognition } from "../runtime/result.js";

/** A way to classify WAV files: in this process, or in wasmtime. */
export interface FileClassifier {
  /** In the order of the model. */
  classes: readonly string[];
  /** What it knows of the person who speaks; undefined if its model does not normalize. */
  speaker: Speaker | undefined;
  classify(file: string): Promise<Recognition>;
  close(): void;
}

/** A speaker's statistics in a classifier. */
export interface Speaker {
  /** The sounds that follow start from these statistics, and gather more; undefined forgets the speaker. Throws, and changes nothing, if they are damaged or of another model. */
  load(statistics: Uint8Array | undefined): Promise<void> | void;
  /** What was loaded and what was gathered since; undefined if there is nothing yet. */
  save(): Uint8Array | undefined;
}
