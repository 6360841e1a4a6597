/** Model files of every format, damaged: a model comes of them, or one sentence. */
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { importHere } from "../../../ts-tools/import/import_here.js";
import { importModel } from "../../../ts-tools/import/import_model.js";
import { MOST_HDF5_BYTES } from "../../../ts-tools/import/limits.js";
import { limitWebAssemblyMemory } from "../../../ts-tools/import/memory_ceiling.js";
import type { FloatModel } from "../../../ts-tools/model/float_model.js";
import { ModelError } from "../../../ts-tools/model/model_error.js";
import { fixtureBytes } from "../../import/model_fixtures.js";
import type { Random } from "../../support/random.js";
import { damage, pick, type Range, structureOf } from "../bytes.js";
import { damageJson } from "../json_text.js";
import { checkImportSentence } from "../sentence.js";
import { type Case, Finding, type Outcome, type Target, type Trial, writeCase } from "../target.js";

export type Importer = (path: string) => Promise<FloatModel>;

/** The importer without a thread of its own, for many more cases a second; with the ceilings that the thread has for itself. */
export function importerHere(): Importer {
  limitWebAssemblyMemory(MOST_HDF5_BYTES);
  return importHere;
}

/** Tries an importer with the file `entry` of a case. */
export function trialOf(importer: Importer, entry: string): Trial {
  return async (files, folder): Promise<Outcome> => {
    writeCase(files, folder);
    let model: FloatModel;
    try {
      model = await importer(join(folder, entry));
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      checkImportSentence(error.message, folder);
      return { kind: "refusal", sentence: error.message };
    }
    checkModel(model);
    return { kind: "answer" };
  };
}

/** Sizes fit each other, whatever the numbers are. */
function checkModel({ frames, coefficients, bodyOne, bodyTwo, dense }: FloatModel): void {
  const whole = (value: number): boolean => Number.isSafeInteger(value) && value > 0;
  if (!whole(frames) || !whole(coefficients)) throw new Finding(`a model of ${frames} frames and ${coefficients} coefficients`);
  for (const { name, kernelHeight, kernelWidth, inputChannels, outputChannels, weights, bias } of [...bodyOne, ...bodyTwo]) {
    const fits = weights.length === kernelHeight * kernelWidth * inputChannels * outputChannels && bias.length === outputChannels;
    if (!fits || !whole(outputChannels)) throw new Finding(`layer ${name}: ${weights.length} weights, ${bias.length} biases`);
    checkFinite(name, weights, bias);
  }
  if (dense.weights.length !== dense.inputs * dense.classes || dense.bias.length !== dense.classes)
    throw new Finding("sizes of the last layer");
  checkFinite(dense.name, dense.weights, dense.bias);
}

function checkFinite(name: string, ...lists: readonly Float32Array[]): void {
  if (!lists.every((list) => list.every(Number.isFinite))) throw new Finding(`layer ${name}: numbers that are not finite`);
}

function target(name: string, entry: string, generate: (random: Random) => Case): Target {
  return {
    name,
    generate,
    setUp: () => trialOf(importerHere(), entry),
    setUpAlone: () => trialOf(importModel, entry),
  };
}

const HDF5_SIGNATURES = ["\x89HDF", "TREE", "HEAP", "SNOD", "OHDR", "OCHK", "GCOL", "FRHP", "FHDB", "FHIB", "BTHD", "BTLF"];

/** A file of which only the bytes are known. */
function binary(name: string, entry: string, fixtures: readonly string[], signatures: readonly string[] = []): Target {
  const files = lazy(() => fixtures.map((fixture) => withStructure(fixtureBytes(fixture), signatures)));
  return target(name, entry, (random) => {
    const { bytes, structure } = pick(random, files());
    return new Map([[entry, damage(random, bytes, { structure, other: pick(random, files()).bytes })]]);
  });
}

interface Structured {
  bytes: Uint8Array;
  structure: Range[];
}

function withStructure(bytes: Uint8Array, signatures: readonly string[]): Structured {
  return { bytes, structure: structureOf(bytes, signatures) };
}

function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const SHARD = "group1-shard1of1.bin";
const PATHS = [
  SHARD,
  "../..",
  `../${SHARD}`,
  ".",
  "",
  "model.json",
  "/etc/hostname",
  "%2e%2e/x",
  "none.bin",
  "a\u0000b",
  "x/".repeat(3000),
];
const TYPES = [
  "float32",
  "float16",
  "int32",
  "bool",
  "string",
  "complex64",
  "uint8",
  "uint16",
  "DT_FLOAT",
  "DT_INT32",
  "DT_STRING",
  "DT_HALF",
];

function tfjs(name: string, fixtures: readonly string[]): Target {
  const models = lazy(() =>
    fixtures.map((fixture) => ({
      text: Buffer.from(fixtureBytes(`${fixture}/model.json`)).toString(),
      shard: fixtureBytes(`${fixture}/${SHARD}`),
    })),
  );
  return target(name, "model.json", (random) => {
    const { text, shard } = pick(random, models());
    const inShard = random.unit() < 0.12;
    return new Map<string, Uint8Array>([
      ["model.json", inShard ? Buffer.from(text) : damageJson(random, text, { strings: [...PATHS, ...TYPES] })],
      [SHARD, inShard || random.unit() < 0.05 ? damage(random, shard) : shard],
    ]);
  });
}

const CONFIG = "config.json";
const WEIGHTS = "model.weights.h5";

/** An archive: the files in it are damaged and packed again, or the archive itself is. */
function archive(name: string, fixtures: readonly string[]): Target {
  const archives = lazy(() =>
    fixtures.map((fixture) => {
      const bytes = fixtureBytes(fixture);
      const members = unzipSync(bytes);
      return { zip: withStructure(bytes, ["PK"]), members, weights: withStructure(members[WEIGHTS]!, HDF5_SIGNATURES) };
    }),
  );
  return target(name, "model.keras", (random) => {
    const { zip, members, weights } = pick(random, archives());
    const kind = random.unit();
    if (kind < 0.2) return new Map([["model.keras", damage(random, zip.bytes, { structure: zip.structure })]]);
    const changed: Record<string, Uint8Array> = { ...members };
    if (kind < 0.55) changed[CONFIG] = damageJson(random, Buffer.from(members[CONFIG]!).toString(), { strings: TYPES });
    else if (kind < 0.6) changed["metadata.json"] = damageJson(random, Buffer.from(members["metadata.json"]!).toString());
    else changed[WEIGHTS] = damage(random, weights.bytes, { structure: weights.structure, other: pick(random, archives()).weights.bytes });
    // Stored or deflated; the date is fixed, so that the same seed makes the same bytes.
    const plain = Object.fromEntries(Object.entries(changed).map(([member, bytes]) => [member, new Uint8Array(bytes)]));
    return new Map([["model.keras", zipSync(plain, { level: random.unit() < 0.9 ? 0 : 6, mtime: "2026-01-01T00:00:00" })]]);
  });
}

const ONNX_NAMES = [
  "kernel_shape",
  "ceil_mode",
  "count_include_pad",
  "pads",
  "axes",
  "perm",
  "Conv",
  "Reshape",
  "Gemm",
  "Concat",
  "location",
  "offset",
];
const EXTERNAL = "dynamo-18.onnx.data";

/** A model, and the file in which one of them has its weights. */
function onnx(name: string, fixtures: readonly string[]): Target {
  const models = lazy(() => fixtures.map((fixture) => withStructure(fixtureBytes(`onnx/${fixture}.onnx`), ONNX_NAMES)));
  const external = lazy(() => fixtureBytes(`onnx/${EXTERNAL}`));
  return target(name, "model.onnx", (random) => {
    const { bytes, structure } = pick(random, models());
    return new Map<string, Uint8Array>([
      ["model.onnx", damage(random, bytes, { structure, other: pick(random, models()).bytes })],
      [EXTERNAL, random.unit() < 0.05 ? damage(random, external()) : external()],
    ]);
  });
}

export const IMPORTERS: readonly Target[] = [
  tfjs("tfjs-graph", ["tiny.tfjs-graph", "tiny.tfjs-graph-float16", "tiny.tfjs-graph-keras3"]),
  tfjs("tfjs-layers", ["tiny.tfjs-layers"]),
  binary("keras2-h5", "model.h5", ["tiny.keras2.h5.gz"], HDF5_SIGNATURES),
  binary("keras3-h5", "model.h5", ["tiny.keras3.h5.gz"], HDF5_SIGNATURES),
  archive("keras2-keras", ["tiny.keras2.keras"]),
  archive("keras3-keras", ["tiny.keras3.keras", "plain_conv.keras3.keras", "reordered.keras3.keras"]),
  binary("tflite-float32", "model.tflite", ["tiny.float32.tflite", "reordered.float32.tflite"]),
  binary("tflite-float16", "model.tflite", ["tiny.float16.tflite"]),
  onnx("onnx", ["torchscript-17-norm", "torchscript-20-view", "dynamo-18", "dynamo-21", "tf2onnx-17-keras3", "tf2onnx-18-nchw"]),
];
