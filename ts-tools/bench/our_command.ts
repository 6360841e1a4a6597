import { spawnSync } from "node:child_process";
import type { Recognition } from "../runtime/result.js";
import { wavOf } from "../runtime/wav_output.js";
import type { Subject } from "./timing.js";

/** Windows that one run of the command classifies: its own clock then tells the mean of one, without start and compilation. */
const WINDOWS = 8;

/** The WASI command under wasmtime on a sound of several windows; its own timings, per window. */
export function ourCommand(wasmtime: string, command: string, samples: Int16Array, sampleRate: number): Subject {
  const sound = new Int16Array(((WINDOWS + 1) * samples.length) / 2);
  for (let offset = 0; offset < sound.length; offset += samples.length) sound.set(samples.subarray(0, sound.length - offset), offset);
  const wav = wavOf(sound, sampleRate);
  return {
    name: "light-sernet",
    engine: "wasmtime",
    build: "scalar",
    precision: "int8",
    async run() {
      const { stdout, stderr, status, error } = spawnSync(wasmtime, ["run", command], { input: wav, maxBuffer: 1 << 24 });
      if (error || status !== 0) throw new Error(`${wasmtime} failed on ${command}: ${error?.message ?? String(stderr).trim()}`);
      const { timing, segments } = JSON.parse(String(stdout)) as Recognition;
      const frontend = timing.frontendMs / segments.length;
      const network = timing.networkMs / segments.length;
      return { frontend, network, total: frontend + network };
    },
  };
}
