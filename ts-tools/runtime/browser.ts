/** The package's entry for browsers and their bundlers: like `index.ts`, but without Node's modules. */
import { type CreateOptions, createWith } from "./create.js";
import type { Live } from "./live.js";
import { createLiveWith } from "./live_create.js";
import type { LiveOptions } from "./live_options.js";
import { loadByFetch } from "./loader_fetch.js";
import type { Recognizer } from "./recognizer.js";

export * from "./api.js";

/** Fetches a built model and returns a recognizer for it. */
export function createRecognizer(options: CreateOptions = {}): Promise<Recognizer> {
  return createWith(loadByFetch, options);
}

/** Fetches a built model and begins a stream: sound goes in without end, answers come out. */
export function createLive(options: LiveOptions = {}): Promise<Live> {
  return createLiveWith(loadByFetch, options);
}
