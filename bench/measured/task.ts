/** What a subject does in a process or page of its own; bench/peers/worker.py reads the same JSON. */
export interface Task {
  kind: "ours" | "tensorflow.js" | "onnxruntime-web" | "meyda" | "limits" | "tflite" | "onnxruntime" | "librosa" | "wasmtime";
  /** By name: a path, or in a page an address. All of them are read before any clock starts. */
  files: Readonly<Record<string, string>>;
  /** Folder of the peers' packages for Node, or of their files in a page. */
  packages?: string;
  /** MFCCs of the bench's sound. */
  frames: number;
  coefficients: number;
  frontEnd: FrontEndShape;
  /** The first inference only. */
  cold?: boolean;
  /** Of wasmtime: `module` and `driver` are the output of serialize(). */
  precompiled?: boolean;
  /** Of wasmtime: where to write that output. */
  serialize?: Readonly<Record<string, string>>;
  /** Of limits: steps of one run, by the file's name. */
  rounds?: Readonly<Record<string, number>>;
}

/** The settings of other libraries that make their MFCCs of the same size. */
export interface FrontEndShape {
  sampleRate: number;
  frameSamples: number;
  hopSamples: number;
  melBands: number;
  melLowHz: number;
  melHighHz: number;
  coefficients: number;
}

/** A subject's first answer to the bench's sound. */
export interface Answer {
  probabilities?: number[];
  /** Of ours. */
  logits?: number[];
  /** Of front ends that compute other MFCCs than ours. */
  frames?: number;
  coefficients?: number;
  finite?: boolean;
  /** Bytes of WebAssembly memory. */
  linearBytes?: number;
  /** Of limits: modules that the engine does not take, and why. */
  refused?: Readonly<Record<string, string>>;
  versions: Readonly<Record<string, string>>;
}

/** A subject that is loaded and has computed its first answer. */
export interface OpenSubject {
  answer(): Answer;
  /** One inference; milliseconds of every stage. */
  run(): Promise<Record<string, number>>;
}

/** The beginning of the message when an engine lacks a feature that a module needs: the build cannot run there, which is not a failure. */
export const NOT_TAKEN = "this engine does not take the module";

/** Contents of a task's files by name. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** Milliseconds that some work takes. */
export async function clocked(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** A view of a file's content as numbers. */
export function floats(content: Uint8Array): Float32Array {
  return new Float32Array(content.slice().buffer);
}

export function shorts(content: Uint8Array): Int16Array {
  return new Int16Array(content.slice().buffer);
}
