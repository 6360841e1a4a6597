/** Import of a trained Light-SERNet from the formats that people have: read into layers, then recognized. */

import type { FloatModel } from "../model/float_model.js";
import { ModelError } from "../model/model_error.js";
import { fileError, type LayerGraph } from "./layer_graph.js";
import { type ModelFile, openModelFile } from "./model_file.js";
import { recognize } from "./recognize.js";

/**
 * importModel() without its limits on time and memory, in the calling thread: for import_worker.ts and tests. `begun` is called when the file is
 * open and its reader's library is loaded.
 */
export async function importHere(source: string, openFrames?: number, begun: () => void = () => {}): Promise<FloatModel> {
  const file = await openModelFile(source);
  try {
    const read = await loadReader(file.format);
    begun();
    return recognize(await read(file), openFrames);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw fileError(
      file.path,
      `this ${CONTAINER_NAMES[file.format]} cannot be read, expected an intact one: it is damaged or incomplete`,
      error,
    );
  }
}

const CONTAINER_NAMES: Record<ModelFile["format"], string> = {
  json: "TensorFlow.js model",
  hdf5: "Keras .h5 file",
  zip: "Keras .keras archive",
  tflite: "TensorFlow Lite file",
  onnx: "ONNX file",
};

/** Readers load on demand: each needs a library that takes a while to start. */
async function loadReader(format: ModelFile["format"]): Promise<(file: ModelFile) => Promise<LayerGraph>> {
  switch (format) {
    case "json":
      return (await import("./tfjs_model.js")).readTfjsModel;
    case "hdf5":
      return (await import("./keras_h5.js")).readKerasH5;
    case "zip":
      return (await import("./keras_archive.js")).readKerasArchive;
    case "tflite":
      return (await import("./tflite_model.js")).readTfliteModel;
    case "onnx":
      return (await import("./onnx_model.js")).readOnnxModel;
  }
}
