/** What a benchmark measures, and what it writes. */
import type { ModuleBuild } from "../../ts-tools/model/builds.js";

export const STAGES = ["frontend", "network", "total", "coldStart"] as const;
export type Stage = (typeof STAGES)[number];

export type SubjectName = "light-sernet" | "tensorflow.js" | "onnxruntime-web" | "tflite" | "onnxruntime" | "meyda" | "librosa";

export const ENGINES = ["node", "wasmtime", "native", "chromium"] as const;
export type EngineName = (typeof ENGINES)[number];

export type Precision = "float32" | "int8";

/** Who is measured. */
export interface Identity {
  subject: SubjectName;
  engine: EngineName;
  /** Which of our builds; absent for peers. */
  build?: ModuleBuild;
  precision: Precision;
  /** What else distinguishes two rows: "precompiled" of a cold start, the kind of quantized graph of a peer. */
  variant?: string;
}

/** One row of a benchmark, as `--json` prints it. */
export interface Measurement extends Identity {
  stage: Stage;
  medianMs: number;
  minMs: number;
  runs: number;
  /** Of the network: its multiplications by definition, over the median time, in 10^9 a second. */
  effectiveGmacs?: number;
  /** Of ours: the multiplications that this build really does, over the median time. */
  realGmacs?: number;
  /** Of ours: realGmacs over what this engine's instruction reaches here at most, in the same rounds. */
  shareOfLimit?: number;
}

/** What one multiplying instruction reaches at most in an engine: independent sums in registers, operands from the nearest cache. */
export interface Limit {
  engine: EngineName;
  instruction: string;
  /** The build that multiplies with it. */
  build: ModuleBuild;
  medianGmacs: number;
  maxGmacs: number;
  runs: number;
}

/** Bytes that one inference needs, in a fresh process. */
export interface MemoryUse extends Identity {
  /** Of the module or the model file. */
  moduleBytes: number;
  /** Of WebAssembly memory; absent where there is none. */
  linearBytes?: number;
  /** By how much one inference, with all that it loads, makes an empty process of that engine grow. */
  residentBytes?: number;
}

/** What distinguishes two subjects, as one word. */
export function identityText({ subject, engine, build, precision, variant }: Identity): string {
  return [subject, build, precision, engine, variant].filter((part) => part !== undefined).join(" ");
}
