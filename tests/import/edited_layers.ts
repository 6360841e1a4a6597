/** Changes to the TensorFlow.js layers model of the fixtures: its configuration is Keras', in JSON, and easily edited. */

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { editedTfjs } from "./model_fixtures.js";

type Config = Record<string, unknown>;

export interface KerasLayer {
  class_name: string;
  name: string;
  config: Config;
  inbound_nodes: [string, number, number, object][][];
}

export interface LayersModel {
  modelTopology: { model_config: { class_name: string; config: { layers: KerasLayer[]; output_layers: unknown[] } } };
  weightsManifest: [{ weights: { name: string; shape: number[]; dtype: string }[] }];
}

/** What edits a layers model: the layers by name, and the model itself. */
export type Edit = (layer: (name: string) => KerasLayer, model: LayersModel) => void;

export function editedLayers(t: TestContext, edit: Edit): string {
  return editedTfjs<LayersModel>(t, "tiny.tfjs-layers", (model) => {
    const { layers } = model.modelTopology.model_config.config;
    edit((name) => layers.find((layer) => layer.name === name)!, model);
  });
}

/** Changes settings of one layer. */
export function config(name: string, changes: Config): Edit {
  return (layer) => Object.assign(layer(name).config, changes);
}

/** Gives a weight another shape of as many bytes; what is left over becomes a weight that nobody reads. */
export function reshape(name: string, shape: number[]): Edit {
  return (_, { weightsManifest: [{ weights }] }) => {
    const index = weights.findIndex((weight) => weight.name === name);
    const product = (sizes: number[]) => sizes.reduce((a, b) => a * b, 1);
    const left = product(weights[index]!.shape) - product(shape);
    weights[index]!.shape = shape;
    weights.splice(index + 1, 0, { name: "rest", shape: [left], dtype: "float32" });
  };
}

/** Writes `value` over one element of a weight; weights are stored in the order of the manifest. */
export function overwrite(path: string, weight: string, element: number, value: number): void {
  const { weightsManifest } = JSON.parse(readFileSync(path, "utf8")) as LayersModel;
  let offset = 0;
  for (const { name, shape } of weightsManifest[0].weights) {
    if (name === weight) break;
    offset += 4 * shape.reduce((a, b) => a * b, 1);
  }
  const shard = join(dirname(path), "group1-shard1of1.bin");
  const bytes = readFileSync(shard);
  bytes.writeFloatLE(value, offset + 4 * element);
  writeFileSync(shard, bytes);
}
