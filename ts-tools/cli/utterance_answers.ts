/** A model's answers to one utterance: as to a stranger, and after other recordings of the same speaker. */

import type { Speakers } from "../evaluate/speakers.js";
import type { LabeledUtterance } from "../evaluate/test_sets.js";
import { printWarnings } from "../host/terminal.js";
import type { Recognition } from "../runtime/result.js";
import { type FileClassifier, speakerIn } from "./file_classifier.js";
import type { TestedModel } from "./tested_models.js";

/** How `--adapt` gets to know a speaker. */
export interface Adapting {
  /** At most that many other recordings. */
  others: number;
  speakers: Speakers;
}

export interface UtteranceAnswers {
  plain: Recognition;
  /** The answer after `others` other recordings; undefined without `--adapt`. */
  adapted?: { answer: Recognition; others: number };
}

/** Throws, before the long work, if a model does not adapt or if somebody's name is not known. */
export function checkAdapting(
  { speakers }: Adapting,
  model: string,
  { classifier }: TestedModel,
  utterances: readonly LabeledUtterance[],
): void {
  speakerIn(classifier, model, "--adapt");
  for (const { file } of utterances) speakers.of(file);
}

export async function answersTo(file: string, classifier: FileClassifier, adapting: Adapting | undefined): Promise<UtteranceAnswers> {
  const plain = await classifier.classify(file);
  printWarnings(file, plain.warnings);
  const { speaker } = classifier;
  if (adapting === undefined || speaker === undefined) return { plain };
  try {
    await speaker.load(undefined);
    const others = await gather(adapting.speakers.othersOf(file), adapting.others, classifier);
    await speaker.load(speaker.save());
    return { plain, adapted: { answer: await classifier.classify(file), others } };
  } finally {
    await speaker.load(undefined);
  }
}

/** Adds at most that many of these recordings to the statistics, and passes over those that cannot be read. Returns how many were added. */
async function gather(files: readonly string[], most: number, classifier: FileClassifier): Promise<number> {
  let gathered = 0;
  for (const file of files) {
    if (gathered === most) break;
    try {
      await classifier.classify(file);
      gathered++;
    } catch {
      // Its error is printed where it is tested itself.
    }
  }
  return gathered;
}
