/** How large the weights file of a Keras archive may get, by the model's configuration alone: a larger file is not an archive of that model. */

import { asArray, asNumber, isObject, type Json } from "./json.js";
import { type KerasLayer, kerasModel } from "./keras_config.js";
import { MOST_FILE_BYTES, MOST_WEIGHTS } from "./limits.js";

/** A weight as float64, and three variables of an optimizer for each. */
const BYTES_PER_WEIGHT = 8 * 4;
/** HDF5 keeps groups and attributes for every layer, those without weights included: 2 to 6 KB were seen. */
const BYTES_PER_LAYER = 16384;
const BYTES_PER_FILE = 2 ** 20;

/** Throws a ModelError for a configuration that is not a Keras model's. */
export function mostWeightBytes(path: string, model: Json): number {
  const { layers } = kerasModel(path, model);
  const weights = declaredWeights(layers);
  return Math.min(MOST_FILE_BYTES, BYTES_PER_FILE + BYTES_PER_LAYER * layers.length + BYTES_PER_WEIGHT * weights);
}

/** As many weights as the layers can have, or more, MOST_WEIGHTS at most. */
function declaredWeights(layers: readonly KerasLayer[]): number {
  /** Channels that come out of a layer, as soon as they are known. */
  const channels = new Map<string, number>();
  let sum = 0;
  for (const { id, className, config, inputs } of layers) {
    const incoming = inputs.reduce((total, input) => total + (channels.get(input) ?? 0), 0);
    const outgoing = positive(config.filters) ?? positive(config.units);
    const shape = asArray(config.batch_shape ?? config.batch_input_shape);
    channels.set(id, outgoing ?? (className === "InputLayer" ? (positive(shape.at(-1)) ?? 1) : incoming));
    // Batch norm has four weights a channel; a product has its bias.
    sum += outgoing === undefined ? 4 * incoming : outgoing * (incoming * kernelArea(config.kernel_size) + 1);
  }
  return Math.min(sum, MOST_WEIGHTS);
}

/** Height times width, of a list or of one number for both; 1 where there is none. */
function kernelArea(size: Json | undefined): number {
  const sizes = Array.isArray(size) ? size : [size, size];
  return sizes.reduce((area: number, side) => area * (positive(side) ?? 1), 1);
}

function positive(value: Json | undefined): number | undefined {
  const number = isObject(value) ? Number.NaN : asNumber(value);
  return number > 0 && number < Number.POSITIVE_INFINITY ? number : undefined;
}
