import { readFile, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { ModelError } from "../import/float_model.js";
import { ACTIVATIONS } from "../quantize/layer_shapes.js";
import type { ActivationScales, FrontEnd } from "../quantize/model_types.js";

/** Beside float weights: what the weights themselves do not say. Every field may be missing. */
export interface Sidecar {
  /** Name of the model file in this folder that all of this is said of; when it is missing, the TensorFlow.js model.json. */
  file?: string;
  id?: string;
  /** In the order of the model's outputs. */
  classes?: string[];
  activationScales?: ActivationScales;
  /** Where the front end differs from the reference's. */
  frontEnd?: Partial<FrontEnd>;
}

export const SIDECAR = "light-sernet.json";

/** The folder that a source lies in: itself, or that of the file. */
export async function sourceFolder(source: string): Promise<string> {
  const isFolder = await stat(source).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  return isFolder ? source : path.dirname(source);
}

/** The TensorFlow.js model of a folder. */
const FOLDER_MODEL = "model.json";

/** The name of the model file that a source means. */
async function modelFileName(source: string): Promise<string> {
  return (await sourceFolder(source)) === source ? FOLDER_MODEL : path.basename(source);
}

/**
 * Reads `light-sernet.json` beside float weights; nothing when there is none, or when it is said of another model file of that folder.
 */
export async function readSidecar(source: string): Promise<Sidecar> {
  const sidecar = await readSidecarOfFolder(source);
  return (sidecar.file ?? FOLDER_MODEL) === (await modelFileName(source)) ? sidecar : {};
}

async function readSidecarOfFolder(source: string): Promise<Sidecar> {
  const file = path.join(await sourceFolder(source), SIDECAR);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    return {};
  }
  let sidecar: Sidecar;
  try {
    sidecar = JSON.parse(text) as Sidecar;
  } catch {
    throw new ModelError(`${file} is not JSON; correct it or take it away.`);
  }
  checkSidecar(file, sidecar);
  return sidecar;
}

/**
 * Writes the scales that a calibration chose beside the float weights: the next build needs no recordings. Returns the file. What is said there of
 * another model is not overwritten.
 */
export async function keepScales(source: string, kept: Required<Pick<Sidecar, "id" | "classes" | "activationScales">>): Promise<string> {
  const file = path.join(await sourceFolder(source), SIDECAR);
  const name = await modelFileName(source);
  const before = await readSidecarOfFolder(source);
  const other = before.file ?? FOLDER_MODEL;
  if (Object.keys(before).length > 0 && other !== name) {
    throw new ModelError(`${file} is said of ${other}; put ${name} into a folder of its own to keep its scales.`);
  }
  const text = `${JSON.stringify({ file: name, ...before, ...kept }, null, 2)}\n`;
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
  return file;
}

function checkSidecar(file: string, sidecar: Sidecar): void {
  const { file: of, id, classes, activationScales } = sidecar ?? {};
  if (typeof sidecar !== "object" || sidecar === null) throw new ModelError(`${file} holds no object; correct it or take it away.`);
  if (of !== undefined && typeof of !== "string") throw new ModelError(`${file} has a file that is no name.`);
  if (id !== undefined && (typeof id !== "string" || id === "")) throw new ModelError(`${file} has an id that is no text.`);
  if (classes !== undefined && !(Array.isArray(classes) && classes.every((name) => typeof name === "string" && name !== ""))) {
    throw new ModelError(`${file} has classes that are no list of names.`);
  }
  if (activationScales === undefined) return;
  const { bodyOne, bodyTwo, features } = activationScales;
  const all = [bodyOne, ...(Array.isArray(bodyTwo) ? bodyTwo : []), features];
  if (all.length !== ACTIVATIONS.length || !all.every((scale) => typeof scale === "number" && scale > 0 && Number.isFinite(scale))) {
    throw new ModelError(
      `${file} has activationScales that are not ${ACTIVATIONS.length} positive numbers (bodyOne, bodyTwo [4], features).`,
    );
  }
}
