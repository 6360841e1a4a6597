/** A file with a speaker's statistics, as `classify --adaptation` reads and writes it. */

import { assertCanWrite, writeWhole } from "../host/pending_files.js";
import { isMissing, readPlainFile } from "../host/plain_file.js";
import { errorSentence } from "../host/terminal.js";
import { visible } from "../text/visible_text.js";
import { type FileClassifier, type Speaker, speakerIn } from "./file_classifier.js";

/** Many times the statistics of any model. */
const MOST_BYTES = 65536;

export interface SpeakerFile {
  /** Replaces the file, if more was gathered than it holds and if it may be written. */
  save(): void;
}

export interface SpeakerFileOptions {
  file: string;
  /** The file must be there, and stays as it is. */
  readOnly: boolean;
  /** For the message. */
  model: string;
}

/** Loads the statistics in the file, if it exists; throws one sentence that names the file if they cannot be used. */
export async function openSpeakerFile(classifier: Pick<FileClassifier, "speaker">, options: SpeakerFileOptions): Promise<SpeakerFile> {
  const { file, readOnly, model } = options;
  const speaker = speakerIn(classifier, model, "--adaptation");
  const before = await load(speaker, file, readOnly);
  if (readOnly) return { save: () => {} };
  // Fail before the long work if it cannot be written.
  assertCanWrite(file);
  return {
    save() {
      const after = speaker.save();
      if (after !== undefined && !(before !== undefined && Buffer.from(after).equals(before))) writeWhole(file, after);
    },
  };
}

/** The statistics that the speaker has then. */
async function load(speaker: Speaker, file: string, mustExist: boolean): Promise<Uint8Array | undefined> {
  try {
    await speaker.load(await readPlainFile(file, MOST_BYTES));
  } catch (error) {
    if (isMissing(error) && !mustExist) return speaker.save();
    const sentence = errorSentence(error);
    throw new Error(sentence.startsWith(visible(file)) ? sentence : `${visible(file)}: ${sentence}`, { cause: error });
  }
  return speaker.save();
}
