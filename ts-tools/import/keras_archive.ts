/** Keras archives (.keras): a zip of config.json, metadata.json and model.weights.h5, as Keras 2.13 to 3 write them. */

import { unzipSync } from "fflate";
import { type Hdf5File, withHdf5File } from "./hdf5_file.js";
import { asObject, asText, parseJson } from "./json.js";
import { type KerasLayer, kerasGraph } from "./keras_model.js";
import { fileError, type LayerGraph, type Weights } from "./layer_graph.js";

const CONFIG = "config.json";
const METADATA = "metadata.json";
const WEIGHTS = "model.weights.h5";

/** Far above any Light-SERNet, and low enough that a damaged size field allocates nothing absurd. */
const LARGEST_MEMBER_BYTES = 2 ** 30;

export async function readKerasArchive(path: string, bytes: Uint8Array): Promise<LayerGraph> {
  const members = unzip(path, bytes);
  const [config, weights] = [CONFIG, WEIGHTS].map((name) => {
    const member = members[name];
    if (member === undefined) throw fileError(path, `this zip archive holds no ${name}, expected a Keras .keras archive`);
    return member;
  }) as [Uint8Array, Uint8Array];
  const text = new TextDecoder();
  const metadata = members[METADATA] === undefined ? {} : asObject(parseJson(path, text.decode(members[METADATA])));
  const version = asText(metadata.keras_version).split(".")[0] || "3";
  const model = parseJson(path, text.decode(config));
  return withHdf5File(path, weights, (file) => {
    const groups = groupsByLayerName(file);
    return kerasGraph(path, `Keras ${version} .keras`, model, (layer, _name, index) => weightsOf(file, groups, layer, index));
  });
}

function unzip(path: string, bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (![CONFIG, METADATA, WEIGHTS].includes(name)) return false;
        if (originalSize > LARGEST_MEMBER_BYTES) throw new RangeError(`${name} claims ${originalSize} bytes`);
        return true;
      },
    });
  } catch (cause) {
    throw fileError(
      path,
      "this zip archive cannot be unpacked, expected an intact Keras .keras archive: it is damaged or incomplete",
      cause,
    );
  }
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
