import path from "node:path";
import { isMissing, MOST_FOLDS_BYTES, readPlainText } from "../plain_file.js";
import { JsonFields } from "../quantize/json_fields.js";

/** Names the models of a folder of folds, and what each of them answers. */
export const FOLDS_FILE = "folds.json";

/** Leave one speaker out, or stratified folds that mix the speakers. */
export const PROTOCOLS = ["loso", "random"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface Fold {
  name: string;
  /** Folder of the built model that was trained without the fold. */
  model: string;
  /** The fold's utterances: the names of their WAV files without ".wav", or their places under the data set's folder. */
  test: readonly string[];
}

export interface Folds {
  /** The file that says it, for messages. */
  file: string;
  protocol: Protocol;
  folds: readonly Fold[];
}

/** Reads `folds.json`, believing nothing; undefined when the folder has none. Models are found relative to the folder. */
export async function readFolds(folder: string): Promise<Folds | undefined> {
  const file = path.join(folder, FOLDS_FILE);
  const text = await readPlainText(file, MOST_FOLDS_BYTES).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseFolds(text, file);
}

/** The folds that the text of `file` holds. */
export function parseFolds(text: string, file: string): Folds {
  const fields = JsonFields.parse(text, file, "correct it");
  const protocol = fields.text("protocol", new RegExp(`^(${PROTOCOLS.join("|")})$`), PROTOCOLS.join(" or ")) as Protocol;
  const folds = fields.objects("folds").map((fold) => ({
    name: fold.text("name"),
    model: path.join(path.dirname(file), fold.text("model")),
    test: fold.names("test"),
  }));
  const names = folds.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`${file}: two folds are named ${JSON.stringify(twice)}; give each a name of its own`);
  return { file, protocol, folds };
}
