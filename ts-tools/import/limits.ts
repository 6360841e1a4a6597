/**
 * Limits of an import. A model file may come from anywhere: however damaged or malicious it is, reading it ends with a model or a one-sentence error,
 * soon and in little memory. The paper's network has 463,431 weights, 2 MB; with an optimizer's state a file of it has 6 MB.
 */

import { fileError } from "./layer_graph.js";

const MIB = 2 ** 20;

/** Weights of all layers together, 36 times the paper's network. */
export const MOST_WEIGHTS = 2 ** 24;
/** A file, what a Keras archive's weights unpack to, or all shards together: twice as many weights as float32. */
export const MOST_FILE_BYTES = 128 * MIB;
/** Descriptions: a model.json; config.json and metadata.json of a Keras archive together. */
export const MOST_JSON_BYTES = 16 * MIB;
/** Values in one of them: as objects of JavaScript they take up to a hundred bytes each. */
export const MOST_JSON_VALUES = 2 ** 20;
/** Files of weights beside a model.json. TensorFlow.js writes one for each 4 MB. */
export const MOST_SHARDS = 64;
/** Members of a Keras archive. Keras writes three, and folders for assets. */
export const MOST_MEMBERS = 1000;
/**
 * Time for reading and recognizing, once the reader's library is loaded. The paper's network takes a tenth of it. Measured as processor time of the
 * whole process, so that a busy machine refuses nothing; a thread that only waits ends at the second limit.
 */
export const MOST_MILLISECONDS = 4000;
export const MOST_WAITING_MILLISECONDS = 60_000;
/** How much the process may grow during an import. */
export const MOST_MEMORY_BYTES = 320 * MIB;
/** Of that, objects of JavaScript. */
export const MOST_HEAP_MIB = 160;

/** And the memory of HDF5's library: MOST_WEIGHTS in float32, twice, and what HDF5 needs besides. */
export const MOST_HDF5_BYTES = 192 * MIB;

/** Counts the weights that were read: a malicious file may make a reader read the same ones again and again. */
export class WeightCounter {
  private sum = 0;

  constructor(private readonly path: string) {}

  /** Call before reading `count` values; throws a ModelError when the sum exceeds MOST_WEIGHTS. */
  add(count: number): void {
    this.sum += count;
    if (this.sum <= MOST_WEIGHTS) return;
    throw fileError(this.path, `its layers have ${this.sum} weights or more, expected at most ${MOST_WEIGHTS}: it is not a Light-SERNet`);
  }
}
