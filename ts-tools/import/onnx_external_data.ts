/**
 * Weights that an ONNX model keeps in other files, as torch.onnx.export does by default (model.onnx.data). Each must be in the folder of the model or
 * below. https://onnx.ai/onnx/repo-docs/ExternalData.html
 */

import { findInFolder, readInFolder } from "./folder_file.js";
import { fileError, layerError, numberText, quoted } from "./layer_graph.js";
import { MOST_FILE_BYTES, MOST_SHARDS } from "./limits.js";
import type { OnnxTensor } from "./onnx_schema.js";

const WHAT = "its file of external data";

/** The files, read. */
export class ExternalData {
  private constructor(
    private readonly path: string,
    private readonly files: ReadonlyMap<string, Uint8Array>,
  ) {}

  /** Reads every file that one of the tensors names, once. */
  static async read(path: string, tensors: readonly OnnxTensor[]): Promise<ExternalData> {
    const locations = [...new Set(tensors.flatMap(({ external }) => (external === undefined ? [] : [external.get("location") ?? ""])))];
    if (locations.length > MOST_SHARDS) {
      throw fileError(
        path,
        `it names ${locations.length} files of external data, expected at most ${MOST_SHARDS}: save it with all weights in one`,
      );
    }
    const found = [];
    for (const location of locations) found.push(await findInFolder(path, location, WHAT));
    const bytes = found.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes > MOST_FILE_BYTES) {
      throw fileError(path, `its external data have ${bytes} bytes, expected at most ${MOST_FILE_BYTES}: a Light-SERNet has a few million`);
    }
    const files = new Map<string, Uint8Array>();
    for (const file of found) files.set(file.name, await readInFolder(path, file, WHAT));
    return new ExternalData(path, files);
  }

  /** The raw bytes of a tensor, wherever they are; undefined where its values are in a list. `layer` is who uses it, for messages. */
  bytesOf(layer: { name: string }, { name, raw, external }: OnnxTensor): Uint8Array | undefined {
    if (external === undefined) return raw;
    const location = external.get("location") ?? "";
    const file = this.files.get(location);
    const offset = Number(external.get("offset") ?? 0);
    const length = Number(external.get("length") ?? (file?.length ?? 0) - offset);
    if (file === undefined || !isWithin(offset, length, file.length)) {
      throw layerError(
        this.path,
        layer,
        `has the constant ${quoted(name)} in ${numberText(length)} bytes from ${numberText(offset)} of ${quoted(location)}`,
        `them among the ${file?.length ?? 0} bytes of that file: it is damaged or belongs to another model`,
      );
    }
    return file.subarray(offset, offset + length);
  }
}

function isWithin(offset: number, length: number, size: number): boolean {
  return Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0 && offset + length <= size;
}
