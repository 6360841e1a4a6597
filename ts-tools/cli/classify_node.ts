import type { Build } from "../model/builds.js";
import { frameBytes, type SoundLayout } from "../runtime/converter.js";
import type { LoadedModel } from "../runtime/create.js";
import { namedError } from "../runtime/errors.js";
import { loadFromFolder } from "../runtime/loader_node.js";
import type { ModelInfo } from "../runtime/model_info.js";
import { Recognizer } from "../runtime/recognizer.js";
import { allowRelaxedSimd } from "../runtime/relaxed_simd.js";
import type { Recognition, Segment } from "../runtime/result.js";
import { pumpFile, readRaw } from "../sounds/sound_bytes.js";
import type { FileClassifier, Speaker } from "./file_classifier.js";
import type { WindowFlags } from "./window_options.js";

/** What to do with each sound. */
export interface SoundFlags extends WindowFlags {
  /** The sounds are raw samples. */
  raw?: SoundLayout | undefined;
}

export interface NodeOptions extends SoundFlags {
  model: string;
  build: Build;
}

/** The module of a model's folder. */
export function loadNodeModel({ model, build }: Pick<NodeOptions, "model" | "build">): Promise<LoadedModel> {
  if (build === "relaxed") allowRelaxedSimd();
  return loadFromFolder(model, build);
}

/** Classifies in this process; files of any length are read in pieces. */
export async function nodeClassifier(options: NodeOptions): Promise<FileClassifier> {
  return classifierOf(await loadNodeModel(options), options);
}

/** Classifies in this thread. */
export async function classifierOf({ module, license }: LoadedModel, { long, crops, raw }: SoundFlags): Promise<FileClassifier> {
  let listener: ((segment: Segment) => void) | undefined;
  const onSegment = (segment: Segment): void => listener?.(segment);
  const recognizer = await Recognizer.create(module, { long, ...(crops !== undefined && { crops }), onSegment }, license);
  const speaker: Speaker = {
    load: (statistics) => {
      recognizer.adaptation = statistics;
    },
    save: () => recognizer.adaptation,
  };
  return {
    ...columnsOf(recognizer.model, { long, crops }),
    license: recognizer.model.license,
    speaker: recognizer.model.adapts ? speaker : undefined,
    classify(file, onSegment) {
      listener = onSegment;
      recognizer.reset();
      return classifyFrom(file, raw, {
        pushWav: (bytes) => recognizer.pushWav(bytes),
        pushRaw: (bytes, layout) => recognizer.pushBytes(bytes, layout),
        finish: () => recognizer.finish(),
      });
    },
    close: () => recognizer.close(),
  };
}

/** What the results of a model have. */
export function columnsOf(
  { classes, leastSpeechFrames, hasVoice, dimensions }: ModelInfo,
  { long, crops }: Pick<WindowFlags, "long"> & { crops?: number | undefined },
): Pick<FileClassifier, "classes" | "countsSpeech" | "hasVoice" | "dimensions" | "isStream"> {
  const isStream = long === "stream" && crops === undefined;
  return { classes, countsSpeech: leastSpeechFrames !== undefined, hasVoice, dimensions, isStream };
}

/** What takes a sound in pieces. */
export interface SoundTaker {
  /** As Recognizer.pushWav(). */
  pushWav(bytes: Uint8Array): boolean | Promise<boolean>;
  pushRaw(bytes: Uint8Array, layout: SoundLayout): void | Promise<void>;
  finish(): Recognition | Promise<Recognition>;
}

/** Reads a sound, decodes it if it must be, and passes it on. */
export async function classifyFrom(file: string, raw: SoundLayout | undefined, to: SoundTaker): Promise<Recognition> {
  const warnings: string[] = [];
  const warn = (sentence: string): void => void warnings.push(sentence);
  let readMs = 0;
  if (raw) {
    let bytesRead = 0;
    for await (const bytes of readRaw(file, warn)) {
      await to.pushRaw(bytes, raw);
      bytesRead += bytes.length;
    }
    if (bytesRead < frameBytes(raw)) throw namedError(bytesRead === 0 ? "EMPTY_FILE" : "WAV_EMPTY");
  } else {
    await to.pushWav(new Uint8Array(0));
    readMs = await pumpFile(file, (bytes) => to.pushWav(bytes), { warn });
  }
  const recognition = await to.finish();
  recognition.warnings.unshift(...warnings);
  recognition.timing.decodeMs += readMs;
  return recognition;
}
