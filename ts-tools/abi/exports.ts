import { hasStream } from "../model/front_end.js";
import type { AnswerRules, FrontEnd, Normalization } from "../model/model_types.js";

/**
 * The boundary of the module, once: every exported function with its parameters. export_docs.ts says what each does. The runtime's types, docs/abi.md and the
 * check of the linked module are made from these lists. All parameters are i32, and so are all results without a `type`; addresses are byte
 * offsets in the exported `memory`.
 *
 * A sound is pushed three times: twice to find its level, once for the features. The module never holds all of it.
 *
 *     setInput(format, channels, rate)
 *     startLevel(samples)  push* nextLevel()  push* finishLevel() -> level
 *     start(level, samples)  push*  finish()   then read label(), accepted(), logitsAddress(), probabilitiesAddress()
 *
 * `push` takes the bytes that the host has written to inputAddress().
 */
export interface ExportedFunction {
  parameters: readonly string[];
  /** The result's name; undefined for a function without a result. */
  result?: string;
  /** The result's type; default i32. */
  type?: "f32";
  /** Of an address: what is there, in C. */
  holds?: "char" | "uint8_t" | "int16_t" | "int32_t" | "float" | "void";
}

export const EXPORTS = {
  abiVersion: { parameters: [], result: "version" },
  modelIdAddress: { parameters: [], result: "address", holds: "char" },
  modelHashAddress: { parameters: [], result: "address", holds: "char" },
  classCount: { parameters: [], result: "count" },
  classNameAddress: { parameters: ["index"], result: "address", holds: "char" },
  acceptThreshold: { parameters: [], result: "probability", type: "f32" },
  sampleRate: { parameters: [], result: "hz" },
  windowSamples: { parameters: [], result: "samples" },
  hopSamples: { parameters: [], result: "samples" },
  frameCount: { parameters: [], result: "frames" },
  coefficientCount: { parameters: [], result: "count" },
  memoryNeeded: { parameters: [], result: "bytes" },

  setInput: { parameters: ["format", "channels", "rate"], result: "status" },
  inputAddress: { parameters: [], result: "address", holds: "uint8_t" },
  inputCapacity: { parameters: [], result: "bytes" },
  push: { parameters: ["bytes"], result: "status" },

  startLevel: { parameters: ["samples"], result: "status" },
  nextLevel: { parameters: [], result: "status" },
  finishLevel: { parameters: [], result: "level" },
  start: { parameters: ["level", "samples"], result: "status" },
  finish: { parameters: [], result: "status" },
  label: { parameters: [], result: "class" },
  accepted: { parameters: [], result: "flag" },
  logitsAddress: { parameters: [], result: "address", holds: "int32_t" },
  probabilitiesAddress: { parameters: [], result: "address", holds: "float" },
  reset: { parameters: [] },

  startSamples: { parameters: [], result: "status" },
  finishSamples: { parameters: [], result: "status" },
  startFeatures: { parameters: ["level"], result: "status" },
  outputAddress: { parameters: [], result: "address", holds: "void" },
  outputCount: { parameters: [], result: "samples" },
  inputFigures: { parameters: [], result: "address", holds: "int32_t" },
  resampledLength: { parameters: ["frames", "rate"], result: "samples" },

  wavBegin: { parameters: [] },
  wavPush: { parameters: ["bytes"], result: "status" },
  wavFormat: { parameters: [], result: "format" },
  wavChannels: { parameters: [], result: "count" },
  wavRate: { parameters: [], result: "hz" },
  wavFrames: { parameters: [], result: "frames" },
  wavTake: { parameters: ["bytes"], result: "count" },
  wavEnd: { parameters: [], result: "warnings" },

  frameAddress: { parameters: [], result: "address", holds: "int16_t" },
  stageSpectrum: { parameters: [] },
  spectrumAddress: { parameters: [], result: "address", holds: "float" },
  stageMel: { parameters: [] },
  melAddress: { parameters: [], result: "address", holds: "float" },
  stageMfcc: { parameters: [] },
  mfccAddress: { parameters: [], result: "address", holds: "float" },
  startNetwork: { parameters: [] },
  pushFrame: { parameters: [], result: "status" },
  finishNetwork: { parameters: [], result: "status" },
} as const satisfies Record<string, ExportedFunction>;

/** Exports of modules that normalize, and of no others. */
export const ADAPTATION_EXPORTS = {
  adaptationFrames: { parameters: [], result: "frames" },
  adaptationSave: { parameters: [], result: "bytes" },
  adaptationLoad: { parameters: ["bytes"], result: "status" },
  adaptationReset: { parameters: [] },
} as const satisfies Record<string, ExportedFunction>;

/** Exports of modules whose manifest has this dimension, and of no others. */
export const DIMENSION_EXPORTS = {
  activation: { parameters: [], result: "value", type: "f32" },
  valence: { parameters: [], result: "value", type: "f32" },
} as const satisfies Record<string, ExportedFunction>;

/** Exports of modules whose manifest has `leastSpeechFrames`, and of no others. */
export const SPEECH_EXPORTS = {
  leastSpeechFrames: { parameters: [], result: "frames" },
  speechFrames: { parameters: [], result: "frames" },
} as const satisfies Record<string, ExportedFunction>;

/** Exports of modules whose manifest has `voice`, and of no others. */
export const VOICE_EXPORTS = {
  voice: { parameters: [], result: "value", type: "f32" },
} as const satisfies Record<string, ExportedFunction>;

/** Exports of modules whose front end is the one that the voice gate knows, and of no others. */
export const STREAM_EXPORTS = {
  startStream: { parameters: [], result: "status" },
  setStream: { parameters: ["smoothing", "hold"], result: "status" },
  pushStream: { parameters: ["bytes"], result: "status" },
  finishStream: { parameters: [], result: "answers" },
  streamEvents: { parameters: [], result: "events" },
  streamAnswer: { parameters: [], result: "address", holds: "int32_t" },
} as const satisfies Record<string, ExportedFunction>;

/** What a module may have beyond EXPORTS. */
export const OPTIONAL_EXPORTS = {
  adaptation: ADAPTATION_EXPORTS,
  activation: { activation: DIMENSION_EXPORTS.activation },
  valence: { valence: DIMENSION_EXPORTS.valence },
  speech: SPEECH_EXPORTS,
  voice: VOICE_EXPORTS,
  stream: STREAM_EXPORTS,
} as const satisfies Record<string, Record<string, ExportedFunction>>;

export type Feature = keyof typeof OPTIONAL_EXPORTS;
export const FEATURES = Object.keys(OPTIONAL_EXPORTS) as Feature[];

/** What a manifest says of a model's features. */
export type FeatureSource = AnswerRules & { normalization?: Normalization; voice?: unknown; frontEnd?: FrontEnd };

export function featuresOf({ normalization, dimensions, leastSpeechFrames, voice, frontEnd }: FeatureSource): Feature[] {
  const has: Readonly<Record<Feature, unknown>> = {
    adaptation: normalization,
    activation: dimensions?.activation,
    valence: dimensions?.valence,
    speech: leastSpeechFrames,
    voice,
    stream: frontEnd && hasStream(frontEnd) ? frontEnd : undefined,
  };
  return FEATURES.filter((feature) => has[feature] !== undefined);
}

/** The exports of a module with these features. */
export function exportsOf(features: readonly Feature[]): Readonly<Record<string, ExportedFunction>> {
  return Object.assign({ ...EXPORTS }, ...features.map((feature) => OPTIONAL_EXPORTS[feature]));
}

type Parameters<T extends readonly string[]> = { [K in keyof T]: number };

type Functions<T extends Record<string, ExportedFunction>> = {
  [K in keyof T]: (...values: Parameters<T[K]["parameters"]>) => T[K] extends { result: string } ? number : void;
};

/** The types of the module's exports. */
export type ModuleExports = Functions<typeof EXPORTS> & { memory: WebAssembly.Memory };

/** The types of the exports of a module that normalizes. */
export type AdaptationExports = Functions<typeof ADAPTATION_EXPORTS>;

/** The types of the exports of a module with a stream. */
export type StreamExports = Functions<typeof STREAM_EXPORTS>;

/** The types of the exports that say more of an answer, in modules that have them. */
export type AnswerExports = Partial<
  Functions<typeof DIMENSION_EXPORTS> & Functions<typeof SPEECH_EXPORTS> & Functions<typeof VOICE_EXPORTS>
>;

export const ABI_VERSION = 2;

/** Every function that a module may export. */
export type ExportName =
  | keyof typeof EXPORTS
  | keyof typeof ADAPTATION_EXPORTS
  | keyof typeof DIMENSION_EXPORTS
  | keyof typeof SPEECH_EXPORTS
  | keyof typeof VOICE_EXPORTS
  | keyof typeof STREAM_EXPORTS;
