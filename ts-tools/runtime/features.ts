import { loadAdaptation } from "./adaptation.js";
import { Classifier } from "./classifier.js";
import { Converter } from "./converter.js";
import type { Engine } from "./engine.js";
import { RecognizerError } from "./errors.js";
import { readInputFigures, warningSentences } from "./input_figures.js";
import type { Features } from "./result.js";
import { checkWholeFrames, eachPiece, type Sound } from "./samples.js";
import type { SoundLayout } from "./sound_layout.js";
import { WavInput } from "./wav_input.js";

export type { Features };

/**
 * Reads a whole WAV file as int16 samples at the module's rate. Throws if there is no sound in it; `warn` gets a sentence for each thing that is wrong with the
 * sound.
 */
export function readWavSamples(engine: Engine, bytes: Uint8Array, warn: (sentence: string) => void = () => {}): Int16Array {
  const parts: Int16Array[] = [];
  const converter = new Converter(engine, (samples) => parts.push(samples.slice()));
  const input = new WavInput(engine, {
    begin: (layout: SoundLayout) => converter.begin(layout),
    push: (piece: Uint8Array) => converter.push(piece),
  });
  input.push(bytes);
  const warnings = input.end();
  converter.finish();
  for (const sentence of warningSentences(readInputFigures(engine, warnings).warnings)) warn(sentence);
  return concatenate(parts);
}

function concatenate(parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** The center of a recording, or the recording with zeros on both sides: int16 [length] (docs/arithmetic.md, 3). */
export function centerSegment(samples: Int16Array, length: number): Int16Array {
  if (samples.length >= length) {
    const first = (samples.length - length) >> 1;
    return samples.slice(first, first + length);
  }
  const segment = new Int16Array(length);
  segment.set(samples, (length - samples.length) >> 1);
  return segment;
}

/** MFCCs of the center segment of a recording at the module's rate, float32 [frames, coefficients]: the network's input. */
export function segmentMfcc(engine: Engine, samples: Int16Array): Float32Array {
  const { exports } = engine;
  const level = new Classifier(engine).level([samples]);
  const segment = centerSegment(samples, exports.windowSamples());
  const coefficients = exports.coefficientCount();
  const mfcc = new Float32Array(exports.frameCount() * coefficients);
  engine.check(exports.startFeatures(level));
  let filled = 0;
  engine.push(new Uint8Array(segment.buffer), segment.BYTES_PER_ELEMENT, () => {
    const rows = engine.float32(exports.outputAddress(), exports.outputCount() * coefficients);
    mfcc.set(rows, filled);
    filled += rows.length;
  });
  return mfcc;
}

/** Features of raw sound; of a longer one its center. `speaker` is what was loaded of the speaker, if the model adapts. */
export function soundFeatures(engine: Engine, sound: Sound, layout: SoundLayout, speaker?: Uint8Array): Features {
  const parts: Int16Array[] = [];
  const converter = new Converter(engine, (samples) => parts.push(samples.slice()));
  converter.begin(layout);
  checkWholeFrames(sound, layout);
  eachPiece(sound, layout, (bytes) => converter.push(bytes));
  converter.finish();
  if (converter.frames === 0) throw new RecognizerError("EMPTY", "there is no sound to compute features of; pass samples");
  loadAdaptation(engine, speaker);
  return featuresOf(engine, concatenate(parts));
}

/** Features of samples at the module's rate. */
export function featuresOf(engine: Engine, samples: Int16Array): Features {
  const { exports } = engine;
  return { values: segmentMfcc(engine, samples), shape: [exports.frameCount(), exports.coefficientCount()] };
}

/** The network on MFCCs, float32 [frames, coefficients]; its probabilities. */
export function runNetwork(engine: Engine, mfcc: Float32Array): Float32Array {
  const { exports } = engine;
  const coefficients = exports.coefficientCount();
  const row = engine.float32(exports.mfccAddress(), coefficients);
  exports.startNetwork();
  for (let offset = 0; offset < mfcc.length; offset += coefficients) {
    row.set(mfcc.subarray(offset, offset + coefficients));
    engine.check(exports.pushFrame());
  }
  engine.check(exports.finishNetwork());
  return engine.float32(exports.probabilitiesAddress(), exports.classCount()).slice();
}
