import path from "node:path";
import { MOST_FOLDS_BYTES, readPlainTextIfThere } from "../host/plain_file.js";
import { JsonFields } from "../model/json_fields.js";
import { ModelError } from "../model/model_error.js";
import { shown } from "../text/visible_text.js";

/** Names the models of a folder of folds, and the utterances that each is tested on. */
export const FOLDS_FILE = "folds.json";

/** Leave one speaker out, or stratified folds that mix the speakers. */
export const PROTOCOLS = ["loso", "random"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Enough for a thousand speakers, one left out at a time. */
const MOST_FOLDS = 1000;

export interface Fold {
  name: string;
  /** Folder of the built model that was trained without the fold. */
  model: string;
  /** The fold's utterances: the names of their WAV files without ".wav", or their paths in the dataset's folder. */
  test: readonly string[];
}

export interface Folds {
  /** The file they are from, for messages. */
  file: string;
  protocol: Protocol;
  folds: readonly Fold[];
}

/** Reads and checks `folds.json`; undefined when the folder has none. Paths of models are relative to the folder. */
export async function readFolds(folder: string): Promise<Folds | undefined> {
  const file = path.join(folder, FOLDS_FILE);
  const text = await readPlainTextIfThere(file, MOST_FOLDS_BYTES);
  return text === undefined ? undefined : parseFolds(text, file);
}

/** The folds that the text of `file` holds. */
export function parseFolds(text: string, file: string): Folds {
  const fields = JsonFields.parse(text, file, "correct it");
  const protocol = fields.text("protocol", new RegExp(`^(${PROTOCOLS.join("|")})$`), PROTOCOLS.join(" or ")) as Protocol;
  const entries = fields.objects("folds");
  if (entries.length > MOST_FOLDS) {
    const counts = `${entries.length.toLocaleString("en-US")} folds, more than the limit of ${MOST_FOLDS.toLocaleString("en-US")}`;
    throw new ModelError(`${file}: it has ${counts}; leave some out.`);
  }
  const folds = entries.map((fold) => ({
    name: fold.text("name"),
    model: path.join(path.dirname(file), fold.text("model")),
    test: fold.names("test"),
  }));
  const names = new Set<string>();
  for (const { name } of folds) {
    if (names.has(name)) throw new ModelError(`${file}: two folds are named ${shown(name)}; give each its own name.`);
    names.add(name);
  }
  return { file, protocol, folds };
}
