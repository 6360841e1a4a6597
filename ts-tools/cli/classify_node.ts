import type { Build } from "../model/builds.js";
import { frameBytes, type SoundLayout } from "../runtime/converter.js";
import { createWith } from "../runtime/create.js";
import { namedError } from "../runtime/errors.js";
import { loadFromFolder } from "../runtime/loader_node.js";
import { allowRelaxedSimd } from "../runtime/relaxed_simd.js";
import type { Segment } from "../runtime/result.js";
import { pumpFile, readRaw } from "../sounds/sound_bytes.js";
import type { FileClassifier, Speaker } from "./file_classifier.js";
import type { WindowFlags } from "./window_options.js";

export interface NodeOptions extends WindowFlags {
  model: string;
  build: Build;
  /** The sounds are raw samples. */
  raw?: SoundLayout | undefined;
}

/** Classifies in this process; files of any length are read in pieces. */
export async function nodeClassifier(options: NodeOptions): Promise<FileClassifier> {
  const { model, build, long, crops, raw } = options;
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
    isStream: long === "stream" && crops === undefined,
    dimensions: recognizer.model.dimensions,
    async classify(file, onSegment) {
      listener = onSegment;
      recognizer.reset();
      const warnings: string[] = [];
      const warn = (sentence: string): void => void warnings.push(sentence);
      let readMs = 0;
      if (raw) {
        let bytesRead = 0;
        for await (const bytes of readRaw(file, warn)) {
          recognizer.pushBytes(bytes, raw);
          bytesRead += bytes.length;
        }
        if (bytesRead < frameBytes(raw)) throw namedError(bytesRead === 0 ? "EMPTY_FILE" : "WAV_EMPTY");
      } else {
        recognizer.pushWav(new Uint8Array(0));
        readMs = await pumpFile(file, (bytes) => recognizer.pushWav(bytes), { warn });
      }
      const recognition = recognizer.finish();
      recognition.warnings.unshift(...warnings);
      recognition.timing.decodeMs += readMs;
      return recognition;
    },
    close: () => recognizer.close(),
  };
}
