/** The thread in which importModel() reads a file. It posts ImportMessages: "begun", then the model or why it was refused. */

import { inspect } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import { ModelError } from "../model/model_error.js";
import { importHere } from "./import_here.js";
import type { ImportMessage, ImportTask } from "./import_model.js";
import { MOST_HDF5_BYTES } from "./limits.js";
import { limitWebAssemblyMemory } from "./memory_ceiling.js";

const tell = (message: ImportMessage): void => parentPort!.postMessage(message);

limitWebAssemblyMemory(MOST_HDF5_BYTES);
try {
  const { source, openFrames } = workerData as ImportTask;
  tell({ model: await importHere(source, openFrames, () => tell("begun")) });
} catch (error) {
  if (!(error instanceof ModelError)) throw error;
  tell({ refusal: error.message, cause: error.cause === undefined ? undefined : inspect(error.cause) });
}
