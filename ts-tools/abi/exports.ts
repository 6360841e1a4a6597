import { LARGEST_LEVEL } from "../model/levels.js";
import type { AnswerRules, Normalization } from "../model/model_types.js";

/**
 * The boundary of the module, once: every exported function with its parameters and what it does. The runtime's types, docs/abi.md and the
 * check of the linked module are made from this list. All parameters are i32, and so are all results without a `type`; addresses are byte
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
  doc: string;
}

export const EXPORTS = {
  abiVersion: { parameters: [], result: "version", doc: "Version of this list: 1." },
  modelIdAddress: { parameters: [], result: "address", holds: "char", doc: "The model's id, UTF-8, zero-terminated." },
  modelHashAddress: {
    parameters: [],
    result: "address",
    holds: "char",
    doc: "SHA-256 of the quantized weights, 64 hexadecimal digits, zero-terminated.",
  },
  classCount: { parameters: [], result: "count", doc: "Number of classes." },
  classNameAddress: {
    parameters: ["index"],
    result: "address",
    holds: "char",
    doc: "Name of a class, UTF-8, zero-terminated; 0 when the index is out of range.",
  },
  acceptThreshold: {
    parameters: [],
    result: "probability",
    type: "f32",
    doc: "The model's acceptance threshold, 0 to 1: an answer whose largest probability is below it is uncertain. 0 accepts every answer.",
  },
  sampleRate: { parameters: [], result: "hz", doc: "Sample rate of the network's input in Hz: 16,000." },
  windowSamples: { parameters: [], result: "samples", doc: "Samples of one segment at that rate: 48,000 (3 s)." },
  hopSamples: { parameters: [], result: "samples", doc: "Samples from one frame to the next." },
  frameCount: { parameters: [], result: "frames", doc: "Frames of one segment: 184." },
  coefficientCount: { parameters: [], result: "count", doc: "MFCCs of one frame: 40." },
  memoryNeeded: { parameters: [], result: "bytes", doc: "Bytes of linear memory that are used, from address 0." },

  setInput: {
    parameters: ["format", "channels", "rate"],
    result: "status",
    doc: "Sets how pushed bytes are read (see INPUT_FORMAT; channels interleaved; 8,000 to 192,000 Hz). Until it is called: int16, mono, 16 kHz. Ends whatever was started.",
  },
  inputAddress: { parameters: [], result: "address", holds: "uint8_t", doc: "Where the host writes the bytes to push." },
  inputCapacity: { parameters: [], result: "bytes", doc: "How many bytes fit there." },
  push: {
    parameters: ["bytes"],
    result: "status",
    doc: "Takes bytes from inputAddress(): whole frames of all channels, at most inputCapacity(). What they are used for depends on what was started.",
  },

  startLevel: {
    parameters: ["samples"],
    result: "status",
    doc: "First pass to find the level of a recording of that many samples at 16 kHz (see resampledLength): push all of it, then call nextLevel().",
  },
  nextLevel: { parameters: [], result: "status", doc: "Second pass: push the same recording again, then call finishLevel()." },
  finishLevel: {
    parameters: [],
    result: "level",
    doc: `The level in thousandths of an int16 step, 0 to ${LARGEST_LEVEL.toLocaleString("en-US")}; or a negative status.`,
  },
  start: {
    parameters: ["level", "samples"],
    result: "status",
    doc: "Starts a segment: its level (from finishLevel(), or known otherwise) and the number of samples at 16 kHz that will be pushed. Of more than windowSamples() the center is taken; fewer get zeros on both sides.",
  },
  finish: {
    parameters: [],
    result: "status",
    doc: "Ends the segment after all samples were pushed. Logits and probabilities are there afterward.",
  },
  label: {
    parameters: [],
    result: "class",
    doc: "Index of the largest logit, the first one of a tie (with `speakerAnswers` of the largest corrected value); -1 from the start or a reset until the next finish().",
  },
  accepted: {
    parameters: [],
    result: "flag",
    doc: "1 when the largest probability is acceptThreshold() or more, both float32; 0 when it is less: the answer is uncertain. Also 0 while label() is -1.",
  },
  logitsAddress: { parameters: [], result: "address", holds: "int32_t", doc: "int32 [classCount]." },
  probabilitiesAddress: { parameters: [], result: "address", holds: "float", doc: "float32 [classCount]." },
  reset: { parameters: [], doc: "Ends whatever was started and clears the last result; keeps setInput." },

  startSamples: {
    parameters: [],
    result: "status",
    doc: "Starts a conversion alone: after each push, and after finishSamples(), outputCount() int16 samples at 16 kHz are at outputAddress(). Read them before the next call.",
  },
  finishSamples: {
    parameters: [],
    result: "status",
    doc: "Ends the conversion: the last outputCount() samples are at outputAddress().",
  },
  startFeatures: {
    parameters: ["level"],
    result: "status",
    doc: "Starts the front end alone, without crop, padding and network: after each push, outputCount() rows of float32 [coefficientCount] are at outputAddress(). Read them before the next call. There is nothing to finish: a row comes with the last sample of its frame. At other rates than sampleRate() the resampler keeps its last outputs; where every sample counts, convert first (startSamples).",
  },
  outputAddress: {
    parameters: [],
    result: "address",
    holds: "void",
    doc: "int16 samples of a conversion, or float32 MFCCs of startFeatures.",
  },
  outputCount: { parameters: [], result: "samples", doc: "How many samples, or rows of MFCCs, the last call made." },
  resampledLength: {
    parameters: ["frames", "rate"],
    result: "samples",
    doc: "ceil(16000 frames / rate): the length at 16 kHz of a recording of that many frames; -4 for a rate out of range, -10 when it does not fit in 31 bits.",
  },

  wavBegin: { parameters: [], doc: "Starts reading the header of a WAV file." },
  wavPush: {
    parameters: ["bytes"],
    result: "status",
    doc: "Takes the next bytes of the file from inputAddress(), any number. 0: push more; above 0: the samples begin, and that many of these bytes belonged to the header; negative: what is wrong with the file.",
  },
  wavFormat: { parameters: [], result: "format", doc: "INPUT_FORMAT of the samples of that file." },
  wavChannels: { parameters: [], result: "count", doc: "Its channels." },
  wavRate: { parameters: [], result: "hz", doc: "Its sample rate." },
  wavFrames: { parameters: [], result: "frames", doc: "Its length in frames of all channels, according to the header." },

  frameAddress: {
    parameters: [],
    result: "address",
    holds: "int16_t",
    doc: "int16 [frameSamples], as in model.json: the leveled samples of one frame, input of stageSpectrum.",
  },
  stageSpectrum: { parameters: [], doc: "Window, FFT, magnitude: fills spectrumAddress()." },
  spectrumAddress: { parameters: [], result: "address", holds: "float", doc: "float32 [frameSamples / 2 + 1]: magnitudes of one frame." },
  stageMel: { parameters: [], doc: "Mel filter bank and logarithm of the spectrum: fills melAddress()." },
  melAddress: {
    parameters: [],
    result: "address",
    holds: "float",
    doc: "float32 [melBands], as in model.json: log mel energies of one frame.",
  },
  stageMfcc: {
    parameters: [],
    doc: "DCT-II of the log mel energies: fills mfccAddress(). Clipped, but in a module that normalizes neither that nor normalized.",
  },
  mfccAddress: { parameters: [], result: "address", holds: "float", doc: "float32 [coefficientCount]: MFCCs of one frame." },
  startNetwork: { parameters: [], doc: "Starts the network alone; ends whatever was started." },
  pushFrame: { parameters: [], result: "status", doc: "Hands the network the MFCCs at mfccAddress(); frameCount() times." },
  finishNetwork: { parameters: [], result: "status", doc: "Ends the network; results as after finish()." },
} as const satisfies Record<string, ExportedFunction>;

/** Exports of modules that normalize, and of no others. */
export const ADAPTATION_EXPORTS = {
  adaptationFrames: {
    parameters: [],
    result: "frames",
    doc: "Frames with speech that the statistics include, hopSamples() each: those of every segment and of startFeatures() since the module began, or since adaptationReset(), in addition to those of the statistics that were loaded. Windows that overlap count twice.",
  },
  adaptationSave: {
    parameters: [],
    result: "bytes",
    doc: "Puts the speaker's statistics at inputAddress(), that many bytes: copy them before the next call. Nothing else changes. Save after finish().",
  },
  adaptationLoad: {
    parameters: ["bytes"],
    result: "status",
    doc: "Takes a speaker's statistics from inputAddress(). Every segment that starts afterwards begins with that speaker's mean (with the training corpora's, if the statistics include no speech), and the statistics go on from there. Refuses what is damaged or of a model with another front end (with `speakerAnswers` of another network, too), and changes nothing then.",
  },
  adaptationReset: {
    parameters: [],
    doc: "Forgets the speaker: statistics begin anew, and so do segments, with the mean of the training corpora.",
  },
} as const satisfies Record<string, ExportedFunction>;

/** Exports of modules whose manifest has this dimension, and of no others. */
export const DIMENSION_EXPORTS = {
  activation: {
    parameters: [],
    result: "value",
    type: "f32",
    doc: "How excited the voice sounds, 0 to 1; -1 while label() is -1.",
  },
  valence: {
    parameters: [],
    result: "value",
    type: "f32",
    doc: "How pleased the voice sounds, 0 to 1; -1 while label() is -1.",
  },
} as const satisfies Record<string, ExportedFunction>;

/** Exports of modules whose manifest has `leastSpeechFrames`, and of no others. */
export const SPEECH_EXPORTS = {
  leastSpeechFrames: {
    parameters: [],
    result: "frames",
    doc: "accepted() is 0 for a segment with fewer frames with speech, whatever the probability.",
  },
  speechFrames: {
    parameters: [],
    result: "frames",
    doc: "Frames with speech in the last segment, hopSamples() each; frameCount() after finishNetwork(), where nobody knows; 0 while label() is -1.",
  },
} as const satisfies Record<string, ExportedFunction>;

/** What a module may have beyond EXPORTS. */
export const OPTIONAL_EXPORTS = {
  adaptation: ADAPTATION_EXPORTS,
  activation: { activation: DIMENSION_EXPORTS.activation },
  valence: { valence: DIMENSION_EXPORTS.valence },
  speech: SPEECH_EXPORTS,
} as const satisfies Record<string, Record<string, ExportedFunction>>;

export type Feature = keyof typeof OPTIONAL_EXPORTS;
export const FEATURES = Object.keys(OPTIONAL_EXPORTS) as Feature[];

/** What a manifest says of a model's features. */
export type FeatureSource = AnswerRules & { normalization?: Normalization };

export function featuresOf({ normalization, dimensions, leastSpeechFrames }: FeatureSource): Feature[] {
  const has: Readonly<Record<Feature, unknown>> = {
    adaptation: normalization,
    activation: dimensions?.activation,
    valence: dimensions?.valence,
    speech: leastSpeechFrames,
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

/** The types of the exports that say more of an answer, in modules that have them. */
export type AnswerExports = Partial<Functions<typeof DIMENSION_EXPORTS> & Functions<typeof SPEECH_EXPORTS>>;

export const ABI_VERSION = 1;
