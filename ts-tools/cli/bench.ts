import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { cpus, platform } from "node:os";
import path from "node:path";
import type { Command } from "commander";
import { packageVersion } from "../host/package_info.js";
import { packageRoot } from "../host/package_root.js";
import { peakResidentBytes } from "../host/peak_memory.js";
import { table } from "../host/table.js";
import { clearProgress, errorSentence, printJson, printLine, showStep } from "../host/terminal.js";
import { findWasmtime, wasmtimeVersion } from "../host/wasmtime.js";
import { COMMAND_FILE, MODULE_BUILDS, type ModuleBuild, moduleFile } from "../model/builds.js";
import { modelFolder, readManifest } from "../runtime/loader_node.js";
import { type BuildMeasurement, measureInProcess, STAGES, type Stage, stageTimes } from "./bench_build.js";
import { commandParameters, wasmtimeClassifier } from "./classify_wasmtime.js";
import { defaultModel, MODEL_HELP } from "./default_model.js";
import { positiveWholeNumber } from "./run_program.js";

/** What one file costs in one engine. */
export interface BenchRow extends BuildMeasurement {
  engine: "node" | "wasmtime";
  build: ModuleBuild;
  file: string;
  fileBytes: number;
}

/** What `light-sernet bench --json` prints. */
export interface BenchReport {
  machine: { cpu: string; cores: number; platform: string };
  versions: Record<string, string>;
  model: { id: string; sha256: string };
  runs: number;
  /** What could not be measured here, and why. */
  skipped: string[];
  results: BenchRow[];
}

/** Measures every build of a model; throws when they do not agree. */
export async function bench(model: string, runs: number): Promise<BenchReport> {
  const folder = modelFolder(model);
  const { id, sha256 } = await readManifest(folder);
  const sound = path.join(packageRoot(), "examples", "speech.wav");
  const report: BenchReport = {
    machine: { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, platform: `${platform()} ${process.arch}` },
    versions: { "light-sernet": packageVersion(), node: process.versions.node },
    model: { id, sha256 },
    runs,
    skipped: [],
    results: [],
  };
  for (const build of MODULE_BUILDS) {
    const file = path.join(folder, moduleFile(build));
    showStep(`${build} in Node`);
    const measured = existsSync(file) ? await measureInProcess({ model: folder, build, sound, runs }) : "missing";
    if (measured === "missing") report.skipped.push(`${build} in Node: ${file} is missing; build the model again to have it`);
    else if (measured === undefined) report.skipped.push(`${build} in Node: this version cannot run that build; a newer one can`);
    else report.results.push(await row("node", build, file, measured));
  }
  await addWasmtime(report, folder, sound);
  if (report.results.length === 0) throw new Error(`${folder} holds no module that can be measured (${report.skipped[0]})`);
  checkLogits(report.results);
  return report;
}

/** The WASI command, a process for each run; what it says itself of its stages. */
async function addWasmtime(report: BenchReport, folder: string, sound: string): Promise<void> {
  const file = path.join(folder, COMMAND_FILE);
  if (!existsSync(file)) {
    report.skipped.push(`scalar in wasmtime: ${file} is missing; build the model again to have it`);
    return;
  }
  let wasmtime: string;
  try {
    wasmtime = findWasmtime();
    report.versions.wasmtime = wasmtimeVersion(wasmtime);
  } catch (error) {
    report.skipped.push(`scalar in wasmtime: ${errorSentence(error)}`);
    return;
  }
  const classifier = await wasmtimeClassifier({ model: folder, long: "center" });
  const times = new Map<Stage, number[]>((["frontend", "network", "total"] as const).map((stage) => [stage, []]));
  let logits: number[] = [];
  for (let run = 1; run <= report.runs; run++) {
    showStep(`scalar in wasmtime, run ${run} of ${report.runs}`);
    const { timing, segments } = await classifier.classify(sound);
    logits = classifier.classes.map((name) => segments[0]!.logits[name]!);
    times.get("frontend")!.push(timing.frontendMs);
    times.get("network")!.push(timing.networkMs);
    times.get("total")!.push(timing.frontendMs + timing.networkMs);
  }
  const residentBytes = await peakResidentBytes(wasmtime, commandParameters(file, "center"), sound);
  report.results.push(await row("wasmtime", "scalar", file, { stages: stageTimes(times), logits, residentBytes }));
}

async function row(engine: BenchRow["engine"], build: ModuleBuild, file: string, measured: BuildMeasurement): Promise<BenchRow> {
  return { engine, build, file: path.basename(file), fileBytes: (await stat(file)).size, ...measured };
}

function checkLogits(rows: readonly BenchRow[]): void {
  const [first] = rows;
  const other = rows.find(({ logits }) => String(logits) !== String(first?.logits));
  if (first === undefined || other === undefined) return;
  throw new Error(`${other.file} computes other logits in ${other.engine} than ${first.file} in ${first.engine}; build the model again`);
}

/** The report for a person, at most 100 columns wide. */
export function benchText({ machine, versions, model, runs, skipped, results }: BenchReport): string {
  const time = (stage: Stage) => (row: BenchRow) => {
    const found = row.stages[stage];
    return found ? `${milliseconds(found.medianMs)} (${milliseconds(found.minMs)})` : "";
  };
  const times = results.map((row) => [row.build, row.engine, ...STAGES.map((stage) => time(stage)(row))]);
  const sizes = results.map((row) => [row.build, row.engine, row.file, row.fileBytes, row.linearBytes ?? "", row.residentBytes ?? ""]);
  const versionTexts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${model.id} on ${machine.cpu}, ${machine.cores} cores, ${machine.platform}`,
    versionTexts.join(", "),
    ...skipped.map((line) => `skipped: ${line}`),
    "",
    `One segment of sound, milliseconds: median (least) of ${runs} runs`,
    table(["build", "engine", "level", "front end", "network", "total"], times),
    "",
    "Bytes",
    table(["build", "engine", "file", "size", "linear memory", "resident memory"], sizes),
    "",
    `All ${results.length} compute the same logits.`,
  ].join("\n");
}

function milliseconds(value: number): string {
  return value.toFixed(value < 100 ? 2 : 1);
}

const HELP = `
One segment is what the network takes, 3 s of the shipped model. level: the two passes that find the level; front end: samples to MFCCs, with
the level; network: MFCCs to probabilities; total: samples to probabilities, as an application runs it. Under wasmtime, if it is installed,
light-sernet-cli.wasm times itself, in a new process for each run. resident memory: in Node, by how much the process has grown when it has its first
answer; under wasmtime, the largest of the whole process (on Linux only). For comparisons with other libraries see docs/benchmark.md.

Exit code: 1 when builds compute different logits, 2 for wrong usage.`;

export function registerBench(program: Command): void {
  program
    .command("bench")
    .description("what the module costs on this machine: latency, memory, size")
    .option("--model <model>", MODEL_HELP)
    .option("--runs <n>", "runs of each stage after a warm-up", positiveWholeNumber, 20)
    .option("--json", "one JSON object")
    .addHelpText("after", HELP)
    .action(async ({ model = defaultModel(), runs, json }: { model?: string; runs: number; json?: boolean }) => {
      const report = await bench(model, runs).finally(clearProgress);
      if (json) printJson(JSON.stringify(report));
      else printLine(benchText(report));
    });
}
