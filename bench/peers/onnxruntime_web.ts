/** ONNX Runtime Web with its WebAssembly backend: SIMD, one thread. */
import { type Answer, clocked, type Files, floats, type OpenSubject, type Task } from "../measured/task.js";

/** What is used of the package onnxruntime-web. */
export interface OnnxRuntimeWeb {
  env: { wasm: { numThreads?: number; wasmPaths?: string; wasmBinary?: ArrayBuffer }; versions: { web?: string; common: string } };
  InferenceSession: { create(model: Uint8Array, options: { executionProviders: string[] }): Promise<Session> };
  Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => OnnxTensor;
}

interface OnnxTensor {
  readonly data: Float32Array;
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>>;
}

/** The WebAssembly of the package's smallest build that runs on the CPU. */
export const ONNXRUNTIME_WASM = "ort-wasm-simd-threaded.wasm";

/** files: model, wasm, mfcc */
export async function openOnnxRuntimeWeb(ort: OnnxRuntimeWeb, paths: string | undefined, task: Task, files: Files): Promise<OpenSubject> {
  ort.env.wasm.numThreads = 1;
  if (paths !== undefined) ort.env.wasm.wasmPaths = paths;
  ort.env.wasm.wasmBinary = files.wasm!.slice().buffer;
  const session = await ort.InferenceSession.create(files.model!, { executionProviders: ["wasm"] });
  const input = new ort.Tensor("float32", floats(files.mfcc!), [1, task.frames, task.coefficients, 1]);
  const feeds = { [session.inputNames[0]!]: input };
  const predict = async (): Promise<Float32Array> => (await session.run(feeds))[session.outputNames[0]!]!.data;
  const answer: Answer = {
    probabilities: [...(await predict())],
    versions: { "onnxruntime-web": ort.env.versions.web ?? ort.env.versions.common },
  };
  return {
    answer: () => answer,
    async run() {
      return { network: await clocked(predict) };
    },
  };
}
