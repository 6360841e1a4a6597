/** TensorFlow.js models: model.json, and the weights in shards beside it. */

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { loadGraphModelSync } from "@tensorflow/tfjs-converter";
import { io, type Tensor } from "@tensorflow/tfjs-core";
import { asArray, asNumber, asObject, asText, isObject, type JsonObject, parseJson } from "./json.js";
import { kerasGraph } from "./keras_model.js";
import { elementCount, fileError, type LayerGraph, type Weights } from "./layer_graph.js";
import { graphModelLayers } from "./tfjs_graph_model.js";
import { readTensors } from "./tfjs_weights.js";

/** `path` is the model.json, `bytes` what it holds. */
export async function readTfjsModel(path: string, bytes: Uint8Array): Promise<LayerGraph> {
  const model = asObject(parseJson(path, new TextDecoder().decode(bytes)));
  const topology = asObject(model.modelTopology);
  const isGraph = Array.isArray(topology.node);
  const kerasModel = isObject(topology.model_config) ? topology.model_config : topology;
  if (!isGraph && !isObject(kerasModel.config)) {
    throw fileError(
      path,
      `its format is "${asText(model.format)}", expected a TensorFlow.js graph-model or layers-model with its topology`,
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
  return kerasGraph(path, "TensorFlow.js layers model", kerasModel, (layer, name) => weightsOf(weights, layer.name, name));
}

/** The graph model at `path`, a model.json, for TensorFlow.js' own loadGraphModel, which reads no local files by itself. */
export async function graphModelHandler(path: string): Promise<io.IOHandler> {
  const model = asObject(parseJson(path, await readFile(path, "utf8")));
  return io.fromMemory(await loadArtifacts(path, model));
}

/** Weights are named "conv2d/kernel", in front of which scopes may stand. */
function weightsOf(weights: Map<string, Weights>, layer: string, weight: string): Weights | undefined {
  const name = `${layer}/${weight}`;
  for (const [key, values] of weights) if (key === name || key.endsWith(`/${name}`)) return values;
  return undefined;
}

/** Constants of the graph; the converter's own loader checks the topology on the way. */
function graphModelTensors(artifacts: io.ModelArtifacts): Record<string, Tensor> {
  const model = loadGraphModelSync(io.fromMemorySync(artifacts));
  return Object.fromEntries(Object.entries(model.weights).flatMap(([name, [tensor]]) => (tensor === undefined ? [] : [[name, tensor]])));
}

async function loadArtifacts(path: string, model: JsonObject): Promise<io.ModelArtifacts> {
  const groups = asArray(model.weightsManifest).map(asObject);
  if (groups.length === 0) throw fileError(path, "it has no weightsManifest, expected one that names the shards of weights");
  const data = await Promise.all(groups.map((group) => readGroup(path, group)));
  const whole = new Uint8Array(data.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of data) {
    whole.set(part, offset);
    offset += part.length;
  }
  const modelJson = model as unknown as io.ModelJSON;
  return io.getModelArtifactsForJSON(modelJson, async (manifest) => [io.getWeightSpecs(manifest), whole.buffer]);
}

/** The bytes of one group of shards: exactly as many as its weights take. */
async function readGroup(path: string, group: JsonObject): Promise<Uint8Array> {
  const names = asArray(group.paths).map(asText);
  const shards = await Promise.all(names.map((name) => readShard(path, name)));
  const bytes = Buffer.concat(shards);
  const expected = asArray(group.weights).reduce((sum: number, weight) => sum + byteLength(path, asObject(weight)), 0);
  if (bytes.length !== expected) {
    throw fileError(
      path,
      `its weights ${names.join(", ")} have ${bytes.length} bytes, expected ${expected}: a shard is damaged or of another model`,
    );
  }
  return bytes;
}

async function readShard(path: string, name: string): Promise<Uint8Array> {
  const shard = join(dirname(path), name);
  try {
    return await readFile(shard);
  } catch (cause) {
    throw fileError(path, `the weights shard ${shard} cannot be read, expected it beside model.json`, cause);
  }
}

const BYTES_PER_VALUE: Record<string, number> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

function byteLength(path: string, weight: JsonObject): number {
  const type = asText(isObject(weight.quantization) ? weight.quantization.dtype : weight.dtype);
  const shape = asArray(weight.shape).map(asNumber);
  const length = elementCount(shape) * (BYTES_PER_VALUE[type] ?? Number.NaN);
  if (!Number.isSafeInteger(length) || length < 0) {
    const found = `its weight "${asText(weight.name)}" has the type "${type}" and the shape ${JSON.stringify(weight.shape ?? null)}`;
    throw fileError(path, `${found}, expected float32, or quantized to float16, uint16 or uint8, and a shape of whole numbers`);
  }
  return length;
}
