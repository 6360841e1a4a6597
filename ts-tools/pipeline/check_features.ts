import { type ComparedSound, compareFeatures, type FeatureComparison, readUserFeatures } from "../features/compare_features.js";
import { readPlainFile } from "../host/plain_file.js";
import { clearProgress, printWarnings, showStep } from "../host/terminal.js";
import { frameCount } from "../model/front_end.js";
import { ModelError } from "../model/model_error.js";
import type { FrontEnd } from "../model/model_types.js";
import { Engine } from "../runtime/engine.js";
import { readWavSamples, segmentMfcc } from "../runtime/features.js";
import { readWholeSound } from "../sounds/sound_bytes.js";
import { visible } from "../text/visible_text.js";
import { MOST_RECORDING_BYTES } from "./calibration_set.js";
import { frontEndModule } from "./front_end_module.js";

/** A million float64 elements with their header. */
const MOST_FEATURE_BYTES = 2 ** 24;

/** Compares the features in a .npy file, which somebody computed of a sound, with those of a front end. */
export async function checkFeatures(features: string, sound: string, frontEnd: FrontEnd): Promise<FeatureComparison> {
  const user = readUserFeatures(await readPlainFile(features, MOST_FEATURE_BYTES), visible(features), frontEnd);
  const comparison = compareFeatures(user, await comparedSound(sound, frontEnd), frontEnd, showStep);
  clearProgress();
  return comparison;
}

async function comparedSound(file: string, frontEnd: FrontEnd): Promise<ComparedSound> {
  const warn = (sentence: string): void => printWarnings(file, [sentence]);
  const bytes = await readWholeSound(file, MOST_RECORDING_BYTES, { warn });
  const { normalization, ...plain } = frontEnd;
  const engine = await Engine.create(await frontEndModule(frontEnd));
  let samples: Int16Array;
  try {
    samples = readWavSamples(engine, bytes, warn);
  } catch (cause) {
    throw new ModelError(`${file}: ${(cause as Error).message}.`, { cause });
  }
  const matrixOf = (of: Engine): ComparedSound["features"] => ({
    frames: frameCount(frontEnd),
    columns: frontEnd.coefficients,
    values: Float64Array.from(segmentMfcc(of, samples)),
  });
  const sound = { file: visible(file), samples, features: matrixOf(engine) };
  return normalization === undefined ? sound : { ...sound, plain: matrixOf(await Engine.create(await frontEndModule(plain))) };
}
