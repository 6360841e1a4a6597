/**
 * The package's entry, for Node and browsers.
 *
 *     const recognizer = await createRecognizer();
 *     const { label } = recognizer.classify(samples, { sampleRate: 44100 });
 */
import { type CreateOptions, createWith } from "./create.js";
import { loadByFetch } from "./loader_fetch.js";
import type { Recognizer } from "./recognizer.js";

export * from "./api.js";

/** Loads a built model and returns a recognizer for it. Node reads files; elsewhere the model is fetched. */
export async function createRecognizer(options: CreateOptions = {}): Promise<Recognizer> {
  return createWith(async (model, build) => {
    if (!isNode()) return loadByFetch(model, build);
    const { loadFromFolder } = await import("./loader_node.js");
    return loadFromFolder(model, build);
  }, options);
}

function isNode(): boolean {
  return typeof process !== "undefined" && typeof process.versions?.node === "string" && typeof document === "undefined";
}
