/** TensorFlow.js models: model.json, and the weights in shards beside it (tfjs_shards.ts). */

import { loadGraphModelSync } from "@tensorflow/tfjs-converter";
import { io, type Tensor } from "@tensorflow/tfjs-core";
import { asObject, asText, isObject, type JsonObject, parseJson } from "./json.js";
import { kerasGraph, weightName } from "./keras_model.js";
import { fileError, type LayerGraph, quoted } from "./layer_graph.js";
import { type ModelFile, readModelBytes } from "./model_file.js";
import { graphModelLayers } from "./tfjs_graph_model.js";
import { readWeightsManifest } from "./tfjs_shards.js";
import { readTensors } from "./tfjs_weights.js";

export async function readTfjsModel(file: ModelFile): Promise<LayerGraph> {
  const { path } = file;
  const model = asObject(parseJson(path, new TextDecoder().decode(await readModelBytes(file))));
  const topology = asObject(model.modelTopology);
  const isGraph = Array.isArray(topology.node);
  const kerasModel = isObject(topology.model_config) ? topology.model_config : topology;
  if (!isGraph && !isObject(kerasModel.config)) {
    throw fileError(
      path,
      `its format is ${quoted(asText(model.format))}, expected a TensorFlow.js graph-model or layers-model with its topology`,
    );
  }
  const artifacts = await loadArtifacts(path, model);
  if (isGraph) {
    const weights = readTensors(() => graphModelTensors(artifacts));
    return graphModelLayers(path, topology, asObject(model.signature), weights);
  }
  const { weightData, weightSpecs } = artifacts;
  if (weightData === undefined || weightSpecs === undefined) throw fileError(path, "it has no weightsManifest, expected one");
  const weights = readTensors(() => io.decodeWeights(weightData, weightSpecs));
  const names = [...weights.keys()];
  return kerasGraph(path, "TensorFlow.js layers model", kerasModel, (layer, name) =>
    // The weights of Keras' Normalization have no layer in their name.
    weights.get(weightName(names, layer, name) ?? (layer.className === "Normalization" ? name : "")),
  );
}

/** Constants of the graph; the converter's own loader checks the topology on the way. */
function graphModelTensors(artifacts: io.ModelArtifacts): Record<string, Tensor> {
  const model = loadGraphModelSync(io.fromMemorySync(artifacts));
  return Object.fromEntries(Object.entries(model.weights).flatMap(([name, [tensor]]) => (tensor === undefined ? [] : [[name, tensor]])));
}

async function loadArtifacts(path: string, model: JsonObject): Promise<io.ModelArtifacts> {
  const weights = await readWeightsManifest(path, model.weightsManifest);
  const modelJson = model as unknown as io.ModelJSON;
  return io.getModelArtifactsForJSON(modelJson, async (manifest) => [io.getWeightSpecs(manifest), weights.buffer]);
}
