/** The input of all subjects, and what they must compute from it. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { MOST_MANIFEST_BYTES, MOST_MODULE_BYTES, readPlainFile, readPlainText } from "../../ts-tools/host/plain_file.js";
import { importModel } from "../../ts-tools/import/import_model.js";
import type { FloatModel } from "../../ts-tools/model/float_model.js";
import type { QuantizedModel } from "../../ts-tools/model/model_types.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { readWeights } from "../../ts-tools/model/weights_file.js";
import { sourceFile } from "../../ts-tools/pipeline/model_folder.js";
import { floatNetwork } from "../../ts-tools/quantize/float_forward.js";
import { Engine } from "../../ts-tools/runtime/engine.js";
import { centerSegment, readWavSamples, segmentMfcc } from "../../ts-tools/runtime/features.js";
import { loadFromFolder } from "../../ts-tools/runtime/loader_node.js";
import type { Inputs } from "./candidates.js";
import { peerModelFolder } from "./peer_models.js";
import { benchFolder } from "./places.js";
import type { Expected } from "./verify.js";
import { driverText } from "./wasmtime_driver.js";

export interface Prepared {
  inputs: Inputs;
  expected: Expected;
  /** The integers of the built model. */
  quantized: QuantizedModel;
  /** Its id and hash. */
  identity: { id: string; sha256: string };
}

/** Reads the model and the sound and writes what the subjects read into `work`. */
export async function prepareInputs(model: string, source: string, sound: string, work: string): Promise<Prepared> {
  const manifestFile = path.join(model, "model.json");
  const manifest = parseManifest(await readPlainText(manifestFile, MOST_MANIFEST_BYTES), manifestFile);
  const engine = await Engine.create((await loadFromFolder(model, "auto")).module);
  const samples = centerSegment(readWavSamples(engine, await readFile(sound)), engine.exports.windowSamples());
  const mfcc = segmentMfcc(engine, samples);
  const weightsFile = path.join(model, "weights.bin");
  const quantized = readWeights(new Uint8Array(await readPlainFile(weightsFile, MOST_MODULE_BYTES)), manifest, weightsFile);
  const float = await importModel(source);
  const { frames, coefficients } = manifest.network;
  checkSameShape(float, quantized, source);

  const { sampleRate, frameSamples, hopSamples, melBands, melLowHz, melHighHz } = manifest.frontEnd;
  const driver = driverText({ samples: samples.length, frames, coefficients, sampleRate });
  const inputs: Inputs = {
    model,
    peerModels: peerModelFolder(benchFolder(), float),
    graphModel: await graphModelFiles(source),
    samples: path.join(work, "samples.bin"),
    mfcc: path.join(work, "mfcc.bin"),
    driver: path.join(work, "driver.wat"),
    work,
    shape: { frames, coefficients, frontEnd: { sampleRate, frameSamples, hopSamples, melBands, melLowHz, melHighHz, coefficients } },
  };
  await writeFile(inputs.samples, new Uint8Array(samples.buffer));
  await writeFile(inputs.mfcc, new Uint8Array(mfcc.buffer));
  await writeFile(inputs.driver, driver);
  const expected = { probabilities: floatNetwork(float)(mfcc), classes: manifest.classes, frames, coefficients };
  return { inputs, expected, quantized, identity: { id: manifest.id, sha256: manifest.sha256 } };
}

function checkSameShape(float: FloatModel, quantized: QuantizedModel, source: string): void {
  const same =
    float.frames === quantized.frames && float.coefficients === quantized.coefficients && float.dense.classes === quantized.dense.classes;
  if (!same)
    throw new Error(`${source} is not what --model was built from: it has another input or other classes; name the --source of that build`);
}

/** The files of a TensorFlow.js graph model; undefined when the source is something else. */
async function graphModelFiles(source: string): Promise<Inputs["graphModel"]> {
  const file = await sourceFile(source);
  if (path.extname(file) !== ".json" || !existsSync(file)) return undefined;
  const model = JSON.parse(await readFile(file, "utf8")) as { format?: string; weightsManifest?: { paths: string[] }[] };
  if (model.format !== "graph-model") return undefined;
  const shards = (model.weightsManifest ?? []).flatMap(({ paths }) => paths);
  return { model: file, shards: shards.map((name) => path.join(path.dirname(file), name)) };
}
