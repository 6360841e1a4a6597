/** What may be said to a user: one sentence that shows nothing of the program's inside. */
import { assertOneSentence } from "../import/model_fixtures.js";
import { Finding } from "./target.js";

// Text from the file is between quotation marks in a message; it is not checked.
// A value that is cut off ends with "...".
const QUOTED = /"(?:\\.|[^"\\])*?(?:"|\.\.\.(?=;))/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Longer than the longest path, and nothing that a terminal shows at a glance. */
const MOST_CHARACTERS = 5000;

/** Throws when a message is not one sentence. `folder` is the case's folder. */
export function checkSentence(message: string, folder: string): void {
  if (CONTROL.test(message)) throw new Finding(`control characters in a message: ${JSON.stringify(message)}`);
  if (message.length > MOST_CHARACTERS) throw new Finding(`a message of ${message.length} characters\n${message.slice(0, 200)}`);
  const own = ownWords(message, folder);
  if (own === "" || /\. [A-Z]/.test(own) || /undefined|NaN,|\[object|Error:/.test(own)) {
    throw new Finding(`not one sentence: ${JSON.stringify(message)}`);
  }
}

/** The same for what importers say: the file, what is wrong, and what was expected. */
export function checkImportSentence(message: string, folder: string): void {
  checkSentence(message, folder);
  try {
    assertOneSentence(ownWords(message, folder));
  } catch {
    throw new Finding(`not a sentence that says what was expected: ${JSON.stringify(message)}`);
  }
}

/** For counting: sentences that differ in names and numbers only are of one kind. */
export function kindOf(sentence: string, folder: string): string {
  return ownWords(sentence, folder)
    .replaceAll(/-?\d[\d.,e+-]*/g, "N")
    .replaceAll(/(?:N x )+N/g, "NxN")
    .slice(0, 160);
}

function ownWords(message: string, folder: string): string {
  const quoted = message.replaceAll(`${folder}/`, "").replaceAll(folder, "a folder").replaceAll(QUOTED, '"a name"');
  // The kind of a layer is written without quotation marks: "is a Conv2D, expected ...".
  return quoted.replace(/ is an? [^,]*, expected/, " is one, expected");
}
