/** The trained model that users have, quantized on recordings of EMO-DB; made once a process. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importModel } from "../../ts-tools/import/import_model.js";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { QuantizedModel } from "../../ts-tools/model/model_types.js";
import { calibrationSet } from "../../ts-tools/pipeline/calibration_set.js";
import { calibrate } from "../../ts-tools/quantize/calibrate.js";
import { padChannels } from "../../ts-tools/quantize/pad_channels.js";
import { quantizeModel } from "../../ts-tools/quantize/quantize.js";
import { type NpyFloat32, readNpyFloat32 } from "../support/npy.js";
import { sharedFolder } from "../support/paths.js";

const FOLDERS = ["upstream", "reference", "emodb"] as const;
const MISSING = FOLDERS.filter((name) => sharedFolder(name) === undefined);

/** Why there is nothing to compare, or false. */
export const skip: string | false = MISSING.length > 0 ? `${MISSING.map((name) => `../shared/${name}`).join(", ")} missing` : false;

interface ReferenceFile {
  label: string;
  probabilities: number[];
}

/** `probabilities.json`: what the float model says of each recording. */
export interface ReferenceAnswers {
  classes: string[];
  files: Record<string, ReferenceFile>;
}

export function referenceAnswers(): ReferenceAnswers {
  return JSON.parse(readFileSync(shared("reference", "probabilities.json"), "utf8")) as ReferenceAnswers;
}

/** MFCCs of a recording by an independent float64 implementation. */
export function goldenMfcc(name: string): NpyFloat32 {
  return readNpyFloat32(shared("reference", `${name}.mfcc.npy`));
}

export function recordingFile(name: string): string {
  return shared("emodb", "wav", `${name}.wav`);
}

/** The names of all of EMO-DB's recordings. */
export function allRecordings(): string[] {
  return readdirSync(shared("emodb", "wav"))
    .filter((name) => name.endsWith(".wav"))
    .map((name) => name.slice(0, -4));
}

let quantized: Promise<QuantizedModel> | undefined;

export function upstreamModel(): Promise<QuantizedModel> {
  quantized ??= quantizeUpstream();
  return quantized;
}

async function quantizeUpstream(): Promise<QuantizedModel> {
  const model = await importModel(shared("upstream", "emodb_3s_cross_entropy_float32.tflite"));
  const { segments } = await calibrationSet(shared("emodb", "wav"), REFERENCE_FRONT_END, () => {});
  const { scales } = calibrate(model, segments);
  return quantizeModel(padChannels(model), scales, REFERENCE_FRONT_END);
}

function shared(folder: (typeof FOLDERS)[number], ...parts: string[]): string {
  const file = join(sharedFolder(folder) ?? "", ...parts);
  if (!existsSync(file)) throw new Error(`${file} is missing although its folder is there; copy ../shared/${folder} again`);
  return file;
}
