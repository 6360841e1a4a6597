import { createRequire } from "node:module";
import path from "node:path";
import type { GraphModel } from "@tensorflow/tfjs-converter";
import type { Tensor } from "@tensorflow/tfjs-core";
import { graphModelHandler } from "../import/tfjs_model.js";
import type { Subject } from "./timing.js";

/** TensorFlow.js with its WebAssembly backend (SIMD where the engine has it, one thread) on the same network in float32. */
export interface TensorFlowJs extends Subject {
  version: string;
  /** The float probabilities of the MFCCs that it times. */
  probabilities(): Promise<Float32Array>;
}

export const PEER_PACKAGE = "@tensorflow/tfjs-backend-wasm";

/**
 * model    a TensorFlow.js graph model: the file model.json
 * mfcc     float32 [frames, coefficients]
 */
export async function tensorFlowJs(model: string, mfcc: Float32Array, frames: number, coefficients: number): Promise<TensorFlowJs> {
  const tf = await import("@tensorflow/tfjs-core");
  const { loadGraphModel } = await import("@tensorflow/tfjs-converter");
  const backend = await import("@tensorflow/tfjs-backend-wasm");
  const folder = path.dirname(createRequire(import.meta.url).resolve(PEER_PACKAGE));
  backend.setWasmPaths(`${folder}${path.sep}`);
  backend.setThreadsCount(1);
  await tf.setBackend("wasm");
  await tf.ready();
  const graph: GraphModel = await loadGraphModel(await graphModelHandler(model));
  const input = tf.tensor4d(mfcc, [1, frames, coefficients, 1]);
  const predict = async (): Promise<Float32Array> => {
    const output = graph.predict(input) as Tensor;
    const values = (await output.data()) as Float32Array;
    output.dispose();
    return values;
  };
  return {
    name: "tensorflow.js",
    engine: "node",
    precision: "float32",
    version: backend.version_wasm,
    probabilities: predict,
    async run() {
      const begin = performance.now();
      await predict();
      return { network: performance.now() - begin };
    },
  };
}
