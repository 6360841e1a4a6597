/** Keras archives (.keras): a zip of config.json, metadata.json and model.weights.h5, as Keras 2.13 to 3 write them. */

import { foreignArchiveFault } from "./foreign_formats.js";
import { type Hdf5File, withHdf5File } from "./hdf5_file.js";
import { asObject, asText, parseJson } from "./json.js";
import type { KerasLayer, KerasName } from "./keras_config.js";
import { kerasGraph } from "./keras_model.js";
import { mostWeightBytes } from "./keras_weight_bytes.js";
import { fileError, type LayerGraph } from "./layer_graph.js";
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
    const groups = new WeightGroups(file);
    return kerasGraph(path, `Keras ${version} .keras`, model, (layer, _name, index) => file.weights(`${groups.of(layer)}/vars/${index}`));
  });
}

async function requireMember(path: string, archive: ZipArchive, name: string, most: number): Promise<Uint8Array> {
  const bytes = await archive.member(name, most);
  if (bytes === undefined)
    throw foreignArchiveFault(path, archive.names()) ?? fileError(path, `this zip archive has no ${name}, expected a Keras .keras archive`);
  return bytes;
}

/**
 * Where the weights of a layer are, numbered in the order of their creation: layers/<group>/vars/0, 1, ... Keras 3 writes the layer's name as an attribute of
 * vars. Without one, groups are named after the layer's class, not its name, and counted: conv2d, conv2d_1, ... (Keras' _save_container_state). A model inside
 * the model is such a group, with its own layers/ in it.
 */
class WeightGroups {
  /** Of each folder layers/ that was read, its groups by the name that they write. */
  private readonly named = new Map<string, Map<string, string>>();

  constructor(private readonly file: Hdf5File) {}

  of(layer: KerasLayer): string {
    let folder = "layers";
    for (const model of layer.inside) folder = `${folder}/${this.groupIn(folder, model)}/layers`;
    return `${folder}/${this.groupIn(folder, layer)}`;
  }

  private groupIn(folder: string, { name, className, countOfClass }: KerasName): string {
    return this.groupsOf(folder).get(name) ?? snakeCase(className) + (countOfClass === 0 ? "" : `_${countOfClass}`);
  }

  private groupsOf(folder: string): Map<string, string> {
    const known = this.named.get(folder);
    if (known !== undefined) return known;
    const groups = new Map<string, string>();
    for (const group of this.file.children(folder)) {
      const name = this.file.text(`${folder}/${group}/vars`, "name");
      if (name !== undefined) groups.set(name, group);
    }
    this.named.set(folder, groups);
    return groups;
  }
}

/** As Keras' naming.to_snake_case: Conv2D -> conv2d, BatchNormalization -> batch_normalization. */
function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
