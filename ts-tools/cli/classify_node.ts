import { pumpFile } from "../host/wav_files.js";
import type { Build } from "../model/builds.js";
import { createWith } from "../runtime/create.js";
import { loadFromFolder } from "../runtime/loader_node.js";
import { allowRelaxedSimd } from "../runtime/relaxed_simd.js";
import type { Segment } from "../runtime/result.js";
import type { FileClassifier, Speaker } from "./file_classifier.js";
import type { WindowFlags } from "./window_options.js";

export interface NodeOptions extends WindowFlags {
  model: string;
  build: Build;
}

/** Classifies in this process; files of any length are read in pieces. */
export async function nodeClassifier(options: NodeOptions): Promise<FileClassifier> {
  const { model, build, long, crops } = options;
  if (build === "relaxed") allowRelaxedSimd();
  let listener: ((segment: Segment) => void) | undefined;
  const onSegment = (segment: Segment): void => listener?.(segment);
  const recognizer = await createWith(loadFromFolder, { model, build, long, ...(crops !== undefined && { crops }), onSegment });
  const speaker: Speaker = {
    load: (statistics) => {
      recognizer.adaptation = statistics;
    },
    save: () => recognizer.adaptation,
  };
  return {
    classes: recognizer.model.classes,
    license: recognizer.model.license,
    speaker: recognizer.model.adapts ? speaker : undefined,
    countsSpeech: recognizer.model.leastSpeechFrames !== undefined,
    hasVoice: recognizer.model.hasVoice,
    dimensions: recognizer.model.dimensions,
    async classify(file, onSegment) {
      listener = onSegment;
      recognizer.reset();
      recognizer.pushWav(new Uint8Array(0));
      const readMs = await pumpFile(file, (bytes) => recognizer.pushWav(bytes));
      const recognition = recognizer.finish();
      recognition.timing.decodeMs += readMs;
      return recognition;
    },
    close: () => recognizer.close(),
  };
}
