import { stat } from "node:fs/promises";
import path from "node:path";
import { writeWhole } from "../host/pending_files.js";
import { MOST_MANIFEST_BYTES, readPlainTextIfThere } from "../host/plain_file.js";
import { ANSWER_RULES, parseAnswerRules } from "../model/answer_rules.js";
import { parseFrontEndChanges } from "../model/front_end_schema.js";
import { JsonFields } from "../model/json_fields.js";
import { parseLicense } from "../model/license.js";
import { ModelError } from "../model/model_error.js";
import { MOST_ID_BYTES } from "../model/model_names.js";
import type { ActivationScales, AnswerRules, FrontEnd, Normalization, VoiceHead } from "../model/model_types.js";
import { parseNormalization } from "../model/normalization.js";
import { parseActivationScales } from "../model/parse_manifest.js";
import { parseVoice } from "../model/voice.js";

/** What float weights do not say themselves, in a file beside them. Every field may be missing. */
export interface Sidecar extends AnswerRules {
  /** Name of the model file in this folder that all of this describes; default: whichever is built. */
  file?: string;
  id?: string;
  /** Of the weights, in words. */
  license?: string;
  /** In the order of the model's outputs. */
  classes?: string[];
  activationScales?: ActivationScales;
  /** 0..1: an answer whose largest probability is below it is uncertain; default 0. */
  acceptThreshold?: number;
  /** Differences from the reference's front end. */
  frontEnd?: Partial<FrontEnd>;
  /** Default: none. */
  normalization?: Normalization;
  /** Default: none. */
  voice?: VoiceHead;
}

export const SIDECAR = "light-sernet.json";

/** The TensorFlow.js model of a folder. */
export const FOLDER_MODEL = "model.json";

/** The model file of a source: the source itself, or the model.json of a folder. */
export async function sourceFile(source: string): Promise<string> {
  const isFolder = await stat(source).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  return isFolder ? path.join(source, FOLDER_MODEL) : source;
}

/** The folder of a source: the source itself, or the folder of the file. */
export async function sourceFolder(source: string): Promise<string> {
  return path.dirname(await sourceFile(source));
}

/** Reads `light-sernet.json` beside float weights; empty if there is none, or, with a note, if it says that it describes another model file of that folder. */
export async function readSidecar(source: string, notes: string[] = []): Promise<Sidecar> {
  const sidecar = await readSidecarOfFolder(source);
  const name = path.basename(await sourceFile(source));
  const { file = name } = sidecar;
  if (file === name) return sidecar;
  notes.push(`the ${SIDECAR} beside the model is not used: it describes ${file}`);
  return {};
}

async function readSidecarOfFolder(source: string): Promise<Sidecar> {
  const file = path.join(await sourceFolder(source), SIDECAR);
  const text = await readPlainTextIfThere(file, MOST_MANIFEST_BYTES);
  return text === undefined ? {} : parseSidecar(text, file);
}

/** What a build knows that its next one needs; `frontEnd` only if the command said it. */
type KeptFields = Required<Pick<Sidecar, "id" | "classes" | "activationScales">> & Pick<Sidecar, "frontEnd">;

/**
 * Writes the scales that a calibration chose beside the float weights, so that the next build needs no recordings. Returns the file. Throws if
 * that file describes another model.
 */
export async function keepScales(source: string, kept: KeptFields): Promise<string> {
  const file = path.join(await sourceFolder(source), SIDECAR);
  const name = path.basename(await sourceFile(source));
  const before = await readSidecarOfFolder(source);
  const { file: described = name } = before;
  if (described !== name) throw new ModelError(`${file} describes ${described}; move ${name} to its own folder to keep its scales.`);
  const frontEnd = { ...before.frontEnd, ...kept.frontEnd };
  const sidecar = { file: name, ...before, ...kept, ...(Object.keys(frontEnd).length > 0 && { frontEnd }) };
  const text = `${JSON.stringify(sidecar, null, 2)}\n`;
  writeWhole(file, text);
  return file;
}

const FIELDS: readonly (keyof Sidecar)[] = [
  "file",
  "id",
  "license",
  "classes",
  "activationScales",
  "acceptThreshold",
  "frontEnd",
  "normalization",
  ...ANSWER_RULES,
  "voice",
];

/**
 * Reads the text of `file`. Every field is checked by itself before anything is read or computed; build_model.ts checks whether the fields of the front end
 * fit each other once it is complete.
 */
export function parseSidecar(text: string, file: string): Sidecar {
  const fields = JsonFields.parse(text, file, "correct it or remove it");
  fields.only(FIELDS);
  const threshold = (): number => fields.number("acceptThreshold", (value) => value >= 0 && value <= 1, "a number from 0 to 1");
  const license = parseLicense(fields);
  const normalization = parseNormalization(fields);
  const voice = parseVoice(fields);
  return {
    ...(fields.has("file") && { file: fields.text("file") }),
    ...(fields.has("id") && { id: fields.name("id", MOST_ID_BYTES) }),
    ...(license !== undefined && { license }),
    ...(fields.has("classes") && { classes: fields.classes("classes") }),
    ...(fields.has("acceptThreshold") && { acceptThreshold: threshold() }),
    ...(fields.has("activationScales") && { activationScales: parseActivationScales(fields.object("activationScales")) }),
    ...(fields.has("frontEnd") && { frontEnd: parseFrontEndChanges(fields.object("frontEnd")) }),
    ...(normalization && { normalization }),
    ...parseAnswerRules(fields),
    ...(voice && { voice }),
  };
}
