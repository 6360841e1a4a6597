import { visible } from "../text/visible_text.js";

/** Longer than any of our sentences with the names of a real model. */
const MOST_CHARACTERS = 1000;

/**
 * A model that cannot be read or is not a Light-SERNet. The message is one sentence: file, layer, what was expected. Names in it come from the file:
 * hidden characters are written out, and a very long message is cut.
 */
export class ModelError extends Error {
  override name = "ModelError";

  constructor(sentence: string, options?: ErrorOptions) {
    const text = visible(sentence);
    const half = MOST_CHARACTERS / 2;
    super(text.length <= MOST_CHARACTERS ? text : `${text.slice(0, half)} ... ${text.slice(-half)}`, options);
  }
}
