/** Every model with the utterances that it is tested on. */
import type { Fold, Folds } from "./folds.js";
import { labelOfUtterance } from "./labels.js";
import { type DataSet, lastOf, placesOf, type Utterance } from "./utterances.js";

export interface LabeledUtterance {
  name: string;
  file: string;
  /** The true class: index in the model's classes. */
  label: number;
}

export interface TestSet {
  /** Empty for a single model. */
  fold: string;
  /** Folder of a built model. */
  model: string;
  /** Sorted by name. */
  utterances: LabeledUtterance[];
}

/** One model and every utterance that has a label; throws if none has. */
export function wholeSet(model: string, data: DataSet, classes: readonly string[]): TestSet {
  const utterances: LabeledUtterance[] = [];
  for (const utterance of data.utterances) {
    const { name, file } = utterance;
    const label = labelOfUtterance(utterance, classes);
    if (label !== undefined) utterances.push({ name, file, label });
  }
  if (utterances.length === 0) {
    throw new Error(
      `${data.folder}: none of its recordings has a label; put them into folders named after the model's classes (${classes.join(", ")}), or give them EMO-DB's names (03a01Fa.wav)`,
    );
  }
  return { fold: "", model, utterances: utterances.sort(byName) };
}

/** Each fold's model and the fold's utterances; throws if one of them has no file or no label, or also belongs to another fold. */
export function setsOfFolds({ file, folds }: Folds, data: DataSet, classes: readonly string[]): TestSet[] {
  const find = finder(data);
  const foldOf = new Map<Utterance, Fold>();
  return folds.map((fold) => {
    const where = `${file}: fold ${JSON.stringify(fold.name)}`;
    const utterances = fold.test.map((name): LabeledUtterance => {
      const utterance = find(name, where);
      const other = foldOf.get(utterance);
      if (other !== undefined) {
        throw new Error(
          `${where} tests ${JSON.stringify(name)}, and so does fold ${JSON.stringify(other.name)}; keep an utterance in one test list only`,
        );
      }
      foldOf.set(utterance, fold);
      const label = labelOfUtterance(utterance, classes);
      if (label === undefined) {
        throw new Error(
          `${where} tests ${JSON.stringify(name)}, and ${utterance.file} has no label; put it into a folder named after one of the model's classes (${classes.join(", ")})`,
        );
      }
      return { name, file: utterance.file, label };
    });
    return { fold: fold.name, model: fold.model, utterances: utterances.sort(byName) };
  });
}

/** Finds the utterance that a test list means: by its path, else by its name if the name is unique. */
function finder({ folder, utterances }: DataSet): (name: string, where: string) => Utterance {
  const named = new Map(utterances.map((utterance) => [utterance.name, utterance]));
  const placed = new Map(utterances.flatMap((utterance) => placesOf(utterance).map((place) => [place, utterance])));
  return (name, where) => {
    const utterance = placed.get(name) ?? named.get(name);
    if (utterance !== undefined) return utterance;
    const begin = `${where} tests ${JSON.stringify(name)}, and ${folder} has`;
    const [one, ...others] = utterances.filter(({ place }) => lastOf(place) === name);
    if (one === undefined) throw new Error(`${begin} no such recording; name the folder that has it with --data`);
    throw new Error(
      `${begin} ${others.length + 1} recordings of that name; write its folders before the name, as in ${JSON.stringify(one.place)}`,
    );
  };
}

function byName(a: LabeledUtterance, b: LabeledUtterance): number {
  return a.name < b.name ? -1 : 1;
}
