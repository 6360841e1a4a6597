import { readdir, readFile } from "node:fs/promises";
import { arch, cpus, platform, release } from "node:os";
import path from "node:path";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { ourCommand } from "../bench/our_command.js";
import { ourModule, runNetwork } from "../bench/our_module.js";
import { PEER_PACKAGE, type TensorFlowJs, tensorFlowJs } from "../bench/tensorflow_js.js";
import { interleave, type Measurement, type Subject } from "../bench/timing.js";
import { indexOfLargest } from "../index_of_largest.js";
import { type CompressedSize, compressedSize } from "../link/compressed_size.js";
import { packageRoot } from "../package_root.js";
import { largestDifference } from "../quantize/answer_comparison.js";
import { Engine } from "../runtime/engine.js";
import { centreSegment, readWavSamples, segmentMfcc } from "../runtime/features.js";
import { WASI_COMMAND } from "./classify_wasmtime.js";
import { count } from "./inspect_model.js";
import { packageVersion } from "./package_info.js";
import { table } from "./table.js";
import { clearProgress, errorSentence, printLine, showStep } from "./terminal.js";
import { findWasmtime, wasmtimeVersion } from "./wasmtime.js";

/** What `--json` prints. */
export interface BenchReport {
  machine: { cpu: string; platform: string; release: string };
  versions: Record<string, string>;
  /** What was checked before anything was timed. */
  verified: string[];
  /** What could not be measured here, and why. */
  skipped: string[];
  /** Our modules: bytes as they are, and as a web server sends them. */
  sizes: ({ file: string } & CompressedSize)[];
  /** Bytes of linear memory of one instance, and how many of them are used. */
  memory: { linear: number; used: number };
  results: Measurement[];
}

interface BenchOptions {
  model: string;
  source: string;
  sound: string;
  runs: number;
  json?: boolean;
}

/** Largest difference between our probabilities and the float model's that still is the same network. */
const SAME_PROBABILITY = 0.05;

export function registerBench(program: Command): void {
  const root = packageRoot();
  program
    .command("bench")
    .description("latency for one segment (3 s), side by side with TensorFlow.js on the same network, one thread")
    .option("--model <dir>", "built model", path.join(root, "build"))
    .option("--source <dir>", "the TensorFlow.js graph model that it was built from, for the peer", path.join(root, "weights/full"))
    .option("--sound <file>", "WAV file to classify", path.join(root, "examples/speech.wav"))
    .option("--runs <n>", "runs of each after a warm-up", wholeNumber, 50)
    .option("--json", "one JSON object")
    .addHelpText(
      "after",
      "\nWhat is compared takes turns, run by run: quote ratios of one run, times of this machine mean little elsewhere.",
    )
    .action(async (options: BenchOptions) => {
      const report = await bench(options);
      clearProgress();
      printLine(options.json ? JSON.stringify(report) : benchText(report));
    });
}

export async function bench(options: BenchOptions): Promise<BenchReport> {
  const versions: Record<string, string> = { "light-sernet": packageVersion(), node: process.version, v8: process.versions.v8 };
  const verified: string[] = [];
  const skipped: string[] = [];
  const bytes = await readFile(path.join(options.model, "light-sernet.wasm"));
  const engine = await Engine.create(await WebAssembly.compile(bytes));
  const samples = centreSegment(readWavSamples(engine, await readFile(options.sound)), engine.exports.windowSamples());
  const mfcc = segmentMfcc(engine, samples);
  const subjects: Subject[] = [ourModule(engine, samples)];
  try {
    const wasmtime = findWasmtime();
    versions.wasmtime = wasmtimeVersion(wasmtime);
    subjects.push(ourCommand(wasmtime, path.join(options.model, WASI_COMMAND), samples, engine.exports.sampleRate()));
  } catch (error) {
    skipped.push(`wasmtime: ${errorSentence(error)}`);
  }
  try {
    const peer = await loadPeer(options, engine, mfcc);
    verified.push(await compareAnswers(engine, mfcc, peer));
    versions[PEER_PACKAGE] = peer.version;
    subjects.push(peer);
  } catch (error) {
    skipped.push(`TensorFlow.js: ${peerSentence(error)}`);
  }
  const results = await interleave(subjects, options.runs, 5, (round, rounds) => showStep(`round ${round + 1} of ${rounds}`));
  const machine = { cpu: cpus()[0]?.model ?? arch(), platform: `${platform()} ${arch()}`, release: release() };
  const memory = { linear: engine.memory.byteLength, used: engine.exports.memoryNeeded() };
  return { machine, versions, verified, skipped, sizes: await sizesOf(options.model), memory, results };
}

async function sizesOf(folder: string): Promise<BenchReport["sizes"]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".wasm")).sort();
  const contents = await Promise.all(files.map((name) => readFile(path.join(folder, name))));
  return contents.map((content, index) => ({ file: files[index]!, ...compressedSize(content) }));
}

/** Why the peer could not take part. */
function peerSentence(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND")
    return `${PEER_PACKAGE} is not installed; it comes with a clone's npm ci`;
  return errorSentence(error);
}

function loadPeer(options: BenchOptions, engine: Engine, mfcc: Float32Array): Promise<TensorFlowJs> {
  const { exports } = engine;
  return tensorFlowJs(path.join(options.source, "model.json"), mfcc, exports.frameCount(), exports.coefficientCount());
}

/** Our answer and the float model's on the same MFCCs; throws when they are not the same network. */
async function compareAnswers(engine: Engine, mfcc: Float32Array, peer: TensorFlowJs): Promise<string> {
  const ours = runNetwork(engine, mfcc);
  const theirs = await peer.probabilities();
  const difference = largestDifference(ours, theirs);
  if (indexOfLargest(ours) !== indexOfLargest(theirs) || difference > SAME_PROBABILITY) {
    throw new Error(
      `the built model and the TensorFlow.js model answer differently (by ${difference.toFixed(3)}); give the source it was built from`,
    );
  }
  return `same label as TensorFlow.js, largest difference of a probability ${difference.toFixed(4)}`;
}

function benchText({ machine, versions, verified, skipped, sizes, memory, results }: BenchReport): string {
  const networkOf = (subject: string): number | undefined =>
    results.find((row) => row.subject === subject && row.stage === "network")?.medianMs;
  const peer = networkOf("tensorflow.js");
  const rows = results.map(({ subject, engine, build, precision, stage, medianMs, minMs, runs }) => [
    subject,
    build ? `${engine}, ${build}` : engine,
    precision,
    stage,
    medianMs.toFixed(2),
    minMs.toFixed(2),
    peer && stage === "network" ? `${(medianMs / peer).toFixed(2)} x` : "",
    String(runs),
  ]);
  return [
    `One segment on one thread, milliseconds. ${machine.cpu}, ${machine.platform}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
    ...verified.map((line) => `verified: ${line}`),
    ...skipped.map((line) => `skipped: ${line}`),
    `memory: ${count(memory.used)} of ${count(memory.linear)} bytes of one instance are used`,
    ...sizes.map(
      ({ file, bytes, gzip, brotli }) => `${file}: ${count(bytes)} bytes, ${count(gzip)} with gzip, ${count(brotli)} with brotli`,
    ),
    table(["subject", "engine", "precision", "stage", "median", "least", "of TensorFlow.js", "runs"], rows),
  ].join("\n");
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("give a whole number above 0.");
  return value;
}
