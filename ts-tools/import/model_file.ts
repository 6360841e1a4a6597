/** Opens what the user names: a file, a model.json or a folder. The first bytes tell the format. */

import { open, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { plainFileSize, readPlainFile } from "../host/plain_file.js";
import { foreignFault, savedModelFault } from "./foreign_formats.js";
import { fileError, orFileError } from "./layer_graph.js";
import { MOST_FILE_BYTES, MOST_JSON_BYTES } from "./limits.js";

export const SUPPORTED_FORMATS =
  "a TensorFlow.js model.json (graph or layers model), Keras .h5 or .keras, a float TensorFlow Lite .tflite, or ONNX";

export type ContainerFormat = "json" | "hdf5" | "zip" | "tflite" | "onnx";

export interface ModelFile {
  /** The file that holds the model, or its description: SOURCE itself, or model.json in the folder SOURCE. */
  path: string;
  format: ContainerFormat;
}

/** Enough of a file to tell its format. */
const HEAD_BYTES = 64;

const UNREADABLE = "the file cannot be read, expected one that opens";

/** Finds the file and its format; throws a ModelError when it is missing, empty, too large, or of an unknown format. */
export async function openModelFile(source: string): Promise<ModelFile> {
  const path = (await isFolder(source)) ? join(source, "model.json") : source;
  const savedModel = path === source ? undefined : await savedModelFault(source, SUPPORTED_FORMATS);
  if (savedModel !== undefined) throw savedModel;
  const unreadable =
    path === source
      ? "the file cannot be read, expected a plain file that opens"
      : `the folder has no readable model.json, expected one, or name the file itself: ${SUPPORTED_FORMATS}`;
  const bytes = await orFileError(source, unreadable, () => plainFileSize(path));
  if (bytes === 0) throw fileError(path, `the file is empty, expected ${SUPPORTED_FORMATS}`);
  const format = detectFormat(path, await readHead(path), bytes);
  const most = mostBytes(format);
  if (bytes > most) throw fileError(path, `the file has ${bytes} bytes, expected at most ${most}: a Light-SERNet has a few million`);
  return { path, format };
}

const mostBytes = (format: ContainerFormat): number => (format === "json" ? MOST_JSON_BYTES : MOST_FILE_BYTES);

/** All of a file that openModelFile() has found. */
export function readModelBytes({ path, format }: ModelFile): Promise<Uint8Array> {
  return orFileError(path, UNREADABLE, () => readPlainFile(path, mostBytes(format)));
}

async function isFolder(source: string): Promise<boolean> {
  const entry = await orFileError(source, `there is no such file or folder, expected ${SUPPORTED_FORMATS}`, () => stat(source));
  return entry.isDirectory();
}

function readHead(path: string): Promise<Uint8Array> {
  return orFileError(path, UNREADABLE, async () => {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD_BYTES));
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  });
}

function detectFormat(path: string, head: Uint8Array, bytes: number): ContainerFormat {
  const text = Buffer.from(head).toString("latin1");
  if (text.startsWith("\x89HDF\r\n\x1a\n")) return "hdf5";
  if (text.startsWith("PK\x03\x04")) return "zip";
  if (text.slice(4, 8) === "TFL3") return "tflite";
  const foreign = foreignFault(path, head, bytes, SUPPORTED_FORMATS);
  if (foreign !== undefined) throw foreign;
  if (/^(\xef\xbb\xbf)?\s*\{/.test(text)) return "json";
  if (looksLikeOnnx(path, head)) return "onnx";
  if (basename(path).endsWith(".pb")) {
    throw fileError(
      path,
      `this is a TensorFlow graph, expected ${SUPPORTED_FORMATS}: save the Keras model as .keras, or convert its SavedModel`,
    );
  }
  throw fileError(path, `this is not a model file of a known format, or its beginning is damaged, expected ${SUPPORTED_FORMATS}`);
}

/**
 * ONNX has no magic number. Its ModelProto starts with field 1, ir_version (a varint, 3 or more), and exporters write field 2,
 * producer_name (text), or field 7, the graph, next.
 */
function looksLikeOnnx(path: string, bytes: Uint8Array): boolean {
  const [field = 0, version = 0, next = 0] = bytes;
  return path.toLowerCase().endsWith(".onnx") || (field === 0x08 && version >= 3 && version < 32 && (next === 0x12 || next === 0x3a));
}
