/** The package's entry for browsers and their bundlers: as `index.ts`, without a way to Node's files. */
import { type CreateOptions, createWith } from "./create.js";
import { loadByFetch } from "./loader_fetch.js";
import type { Recognizer } from "./recognizer.js";

export * from "./api.js";

/** Fetches a built model and returns a recognizer for it. */
export function createRecognizer(options: CreateOptions = {}): Promise<Recognizer> {
  return createWith(loadByFetch, options);
}
