/** All fuzzers of this folder that run in Node. What they need is loaded when one of them is: some of it takes a second. */
import type { Target } from "./target.js";

type Load = () => Promise<readonly Target[]>;

const importers: Load = async () => (await import("./targets/importers.js")).IMPORTERS;
const documents: Load = async () => (await import("./targets/documents.js")).DOCUMENTS;
const sounds: Load = async () => (await import("./targets/sounds.js")).SOUNDS;
const modules: Load = async () => (await import("./targets/modules.js")).MODULES;
const adaptations: Load = async () => (await import("./targets/adaptation.js")).ADAPTATIONS;
const planted: Load = async () => (await import("./targets/planted.js")).PLANTED;

const LOADS: Readonly<Record<string, Load>> = {
  "tfjs-graph": importers,
  "tfjs-layers": importers,
  "keras2-h5": importers,
  "keras3-h5": importers,
  "keras2-keras": importers,
  "keras3-keras": importers,
  "tflite-float32": importers,
  "tflite-float16": importers,
  onnx: importers,
  manifest: documents,
  sidecar: documents,
  budget: documents,
  folds: documents,
  "memory-map": documents,
  weights: documents,
  wav: sounds,
  samples: sounds,
  wasm: modules,
  adaptation: adaptations,
};

/** Names of the fuzzers, with what they are for. */
export const FUZZERS: Readonly<Record<string, string>> = {
  "tfjs-graph": "TensorFlow.js graph models: model.json and weights",
  "tfjs-layers": "TensorFlow.js layers models: model.json and weights",
  "keras2-h5": "Keras 2 .h5",
  "keras3-h5": "Keras 3 .h5",
  "keras2-keras": "Keras 2 .keras: the archive and the files in it",
  "keras3-keras": "Keras 3 .keras: the archive and the files in it",
  "tflite-float32": "TensorFlow Lite, float32",
  "tflite-float16": "TensorFlow Lite, float16",
  onnx: "ONNX, also with weights in another file",
  manifest: "model.json of a built model",
  sidecar: "light-sernet.json beside float weights, and the front end that it describes",
  budget: "budget.json, the ceilings of a build",
  folds: "folds.json, the models of a cross-validation",
  "memory-map": "memory_map.json of a built model, as inspect shows it",
  weights: "weights.bin and the manifest that it belongs to",
  wav: "WAV files in any pieces through pushWav()",
  samples: "raw samples of every format in any pieces through push(), pushBytes() and classify()",
  wasm: "a damaged light-sernet.wasm in a model's folder",
  adaptation: "a speaker's statistics in the module, the API, `--adaptation` and the WASI command",
};

/** Also one of those with a planted bug, which the tests alone run. */
export async function targetNamed(name: string): Promise<Target> {
  const target = (await (LOADS[name] ?? planted)()).find((candidate) => candidate.name === name);
  if (target === undefined) throw new Error(`there is no fuzzer "${name}"; there are ${Object.keys(FUZZERS).join(", ")}`);
  return target;
}
