import type { Folds } from "../evaluate/folds.js";
import { errorSentence } from "../host/terminal.js";
import type { Build } from "../model/builds.js";
import { DIMENSIONS } from "../model/dimensions.js";
import { readManifest } from "../runtime/loader_node.js";
import { nodeClassifier } from "./classify_node.js";
import type { FileClassifier } from "./file_classifier.js";
import type { MoreColumn } from "./predictions_csv.js";
import type { WindowFlags } from "./window_options.js";

export interface TestedModel {
  id: string;
  sha256: string;
  classifier: FileClassifier;
}

/** The models of an evaluation, by their folders; all have the same classes. */
export interface TestedModels {
  classes: readonly string[];
  /** What all of them have of voice, activation and valence. */
  more: readonly MoreColumn[];
  byFolder: ReadonlyMap<string, TestedModel>;
  close(): void;
}

interface OpenOptions extends WindowFlags {
  build: Build;
}

/** A single model. */
export async function openModel(folder: string, options: OpenOptions): Promise<TestedModels> {
  const model = await open(folder, options);
  const { classes } = model.classifier;
  return { classes, more: moreOf(model.classifier), byFolder: new Map([[folder, model]]), close: () => model.classifier.close() };
}

/** Opens every fold's model before anything is evaluated; folds may share one. Throws if a model is missing or has other classes. */
export async function openFoldModels({ file, folds }: Folds, options: OpenOptions): Promise<TestedModels> {
  const byFolder = new Map<string, TestedModel>();
  const close = (): void => {
    for (const { classifier } of byFolder.values()) classifier.close();
  };
  let classes: readonly string[] | undefined;
  try {
    for (const { name, model: folder } of folds) {
      if (byFolder.has(folder)) continue;
      const model = await open(folder, options).catch((cause: unknown) => {
        throw new Error(`${file}: the model of fold ${JSON.stringify(name)} cannot be used: ${errorSentence(cause)}`, { cause });
      });
      byFolder.set(folder, model);
      classes ??= model.classifier.classes;
      checkClasses(file, folds[0]!.name, classes, name, model.classifier.classes);
    }
  } catch (error) {
    close();
    throw error;
  }
  const inAll = (name: MoreColumn): boolean => [...byFolder.values()].every(({ classifier }) => moreOf(classifier).includes(name));
  return { classes: classes ?? [], more: (["voice", ...DIMENSIONS] as const).filter(inAll), byFolder, close };
}

const moreOf = ({ hasVoice, dimensions }: FileClassifier): MoreColumn[] => [...(hasVoice ? (["voice"] as const) : []), ...dimensions];

async function open(folder: string, options: OpenOptions): Promise<TestedModel> {
  const { id, sha256 } = await readManifest(folder);
  return { id, sha256, classifier: await nodeClassifier({ model: folder, ...options }) };
}

function checkClasses(file: string, first: string, classes: readonly string[], fold: string, others: readonly string[]): void {
  if (classes.length === others.length && classes.every((name, index) => name === others[index])) return;
  const list = (names: readonly string[]) => names.join(", ");
  throw new Error(
    `${file}: the models of folds ${JSON.stringify(first)} and ${JSON.stringify(fold)} have different classes (${list(classes)}; ${list(others)}); build all of them with the same --classes`,
  );
}
