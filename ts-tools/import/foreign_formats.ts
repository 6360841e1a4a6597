/** Files that people have and that are not read: each is called what it is, by its content, with the command that converts it. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isUtf16 } from "../host/plain_file.js";
import type { ModelError } from "../model/model_error.js";
import { fileError, quoted } from "./layer_graph.js";

/** What is expected instead of a SavedModel: TFLite, whose converter is part of TensorFlow. */
const CONVERT_SAVED_MODEL = (folder: string): string =>
  `convert it where TensorFlow is installed with tflite_convert --saved_model_dir=${quoted(folder)} --output_file=model.tflite, and name model.tflite`;
/** PyTorch's files hold no network that could be read without their program. */
const EXPORT_ONNX =
  'in its Python program, load it and call torch.onnx.export(model.eval(), torch.zeros(1, 1, 184, 40), "model.onnx"), and name model.onnx';

/** Whether a folder is a TensorFlow SavedModel; if so, the error that says so. */
export async function savedModelFault(folder: string, supported: string): Promise<ModelError | undefined> {
  const isThere = (name: string): Promise<boolean> =>
    stat(join(folder, name)).then(
      (entry) => entry.isFile(),
      () => false,
    );
  if (!(await isThere("saved_model.pb")) || (await isThere("model.json"))) return undefined;
  return fileError(folder, `this is a TensorFlow SavedModel, expected ${supported}: ${CONVERT_SAVED_MODEL(folder)}`);
}

/** The error for a file of a known foreign kind, by its first bytes; `bytes` is its size. */
export function foreignFault(path: string, head: Uint8Array, bytes: number, supported: string): ModelError | undefined {
  const text = Buffer.from(head).toString("latin1");
  const fault = (what: string, advice: string): ModelError => fileError(path, `this is ${what}, expected ${supported}: ${advice}`);
  if (isSafetensors(head, bytes)) return fault("a safetensors file, which holds weights alone", EXPORT_ONNX);
  if (isPickle(head)) return fault("a Python pickle, as PyTorch saves its models", EXPORT_ONNX);
  if (text.startsWith("\x08\x01\x12")) return fault("a part of a TensorFlow SavedModel", CONVERT_SAVED_MODEL(join(path, "..")));
  if (text.startsWith("version https://git-lfs")) return fault("a pointer of Git LFS, not the file itself", "fetch it with git lfs pull");
  if (/^(\xef\xbb\xbf)?\s*<(!doctype|html|head|\?xml)/i.test(text)) return fault("a web page", "download the file itself");
  if (isUtf16(head)) return fault("text in UTF-16", "if it is a model.json, save it as UTF-8");
  return undefined;
}

/** The error for a zip archive with these members that is not a Keras archive. */
export function foreignArchiveFault(path: string, members: readonly string[]): ModelError | undefined {
  if (members.some((name) => /(^|\/)data\.pkl$/.test(name))) {
    return fileError(path, `this is a PyTorch file, expected a Keras .keras archive or ONNX: ${EXPORT_ONNX}`);
  }
  if (members.some((name) => /(^|\/)(saved_model\.pb|model\.json)$/.test(name))) {
    return fileError(path, "this zip archive holds a model of TensorFlow or TensorFlow.js, expected its folder: unpack it and name that");
  }
  return undefined;
}

/** The operation PROTO, then a version of the protocol: https://docs.python.org/3/library/pickletools.html */
function isPickle([operation, version = 0]: Uint8Array): boolean {
  return operation === 0x80 && version >= 2 && version <= 5;
}

/** https://huggingface.co/docs/safetensors: the length of a JSON header in 64 bits, little endian, then the header. */
function isSafetensors(head: Uint8Array, bytes: number): boolean {
  if (head.length < 10 || head[8] !== 0x7b) return false;
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  return length >= 2n && length <= BigInt(bytes - 8);
}
