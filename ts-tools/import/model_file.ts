/** Opening what the user names: a file, a model.json or a folder; its format is told by its first bytes. */

import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileError } from "./layer_graph.js";

export const SUPPORTED_FORMATS =
  "a TensorFlow.js model.json (graph or layers model), Keras .h5 or .keras, or a float TensorFlow Lite .tflite";

export type ContainerFormat = "json" | "hdf5" | "zip" | "tflite";

export interface ModelFile {
  /** The file that holds the model, or its description: SOURCE itself, or model.json in the folder SOURCE. */
  path: string;
  format: ContainerFormat;
  bytes: Uint8Array;
}

/** Reads the file and tells its format; throws a ModelError when it is missing, empty, or none that is read here. */
export async function openModelFile(source: string): Promise<ModelFile> {
  const path = (await isFolder(source)) ? join(source, "model.json") : source;
  const bytes = await readModelBytes(source, path);
  if (bytes.length === 0) throw fileError(path, `the file is empty, expected ${SUPPORTED_FORMATS}`);
  return { path, format: detectFormat(path, bytes), bytes };
}

async function isFolder(source: string): Promise<boolean> {
  try {
    return (await stat(source)).isDirectory();
  } catch (cause) {
    throw fileError(source, `there is no such file or folder, expected ${SUPPORTED_FORMATS}`, cause);
  }
}

async function readModelBytes(source: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (path === source) throw fileError(source, "the file cannot be read, expected one that opens and is at most 2 GB", cause);
    throw fileError(source, `the folder holds no readable model.json, expected one, or name the file itself: ${SUPPORTED_FORMATS}`, cause);
  }
}

function detectFormat(path: string, bytes: Uint8Array): ContainerFormat {
  const text = Buffer.from(bytes.subarray(0, 64)).toString("latin1");
  if (text.startsWith("\x89HDF\r\n\x1a\n")) return "hdf5";
  if (text.startsWith("PK\x03\x04")) return "zip";
  if (text.slice(4, 8) === "TFL3") return "tflite";
  if (/^(\xef\xbb\xbf)?\s*\{/.test(text)) return "json";
  if (looksLikeOnnx(path, bytes))
    throw fileError(path, `this is an ONNX model, expected ${SUPPORTED_FORMATS}: convert it to one of these first`);
  if (basename(path).endsWith(".pb")) {
    throw fileError(path, `this is a TensorFlow graph, expected ${SUPPORTED_FORMATS}: convert the SavedModel to one of these first`);
  }
  throw fileError(path, `this is no model file that is known here, or its beginning is damaged, expected ${SUPPORTED_FORMATS}`);
}

/**
 * ONNX has no magic number. Its ModelProto starts with field 1, ir_version (a varint, 3 or more), and exporters write field 2,
 * producer_name (text), or field 7, the graph, next.
 */
function looksLikeOnnx(path: string, bytes: Uint8Array): boolean {
  const [field = 0, version = 0, next = 0] = bytes;
  return path.toLowerCase().endsWith(".onnx") || (field === 0x08 && version >= 3 && version < 32 && (next === 0x12 || next === 0x3a));
}
