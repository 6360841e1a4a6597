/** An importer with bugs planted in it: what the fuzzers are there to find, they must find. */
import { ModelError } from "../../../ts-tools/model/model_error.js";
import type { Target } from "../target.js";
import { IMPORTERS, type Importer, importerHere, trialOf } from "./importers.js";

const ENTRY = "model.tflite";

/** What is done instead of a refusal. */
const BUGS: Readonly<Record<string, (error: ModelError) => unknown>> = {
  "planted-type-error": () => {
    throw new TypeError("Cannot read properties of undefined (reading 'shape')");
  },
  "planted-sentence": ({ message }) => {
    throw new ModelError(`${message} undefined`);
  },
  "planted-control": ({ message }) => {
    // The class itself would write it out.
    throw Object.assign(new ModelError(""), { message: message.replace("expected", "\u001b[2J expected") });
  },
  "planted-hang": () => {
    for (;;);
  },
  "planted-allocation": (error) => {
    const taken = Array.from({ length: 20 }, () => new Uint8Array(32 * 2 ** 20).fill(1));
    throw taken.length > 0 ? error : new Error();
  },
  "planted-exit": () => process.exit(3),
  "planted-print": (error) => {
    console.log("here");
    throw error;
  },
  "planted-rejection": (error) => {
    void Promise.reject(new Error("nobody awaits this"));
    throw error;
  },
};

/** The bug strikes at refusals of one kind, so that most cases go well. */
function withBug(importer: Importer, bug: (error: ModelError) => unknown): Importer {
  return async (path) => {
    try {
      return await importer(path);
    } catch (error) {
      if (error instanceof ModelError && error.message.includes("kernel of")) bug(error);
      throw error;
    }
  };
}

const healthy = IMPORTERS.find(({ name }) => name === "tflite-float32")!;

export const PLANTED: readonly Target[] = Object.entries(BUGS).map(([name, bug]): Target => {
  const setUp = () => trialOf(withBug(importerHere(), bug), ENTRY);
  return { name, generate: healthy.generate, setUp, ...(name === "planted-hang" && { milliseconds: 1000 }) };
});
