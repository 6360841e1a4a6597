/** Import of a trained Light-SERNet from the formats that people have: read into layers, then recognised. */

import { type FloatModel, ModelError } from "./float_model.js";
import { fileError, type LayerGraph } from "./layer_graph.js";
import { type ModelFile, openModelFile } from "./model_file.js";
import { recognize } from "./recognize.js";

/**
 * Reads the model at `source`: a TensorFlow.js model.json or the folder that holds it, a Keras .h5 or .keras file, or a float
 * TensorFlow Lite file. The content decides which it is, not the name. Whatever is wrong is thrown as a ModelError of one sentence.
 */
export async function importModel(source: string): Promise<FloatModel> {
  const file = await openModelFile(source);
  try {
    return recognize(await readLayers(file));
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
};

/** Readers load on demand: each brings a library that takes a while to start. */
async function readLayers({ path, format, bytes }: ModelFile): Promise<LayerGraph> {
  switch (format) {
    case "json":
      return (await import("./tfjs_model.js")).readTfjsModel(path, bytes);
    case "hdf5":
      return (await import("./keras_h5.js")).readKerasH5(path, bytes);
    case "zip":
      return (await import("./keras_archive.js")).readKerasArchive(path, bytes);
    case "tflite":
      return (await import("./tflite_model.js")).readTfliteModel(path, bytes);
  }
}
