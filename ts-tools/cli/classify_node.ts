import { pumpFile } from "../host/wav_files.js";
import type { Build } from "../model/builds.js";
import { createWith } from "../runtime/create.js";
import { loadFromFolder } from "../runtime/loader_node.js";
import { allowRelaxedSimd } from "../runtime/relaxed_simd.js";
import type { LongMode } from "../runtime/windows.js";
import type { FileClassifier } from "./file_classifier.js";

/** Classifies in this process; files of any length are read in pieces. */
export async function nodeClassifier(options: { model: string; build: Build; long: LongMode }): Promise<FileClassifier> {
  const { model, build, long } = options;
  if (build === "relaxed") allowRelaxedSimd();
  const recognizer = await createWith(loadFromFolder, { model, build, long });
  return {
    classes: recognizer.model.classes,
    countsSpeech: recognizer.model.leastSpeechFrames !== undefined,
    dimensions: recognizer.model.dimensions,
    async classify(file) {
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
