/** TensorFlow.js with its WebAssembly backend: SIMD, one thread, float32. */

import type * as backend from "@tensorflow/tfjs-backend-wasm";
import type * as converter from "@tensorflow/tfjs-converter";
import type * as core from "@tensorflow/tfjs-core";
import { type Answer, clocked, type Files, floats, type OpenSubject, type Task } from "../measured/task.js";

/** What is used of it: a bundle for a page leaves the rest away. */
export interface TensorFlowJs {
  core: Pick<typeof core, "env" | "io" | "ready" | "setBackend" | "tensor4d">;
  converter: Pick<typeof converter, "loadGraphModel">;
  backend: Pick<typeof backend, "setThreadsCount" | "setWasmPaths" | "version_wasm">;
}

/** The file of the backend that an engine with SIMD takes without threads. */
export const TENSORFLOW_WASM = "tfjs-backend-wasm-simd.wasm";

/**
 * libraries  one copy of TensorFlow.js
 * wasm       what setWasmPaths takes: a folder, or the address of each file
 * files      model (model.json), shard0, shard1, ..., mfcc
 */
export async function openTensorFlowJs(
  libraries: TensorFlowJs,
  wasm: string | Record<string, string>,
  task: Task,
  files: Files,
): Promise<OpenSubject> {
  const { core, converter, backend } = libraries;
  backend.setWasmPaths(wasm);
  backend.setThreadsCount(1);
  core.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  await core.setBackend("wasm");
  await core.ready();
  const graph = await converter.loadGraphModel(core.io.fromMemory(artifacts(files)));
  const input = core.tensor4d(floats(files.mfcc!), [1, task.frames, task.coefficients, 1]);
  const predict = async (): Promise<Float32Array> => {
    const output = graph.predict(input) as core.Tensor;
    const values = (await output.data()) as Float32Array;
    output.dispose();
    return values;
  };
  const answer: Answer = { probabilities: [...(await predict())], versions: { "tensorflow.js": backend.version_wasm } };
  return {
    answer: () => answer,
    async run() {
      return { network: await clocked(predict) };
    },
  };
}

/** A graph model's files as TensorFlow.js takes them from memory. */
function artifacts(files: Files): core.io.ModelArtifacts {
  const model = JSON.parse(new TextDecoder().decode(files.model)) as core.io.ModelJSON;
  const shards = Object.keys(files)
    .filter((name) => name.startsWith("shard"))
    .map((name) => files[name]!);
  const weightData = new Uint8Array(shards.reduce((sum, shard) => sum + shard.length, 0));
  let offset = 0;
  for (const shard of shards) {
    weightData.set(shard, offset);
    offset += shard.length;
  }
  const weightSpecs = model.weightsManifest.flatMap(({ weights }) => weights);
  return { ...model, modelTopology: model.modelTopology as object, weightSpecs, weightData: weightData.buffer };
}
