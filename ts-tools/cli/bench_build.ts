/**
 * One build of a module, timed in a Node process of its own: the memory that it takes is then its alone, and so are the flags that Node 20 needs for
 * relaxed SIMD.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runIfMain } from "../host/main_module.js";
import { median } from "../host/median.js";
import type { ModuleBuild } from "../model/builds.js";
import { Classifier } from "../runtime/classifier.js";
import { Engine } from "../runtime/engine.js";
import { engineHas } from "../runtime/engine_features.js";
import { centerSegment, readWavSamples, runNetwork, segmentMfcc } from "../runtime/features.js";
import { loadFromFolder } from "../runtime/loader_node.js";
import { allowRelaxedSimd } from "../runtime/relaxed_simd.js";

export const STAGES = ["level", "frontend", "network", "total"] as const;
export type Stage = (typeof STAGES)[number];

export interface StageTime {
  medianMs: number;
  minMs: number;
}

export interface BuildTask {
  /** Folder of a built model. */
  model: string;
  build: ModuleBuild;
  /** A WAV file. */
  sound: string;
  runs: number;
}

export interface BuildMeasurement {
  stages: Partial<Record<Stage, StageTime>>;
  logits: number[];
  /** Of the module's linear memory. */
  linearBytes?: number;
  /** In Node: by how much the process has grown when it has its first answer. Under wasmtime: the largest of the whole process. */
  residentBytes?: number | undefined;
}

/** Runs that do not count: the engine compiles and optimizes in them. */
const WARM_UP = 5;

/** Measures a build in a process of its own; undefined where this version of Node cannot run it. */
export async function measureInProcess(task: BuildTask): Promise<BuildMeasurement | undefined> {
  const parameters = [fileURLToPath(import.meta.url), JSON.stringify(task)];
  const { stdout } = await promisify(execFile)(process.execPath, parameters).catch((error: { stderr?: string; message: string }) => {
    throw new Error(error.stderr?.trim().replace(/^light-sernet: /, "") || error.message);
  });
  return (JSON.parse(stdout) as BuildMeasurement | null) ?? undefined;
}

/** Measures a build in this process. */
export async function measureBuild({ model, build, sound, runs }: BuildTask): Promise<BuildMeasurement | undefined> {
  const before = process.memoryUsage.rss();
  if (build === "relaxed") allowRelaxedSimd();
  if (build !== "scalar" && !engineHas(build)) return undefined;
  const engine = await Engine.create((await loadFromFolder(model, build)).module);
  const recording = readWavSamples(engine, await readFile(sound));
  // The level is that of the sound alone: a shorter one is padded by the module.
  const samples = centerSegment(recording, Math.min(recording.length, engine.exports.windowSamples()));
  const classifier = new Classifier(engine);
  const logits = [...classifier.classify([samples]).logits];
  const residentBytes = process.memoryUsage.rss() - before;
  const times = new Map<Stage, number[]>(STAGES.map((stage) => [stage, []]));
  for (let run = -WARM_UP; run < runs; run++) {
    const clock = <T>(stage: Stage, work: () => T): T => {
      const begin = performance.now();
      const result = work();
      if (run >= 0) times.get(stage)!.push(performance.now() - begin);
      return result;
    };
    clock("level", () => classifier.level([samples]));
    const mfcc = clock("frontend", () => segmentMfcc(engine, samples));
    clock("network", () => runNetwork(engine, mfcc));
    clock("total", () => classifier.classify([samples]));
  }
  return { stages: stageTimes(times), logits, linearBytes: engine.memory.byteLength, residentBytes };
}

/** Medians and minima. */
export function stageTimes(times: ReadonlyMap<Stage, readonly number[]>): BuildMeasurement["stages"] {
  return Object.fromEntries([...times].map(([stage, list]) => [stage, { medianMs: median(list), minMs: Math.min(...list) }]));
}

await runIfMain(import.meta.url, async () => {
  const measurement = await measureBuild(JSON.parse(process.argv[2] ?? "{}") as BuildTask);
  process.stdout.write(JSON.stringify(measurement ?? null));
});
