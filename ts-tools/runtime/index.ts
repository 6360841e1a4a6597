/**
 * The package's entry, for Node and browsers.
 *
 *     const recognizer = await createRecognizer();
 *     const { label } = recognizer.classify(samples, { sampleRate: 44100 });
 */
import { type CreateOptions, createWith } from "./create.js";
import type { Live } from "./live.js";
import { createLiveWith } from "./live_create.js";
import type { LiveOptions } from "./live_options.js";
import { loadAnywhere } from "./loader_anywhere.js";
import type { Recognizer } from "./recognizer.js";

export * from "./api.js";

/** Loads a built model and returns a recognizer for it. Node reads files; elsewhere the model is fetched. */
export function createRecognizer(options: CreateOptions = {}): Promise<Recognizer> {
  return createWith(loadAnywhere, options);
}

/** Loads a built model and begins a stream: sound goes in without end, answers come out. */
export function createLive(options: LiveOptions = {}): Promise<Live> {
  return createLiveWith(loadAnywhere, options);
}
