import type { DimensionName } from "../model/model_types.js";
import type { Recognition, Segment } from "../runtime/result.js";

/** A way to classify WAV files: in this process, or in wasmtime. */
export interface FileClassifier {
  /** In the order of the model. */
  classes: readonly string[];
  /** Of the model, if its manifest says it. */
  license: string | undefined;
  /** What it knows of the person who speaks; undefined if its model does not normalize. */
  speaker: Speaker | undefined;
  /** Which of activation and valence its results have. */
  dimensions: readonly DimensionName[];
  /** Whether they have the number of frames with speech. */
  countsSpeech: boolean;
  /** Whether they say how surely somebody speaks. */
  hasVoice: boolean;
  /** Whether they are the answers of a stream, which have a state. */
  isStream: boolean;
  /** `onSegment` receives each window as soon as it is classified; of wasmtime, all of them at the end. */
  classify(file: string, onSegment?: (segment: Segment) => void): Promise<Recognition>;
  close(): void;
}

/** Throws if the model in that folder does not adapt. `option` is what needs that it does. */
export function speakerIn({ speaker }: Pick<FileClassifier, "speaker">, model: string, option: string): Speaker {
  if (speaker !== undefined) return speaker;
  throw new Error(
    `${model}: this model does not adapt to a speaker, because its manifest has no normalization; remove ${option}, or use a model that has one`,
  );
}

/** A speaker's statistics in a classifier. */
export interface Speaker {
  /** The sounds that follow start from these statistics, and gather more; undefined forgets the speaker. Throws, and changes nothing, if they are damaged or of another model. */
  load(statistics: Uint8Array | undefined): Promise<void> | void;
  /** What was loaded and what was gathered since; undefined if there is nothing yet. */
  save(): Uint8Array | undefined;
}
