/** The models that the peers run: what `bench/peers/make_models.py` makes of the float model, in a folder for each model. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { writeWhole } from "../../ts-tools/host/pending_files.js";
import type { FloatModel } from "../../ts-tools/model/float_model.js";
import { BODY_ONE_PLAN, BODY_TWO_PLAN, type LayerPlan } from "../../ts-tools/model/layer_shapes.js";

export const FLOAT_TFLITE = "float32.tflite";
export const INT8_TFLITE = "int8.tflite";
export const FLOAT_ONNX = "float32.onnx";
/** One graph, four ways to quantize it: which is fastest depends on the runtime. */
export const INT8_ONNX = ["int8-qdq-u8s8.onnx", "int8-qdq-s8s8.onnx", "int8-qoperator-u8s8.onnx", "int8-qoperator-s8s8.onnx"] as const;
export const PEER_MODELS = [FLOAT_TFLITE, INT8_TFLITE, FLOAT_ONNX, ...INT8_ONNX];

/** The folder of the peers' models of these weights; it may not exist yet. */
export function peerModelFolder(bench: string, model: FloatModel): string {
  const hash = createHash("sha256").update(weightBytes(model)).digest("hex");
  return path.join(bench, "models", hash.slice(0, 16));
}

/** The models that a folder lacks. */
export function missingPeerModels(folder: string): string[] {
  return PEER_MODELS.filter((name) => !existsSync(path.join(folder, name)));
}

/** Writes what make_models.py reads. */
export async function writeNetwork(folder: string, model: FloatModel, representative: readonly Float32Array[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  writeWhole(path.join(folder, "network.json"), JSON.stringify(networkShape(model)));
  writeWhole(path.join(folder, "weights.bin"), weightBytes(model));
  writeWhole(path.join(folder, "representative.npy"), npy(representative, [representative.length, model.frames, model.coefficients]));
}

function networkShape({ frames, coefficients, bodyOne, bodyTwo, dense }: FloatModel): object {
  const shapes = (layers: FloatModel["bodyOne"] | FloatModel["bodyTwo"], plan: readonly LayerPlan[]): object[] =>
    layers.map(({ kernelHeight, kernelWidth, inputChannels, outputChannels }, index) => {
      const { name, poolHeight, poolWidth } = plan[index]!;
      return { name, kernelHeight, kernelWidth, inputChannels, outputChannels, poolHeight, poolWidth };
    });
  return {
    frames,
    coefficients,
    bodyOne: shapes(bodyOne, BODY_ONE_PLAN),
    bodyTwo: shapes(bodyTwo, BODY_TWO_PLAN),
    dense: { inputs: dense.inputs, classes: dense.classes },
  };
}

/** float32, little-endian: weights and bias of every layer in order. */
function weightBytes({ bodyOne, bodyTwo, dense }: FloatModel): Uint8Array {
  const layers = [...bodyOne, ...bodyTwo, dense].flatMap(({ weights, bias }) => [weights, bias]);
  return Buffer.concat(layers.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)));
}

/** A file of NumPy, version 1.0: float32, little-endian. */
function npy(rows: readonly Float32Array[], shape: readonly number[]): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const head = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${text}`.padEnd(127, " ").concat("\n"), "latin1");
  head.writeUInt16LE(head.length - 10, 8);
  return Buffer.concat([head, ...rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength))]);
}
