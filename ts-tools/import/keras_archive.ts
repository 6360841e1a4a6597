/** Keras archives (.keras): a zip of config.json, metadata.json and model.weights.h5, as Keras 2.13 to 3 write them. */

import { type Hdf5File, withHdf5File } from "./hdf5_file.js";
import { asObject, asText, parseJson } from "./json.js";
import type { KerasLayer } from "./keras_config.js";
import { kerasGraph } from "./keras_model.js";
import { mostWeightBytes } from "./keras_weight_bytes.js";
import { fileError, type LayerGraph, type Weights } from "./layer_graph.js";
import { MOST_JSON_BYTES } from "./limits.js";
import type { ModelFile } from "./model_file.js";
import { withZipArchive, type ZipArchive } from "./zip_archive.js";

const CONFIG = "config.json";
const METADATA = "metadata.json";
const WEIGHTS = "model.weights.h5";

export async function readKerasArchive({ path }: ModelFile): Promise<LayerGraph> {
  const { model, version, weights } = await withZipArchive(path, async (archive) => {
    const config = await requireMember(path, archive, CONFIG, MOST_JSON_BYTES);
    const metadata = await archive.member(METADATA, MOST_JSON_BYTES - config.length);
    const text = new TextDecoder();
    const model = parseJson(path, text.decode(config));
    const { keras_version } = metadata === undefined ? {} : asObject(parseJson(path, text.decode(metadata)));
    const weights = await requireMember(path, archive, WEIGHTS, mostWeightBytes(path, model));
    return { model, version: asText(keras_version).split(".")[0] || "3", weights };
  });
  return withHdf5File(path, weights, (file) => {
    const groups = groupsByLayerName(file);
    return kerasGraph(path, `Keras ${version} .keras`, model, (layer, _name, index) => weightsOf(file, groups, layer, index));
  });
}

async function requireMember(path: string, archive: ZipArchive, name: string, most: number): Promise<Uint8Array> {
  const bytes = await archive.member(name, most);
  if (bytes === undefined) throw fileError(path, `this zip archive has no ${name}, expected a Keras .keras archive`);
  return bytes;
}

/** Keras 3 writes each layer's name as an attribute of its group of weights. */
function groupsByLayerName(file: Hdf5File): Map<string, string> {
  const groups = new Map<string, string>();
  for (const group of file.children("layers")) {
    const name = file.text(`layers/${group}/vars`, "name");
    if (name !== undefined) groups.set(name, group);
  }
  return groups;
}

/**
 * Weights are numbered in the order of their creation: layers/<group>/vars/0, 1, ... Groups are named after the layer's class, not its
 * name, and counted: conv2d, conv2d_1, ... (Keras' _save_container_state).
 */
function weightsOf(file: Hdf5File, groups: Map<string, string>, layer: KerasLayer, index: number): Weights | undefined {
  const group = groups.get(layer.name) ?? snakeCase(layer.className) + (layer.countOfClass === 0 ? "" : `_${layer.countOfClass}`);
  return file.weights(`layers/${group}/vars/${index}`);
}

/** As Keras' naming.to_snake_case: Conv2D -> conv2d, BatchNormalization -> batch_normalization. */
function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
