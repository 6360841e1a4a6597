/**
 * Names of models and classes. They come from people and files and go into the module (UTF-8), C sources, Markdown, CSV and terminals. The rules for
 * them are here.
 */
import { HIDDEN_CHARACTER } from "../text/visible_text.js";

/** No emotion model has that many; every class takes 8 bytes of the one page, and its name. */
export const MOST_CLASSES = 256;
/** Bytes in UTF-8: names take room in the one page, and a line of a terminal shows a few. 64 bytes are 64 Latin letters or 21 Chinese characters. */
export const MOST_CLASS_BYTES = 64;
/** An id may have a date or a hash in addition to its name. */
export const MOST_ID_BYTES = 128;

/** Joiners belong between letters of the scripts that need them; beside ASCII they only make two names look alike. */
const STRAY_JOINER = /(?<!\P{ASCII})[\u200c\u200d]|[\u200c\u200d](?!\P{ASCII})/u;

/** What a name must be, after "must be". */
export function nameWords(mostBytes: number): string {
  return `a name of at most ${mostBytes} bytes in UTF-8, with no control or invisible characters and no space at its ends`;
}

/** Whether a name follows the rules of `nameWords`. */
export function isName(name: unknown, mostBytes: number): name is string {
  if (typeof name !== "string" || name === "" || name.length > mostBytes || name.trim() !== name) return false;
  return !HIDDEN_CHARACTER.test(name) && !STRAY_JOINER.test(name) && utf8Length(name) <= mostBytes;
}

/** Bytes of a text without halves of surrogate pairs. A worklet, where audio is processed, has no TextEncoder. */
function utf8Length(text: string): number {
  return encodeURIComponent(text).replace(/%../g, "x").length;
}

/** The first name that occurs twice in the list, also if it is spelled with other code points (a letter and its accent). */
export function nameTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const name of names) {
    const same = name.normalize("NFC");
    if (seen.has(same)) return name;
    seen.add(same);
  }
  return undefined;
}

/** What is wrong with the class names of a model: the index and what was expected there; without an index it is the list. */
export interface ClassesFault {
  index?: number;
  expected: string;
}

export function classesFault(classes: readonly unknown[]): ClassesFault | undefined {
  if (classes.length === 0 || classes.length > MOST_CLASSES) return { expected: `a list of 1 to ${MOST_CLASSES} different names` };
  const index = classes.findIndex((name) => !isName(name, MOST_CLASS_BYTES));
  if (index >= 0) return { index, expected: nameWords(MOST_CLASS_BYTES) };
  return nameTwice(classes as readonly string[]) === undefined ? undefined : { expected: "a list of different names" };
}
