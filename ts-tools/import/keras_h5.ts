/** Keras models saved as HDF5 (.h5): the architecture is the attribute model_config, the weights are in model_weights/<layer>. */

import { type Hdf5File, withHdf5File } from "./hdf5_file.js";
import { asText, parseJson } from "./json.js";
import type { KerasLayer } from "./keras_config.js";
import { kerasGraph, weightName } from "./keras_model.js";
import { fileError, type LayerGraph, type Weights } from "./layer_graph.js";
import { type ModelFile, readModelBytes } from "./model_file.js";

export async function readKerasH5(model: ModelFile): Promise<LayerGraph> {
  const { path } = model;
  return withHdf5File(path, await readModelBytes(model), (file) => {
    const config = file.text("/", "model_config");
    if (config === undefined) {
      throw fileError(path, "this HDF5 file has no model_config, expected a whole Keras model: save it with model.save, not save_weights");
    }
    const version = asText(file.text("/", "keras_version")).split(".")[0] || "2";
    return kerasGraph(path, `Keras ${version} .h5`, parseJson(path, config), (layer, name) => weightsOf(file, layer, name));
  });
}

/**
 * The attribute weight_names lists the datasets of a layer: "conv2d/kernel:0", or "light_sernet/conv2d/kernel" where scopes are kept. A model inside the
 * model has one such list for all of its layers.
 */
function weightsOf(file: Hdf5File, layer: KerasLayer, weight: string): Weights | undefined {
  const [outermost = layer] = layer.inside;
  const group = `model_weights/${outermost.name}`;
  const names = file.texts(group, "weight_names");
  const isWeight = (name: string) => name.replace(/:\d+$/, "").split("/").at(-1) === weight;
  const dataset = layer.inside.length > 0 ? weightName(names, layer, weight) : names.find(isWeight);
  return dataset === undefined ? undefined : file.weights(`${group}/${dataset}`);
}
