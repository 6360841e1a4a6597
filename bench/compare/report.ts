import type { CompressedSize } from "../../ts-tools/link/compressed_size.js";
import type { MeasuredModules } from "../measured/modules.js";
import type { Limit, Measurement, MemoryUse, Precision, SubjectName } from "./measurement.js";

/** What `npm run --silent bench -- --json` prints. */
export interface BenchReport {
  machine: {
    cpu: string;
    cores: number;
    platform: string;
    release: string;
    /** The core that everything ran on; null: nothing was bound. */
    core: string | null;
  };
  versions: Record<string, string>;
  /** Of the built model that was measured. */
  model: { id: string; sha256: string };
  /** The files of its builds that were measured. */
  modules: MeasuredModules;
  /** What was checked before anything was timed. */
  verified: string[];
  /** What could not be measured here, and why. */
  skipped: string[];
  /** Multiply-accumulates of one segment: by definition, and what our builds really do. */
  multiplies: { defined: number; real: Record<string, number> };
  limits: Limit[];
  /** What a browser must download. */
  sizes: DownloadSize[];
  memory: MemoryUse[];
  results: Measurement[];
}

/** Bytes of everything that a page loads to name one emotion (or, of a front end, to compute MFCCs). */
export interface DownloadSize extends CompressedSize {
  subject: SubjectName;
  build?: string;
  precision: Precision;
  /** JavaScript, WebAssembly, model. */
  files: ({ file: string } & CompressedSize)[];
}
