/** The trained model that users have and the reference MFCCs and probabilities, where ../shared is there. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importModel } from "../../ts-tools/import/import_model.js";
import type { FloatModel } from "../../ts-tools/model/float_model.js";
import type { CalibrationSegment } from "../../ts-tools/quantize/calibrate.js";
import { readNpyFloat32 } from "../support/npy.js";
import { sharedFolder } from "../support/paths.js";

const upstream = sharedFolder("upstream");
const reference = sharedFolder("reference");

/** The option of a test that needs both. */
export const skipUpstream: string | false =
  upstream === undefined || reference === undefined ? "../shared/upstream and ../shared/reference are not there: no trained model" : false;

export function upstreamModel(): Promise<FloatModel> {
  return importModel(join(upstream!, "emodb_3s_cross_entropy_float32.tflite"));
}

/** MFCCs of 12 recordings. */
export function referenceSegments(): CalibrationSegment[] {
  const suffix = ".mfcc.npy";
  const files = readdirSync(reference!).filter((name) => name.endsWith(suffix));
  return files.sort().map((name) => ({ file: name.slice(0, -suffix.length), mfcc: readNpyFloat32(join(reference!, name)).values }));
}

/** The trained model's probabilities by recording. */
export function referenceProbabilities(): Record<string, number[]> {
  const { files } = JSON.parse(readFileSync(join(reference!, "probabilities.json"), "utf8")) as {
    files: Record<string, { probabilities: number[] }>;
  };
  return Object.fromEntries(Object.entries(files).map(([name, { probabilities }]) => [name, probabilities]));
}
