/** The whole benchmark: start all subjects, compare their answers, time them in turns. */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { arch, cpus, platform, release, tmpdir } from "node:os";
import path from "node:path";
import { packageVersion } from "../../ts-tools/host/package_info.js";
import { errorSentence } from "../../ts-tools/host/terminal.js";
import { MODULE_BUILDS, moduleFile } from "../../ts-tools/model/builds.js";
import { measuredModules } from "../measured/modules.js";
import { type Answer, NOT_TAKEN, type Task } from "../measured/task.js";
import { type Candidate, candidateName, listCandidates, relaxedFlags, type Skipped } from "./candidates.js";
import { prepareInputs } from "./inputs.js";
import { interleave, type Times } from "./interleave.js";
import { Launcher } from "./launch.js";
import { assembleLimit, limitKernels, limitSteps } from "./limits.js";
import type { EngineName, MemoryUse, Precision } from "./measurement.js";
import { definedMultiplies, realMultiplies } from "./multiplies.js";
import { boundCore } from "./one_core.js";
import { folderWithPackage, INSTALL_PEERS } from "./places.js";
import type { ColdStart, Started } from "./process_subject.js";
import type { BenchReport } from "./report.js";
import { coldRows, limitRows, measuredRows, withLimits } from "./rows.js";
import { downloadSizes } from "./sizes.js";
import { VerificationError, verify, verifyLogits } from "./verify.js";

export interface BenchOptions {
  /** Folder of the built model. */
  model: string;
  /** The float model that it was built from. */
  source: string;
  /** A WAV file. */
  sound: string;
  runs: number;
  coldRuns: number;
  engines: readonly EngineName[];
  /** Shows the current step. */
  tell(what: string): void;
}

const WARM_UP = 5;
/** Rounds that find out the fastest of several graphs of one peer. */
const TRIALS = 3;

export interface Running {
  candidate: Candidate;
  started: Started;
}

export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const work = await mkdtemp(path.join(tmpdir(), "light-sernet-bench-"));
  const launcher = new Launcher(work);
  const running: Running[] = [];
  try {
    return await measure(options, work, launcher, running);
  } finally {
    await Promise.all(running.map(({ started }) => started.close()));
    await launcher.close();
    await rm(work, { recursive: true, force: true });
  }
}

async function measure(options: BenchOptions, work: string, launcher: Launcher, running: Running[]): Promise<BenchReport> {
  const { tell } = options;
  tell("reading the models");
  const { inputs, expected, quantized, identity } = await prepareInputs(options.model, options.source, options.sound, work);
  const { candidates, skipped } = listCandidates(inputs, options.engines);
  const verified: string[] = [];
  for (const candidate of candidates) {
    const name = candidateName(candidate);
    tell(`starting ${name}`);
    try {
      const check = (answer: Answer) => verify(name, candidate.subject, candidate.precision, answer, expected);
      const { started, line } = await startFastest(launcher, candidate, check);
      running.push({ candidate, started });
      verified.push(line);
    } catch (error) {
      if (error instanceof VerificationError) throw error;
      const why = errorSentence(error);
      if (candidate.subject === "light-sernet" && candidate.host.program === "node" && !why.includes(NOT_TAKEN))
        throw new Error(`${name}: ${why}`);
      skipped.push({ name, why });
    }
  }
  const ours = running.flatMap(({ candidate, started: { answer } }) =>
    answer.logits ? [{ name: candidateName(candidate), logits: answer.logits }] : [],
  );
  const same = verifyLogits(ours);
  if (same !== undefined) verified.push(same);

  const limiters = await startLimits(launcher, options.engines, running, inputs.shape, work, skipped);
  const runners = [...running.map(({ started }) => started), ...limiters.map(({ started }) => started)];
  const times = await interleave(runners, options.runs, WARM_UP, (round, rounds) => tell(`round ${round + 1} of ${rounds}`));
  for (const { started } of limiters) await started.close();

  const cold = await coldStarts(launcher, running, options.coldRuns, tell, expected, skipped);
  tell("sizes");
  const multiplies = {
    defined: definedMultiplies(quantized),
    real: Object.fromEntries((["scalar", "simd", "relaxed"] as const).map((build) => [build, realMultiplies(quantized, build)])),
  };
  const limits = limiters.flatMap(({ engine }, index) => limitRows(engine, times[running.length + index]!));
  const rows = running.flatMap(({ candidate }, index) => measuredRows(candidate, times[index]!));
  if (folderWithPackage("esbuild") === undefined) {
    skipped.push({
      name: "download sizes",
      why: `only those of our modules: esbuild, which bundles JavaScript, is not installed; ${INSTALL_PEERS}`,
    });
  }
  const builds = MODULE_BUILDS.filter((build) => running.some(({ candidate }) => candidate.build === build));
  return {
    machine: {
      cpu: cpus()[0]?.model ?? arch(),
      cores: cpus().length,
      platform: `${platform()} ${arch()}`,
      release: release(),
      core: boundCore() ?? null,
    },
    versions: await versionsOf(running, launcher),
    model: identity,
    modules: measuredModules(options.model, builds.map(moduleFile)),
    verified,
    skipped: skipped.map(({ name, why }) => `${name}: ${why}`),
    multiplies,
    limits,
    sizes: await downloadSizes(inputs, onnxModels(running)),
    memory: cold.memory,
    results: [...withLimits(rows, limits, multiplies), ...cold.rows],
  };
}

/** Starts a candidate and checks its answer; of several graphs all, to keep the fastest. `line` says what was checked of the one that is kept. */
async function startFastest(
  launcher: Launcher,
  candidate: Candidate,
  check: (answer: Answer) => string,
): Promise<{ started: Started; line: string }> {
  const { host, tasks } = candidate;
  const all: Started[] = [];
  const lines: string[] = [];
  try {
    for (const { task } of tasks) {
      all.push(await launcher.start(host, task));
      lines.push(check(all.at(-1)!.answer));
    }
  } catch (error) {
    await Promise.all(all.map((started) => started.close()));
    throw error;
  }
  if (all.length === 1) return { started: all[0]!, line: lines[0]! };
  const times = await interleave(all, TRIALS, 2);
  const best = times.map((parts) => Math.min(...[...parts.values()].flat()));
  const winner = best.indexOf(Math.min(...best));
  await Promise.all(all.filter((_, index) => index !== winner).map((started) => started.close()));
  const { variant, task } = tasks[winner]!;
  candidate.tasks = [{ task }];
  if (variant !== undefined) candidate.variant = variant;
  return { started: all[winner]!, line: lines[winner]! };
}

/** The graphs that ONNX Runtime Web was measured with. */
function onnxModels(running: readonly Running[]): Map<Precision, string> {
  const theirs = running.filter(({ candidate }) => candidate.subject === "onnxruntime-web");
  return new Map(theirs.map(({ candidate: { precision, tasks } }) => [precision, tasks[0]!.task.files.model!]));
}

/** The loops of limits.ts in every engine that one of our builds runs in. */
async function startLimits(
  launcher: Launcher,
  engines: readonly EngineName[],
  running: readonly Running[],
  shape: Pick<Task, "frames" | "coefficients" | "frontEnd">,
  work: string,
  skipped: Skipped[],
): Promise<{ engine: EngineName; started: Started }[]> {
  const files: Record<string, string> = {};
  const rounds: Record<string, number> = {};
  for (const [index, kernel] of limitKernels().entries()) {
    const name = `${kernel.instruction} ${kernel.tile}`;
    files[name] = path.join(work, `limit${index}.wasm`);
    rounds[name] = limitSteps(kernel);
    await writeFile(files[name], await assembleLimit(kernel));
  }
  const limiters: { engine: EngineName; started: Started }[] = [];
  for (const engine of engines) {
    const ours = running.find(({ candidate }) => candidate.subject === "light-sernet" && candidate.engine === engine);
    if (ours === undefined) continue;
    const { host } = ours.candidate;
    const task: Task = { kind: "limits", files, rounds, ...shape };
    const own =
      host.program === "page"
        ? { ...host, script: "limit_subject" as const }
        : host.program === "node"
          ? { ...host, flags: relaxedFlags() }
          : host;
    const started = await launcher.start(own, task);
    const refused = Object.keys(started.answer.refused ?? {});
    if (refused.length > 0) skipped.push({ name: `limits in ${engine}`, why: `it does not take ${refused.join(", ")}` });
    limiters.push({ engine, started });
  }
  return limiters;
}

interface ColdResults {
  rows: BenchReport["results"];
  memory: MemoryUse[];
}

async function coldStarts(
  launcher: Launcher,
  running: readonly Running[],
  runs: number,
  tell: (what: string) => void,
  expected: Parameters<typeof verify>[4],
  skipped: Skipped[],
): Promise<ColdResults> {
  const cold = running.flatMap(({ candidate }) => {
    const tasks = candidate.cold ?? candidate.tasks.map(({ task }) => ({ task, variant: candidate.variant }));
    return tasks.map(({ task, variant }) => ({ candidate, task, variant, last: undefined as ColdStart | undefined }));
  });
  const runners = cold.map((entry) => ({
    async run() {
      entry.last = await launcher.cold(entry.candidate.host, entry.task);
      verify(candidateName(entry.candidate), entry.candidate.subject, entry.candidate.precision, entry.last.answer, expected);
      return { coldStart: entry.last.coldStartMs };
    },
  }));
  let times: Times[] = [];
  if (runs > 0) times = await interleave(runners, runs, 0, (round, rounds) => tell(`cold starts, round ${round + 1} of ${rounds}`));
  else skipped.push({ name: "cold starts and memory", why: "--cold-runs is 0" });
  const rows = times.flatMap((parts, index) => coldRows(cold[index]!.candidate, cold[index]!.variant, parts));
  const memory: MemoryUse[] = [];
  for (const { candidate, task, variant, last } of cold) {
    if (last === undefined) continue;
    const { subject, engine, build, precision } = candidate;
    const moduleBytes = await bytesOf(task);
    memory.push({
      ...{ subject, engine, ...(build && { build }), precision, ...(variant !== undefined && { variant }), moduleBytes },
      ...(last.answer.linearBytes ? { linearBytes: last.answer.linearBytes } : {}),
      ...(last.residentBytes === undefined ? {} : { residentBytes: last.residentBytes }),
    });
  }
  return { rows, memory };
}

/** Of the module, or of all files of the model. */
async function bytesOf({ files }: Task): Promise<number> {
  const own = Object.entries(files).filter(([name]) => name === "module" || name === "model" || name.startsWith("shard"));
  const sizes = await Promise.all(own.map(async ([, file]) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function versionsOf(running: readonly Running[], launcher: Launcher): Promise<Record<string, string>> {
  const versions: Record<string, string> = { "light-sernet": packageVersion(), node: process.version, v8: process.versions.v8 };
  const chromium = await launcher.browserVersion();
  if (chromium !== undefined) versions.chromium = chromium;
  for (const { started } of running) {
    for (const [name, version] of Object.entries(started.answer.versions)) if (version !== "") versions[name] = version;
  }
  return versions;
}
