/**
 * The module in other WebAssembly runtimes, beside Node and wasmtime in one run on one core: the logits must be the same; time and memory are measured.
 *
 *     node dist/bench/runtimes/measure.js --wamr DIR --wamrc FILE --wasm3 DIR [--sounds FILE]... [--repeat N] [--out FILE]
 *
 * --wamr and --wasm3 are sources of bytecodealliance/wasm-micro-runtime and wasm3/wasm3; --wamrc is WAMR's compiler, built from its wamr-compiler/.
 * The module is build/light-sernet.wasm. Prints a table, and writes the figures as JSON with --out.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { runIfMain, UsageError } from "../../ts-tools/host/main_module.js";
import { median } from "../../ts-tools/host/median.js";
import { packageRoot } from "../../ts-tools/host/package_root.js";
import { writeWhole } from "../../ts-tools/host/pending_files.js";
import { table } from "../../ts-tools/host/table.js";
import { printLine } from "../../ts-tools/host/terminal.js";
import { findWasmtime } from "../../ts-tools/host/wasmtime.js";
import { COMMAND_FILE, moduleFile } from "../../ts-tools/model/builds.js";
import { createRecognizer } from "../../ts-tools/runtime/index.js";
import type { Recognition } from "../../ts-tools/runtime/result.js";
import { machine } from "../measured/machine.js";
import { measuredModules } from "../measured/modules.js";

export interface RuntimeResult {
  subject: string;
  file: string;
  medianMs: number;
  minMs: number;
  /** What the runtime allocates beside the module's own memory. */
  runtimeBytes?: number;
  /** Of the whole process. */
  residentBytes?: number;
}

interface Measured extends Omit<RuntimeResult, "subject" | "file"> {
  logits: readonly number[];
}

const ROOT = packageRoot();
const WORK = path.join(ROOT, ".bench", "runtimes");
const BUILT = path.join(ROOT, "build");
const MODULE = path.join(BUILT, moduleFile("scalar"));
/** Compiled code runs this many times as often as an interpreter. */
const COMPILED_RUNS = 20;

/** What a program prints; what it complains of is the error. */
function run(program: string, ...parameters: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(`${program} ${parameters[0] ?? ""} failed: ${error?.message ?? stderr}`);
}

/** Compiles driver.c with a runtime; returns the program. */
function compile(runtime: string, source: string): string {
  const folder = path.join(WORK, runtime);
  mkdirSync(folder, { recursive: true });
  run("cmake", "-S", path.join(ROOT, "bench", "runtimes"), "-B", folder, `-DRUNTIME=${runtime}`, `-DSOURCE=${path.resolve(source)}`);
  run("cmake", "--build", folder, "--parallel", "2");
  return path.join(folder, "runtime");
}

/** Samples to probabilities in this process; its logits are what the others must compute. */
async function inNode(sound: string, runs: number): Promise<Measured> {
  const recognizer = await createRecognizer({ model: BUILT, build: "scalar", long: "center" });
  const bytes = readFileSync(sound);
  const times: number[] = [];
  let logits: readonly number[] = [];
  for (let round = 0; round < runs; round++) {
    const begin = performance.now();
    recognizer.pushWav(bytes);
    const { segments } = recognizer.finish();
    times.push(performance.now() - begin);
    logits = Object.values(segments[0]!.logits);
  }
  recognizer.close();
  return { logits, medianMs: median(times), minMs: Math.min(...times) };
}

const RESIDENT_PROGRAM = `
import resource, subprocess, sys
done = subprocess.run(sys.argv[2:], stdin=open(sys.argv[1], "rb"), capture_output=True, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
print(done.stdout.decode())`;

/** The WASI command under wasmtime, compiled ahead of time, by its own clock. */
function inWasmtime(sound: string, runs: number): Measured {
  const wasmtime = findWasmtime();
  const precompiled = path.join(WORK, "light-sernet-cli.cwasm");
  run(wasmtime, "compile", path.join(BUILT, COMMAND_FILE), "-o", precompiled);
  const command = ["taskset", "-c", "0", wasmtime, "run", "--allow-precompiled", precompiled, "--long", "center"];
  const times: number[] = [];
  let logits: readonly number[] = [];
  let residentBytes = 0;
  for (let round = 0; round < runs; round++) {
    const [resident, line = ""] = run("python3", "-c", RESIDENT_PROGRAM, sound, ...command).split("\n");
    const { timing, segments } = JSON.parse(line) as Recognition;
    logits = Object.values(segments[0]!.logits);
    residentBytes = Number(resident);
    times.push(timing.decodeMs + timing.frontendMs + timing.networkMs);
  }
  return { logits, medianMs: median(times), minMs: Math.min(...times), residentBytes };
}

/** The programs of driver.c: name, program, module, runs as a multiple of --repeat. */
function compileRuntimes(wamr: string, wamrc: string, wasm3: string): readonly (readonly [string, string, string, number])[] {
  const interpreter = compile("interpreter", wamr);
  const compiled = path.join(WORK, "light-sernet.aot");
  run(wamrc, "--opt-level=3", "--disable-simd", "-o", compiled, MODULE);
  return [
    ["wasm3", compile("wasm3", wasm3), MODULE, 1],
    ["WAMR interpreter", interpreter, MODULE, 1],
    ["WAMR fast interpreter", compile("fast-interpreter", wamr), MODULE, 1],
    ["WAMR ahead of time", interpreter, compiled, COMPILED_RUNS],
  ];
}

function rowsText(results: readonly RuntimeResult[]): string {
  const bytes = (value: number | undefined): string => value?.toLocaleString("en-US") ?? "";
  const rows = results.map(({ file, subject, medianMs, minMs, runtimeBytes, residentBytes }) => [
    file,
    subject,
    medianMs.toFixed(2),
    minMs.toFixed(2),
    bytes(runtimeBytes),
    bytes(residentBytes),
  ]);
  return table(["file", "runtime", "median, ms", "least, ms", "runtime's own bytes", "process, bytes"], rows);
}

await runIfMain(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      wamr: { type: "string" },
      wamrc: { type: "string" },
      wasm3: { type: "string" },
      sounds: { type: "string", multiple: true, default: ["long.wav", "speech.wav"].map((name) => path.join(ROOT, "examples", name)) },
      repeat: { type: "string", default: "15" },
      out: { type: "string" },
    },
  });
  const { wamr, wamrc, wasm3 } = values;
  if (!wamr || !wamrc || !wasm3) {
    throw new UsageError(
      "usage: node dist/bench/runtimes/measure.js --wamr DIR --wamrc FILE --wasm3 DIR; bench/runtimes/measure.ts says what they are",
    );
  }
  const repeat = Number(values.repeat);
  if (!Number.isInteger(repeat) || repeat < 1) throw new UsageError("--repeat must be a whole number above 0");
  const runtimes = compileRuntimes(wamr, wamrc, wasm3);
  const results: RuntimeResult[] = [];
  for (const sound of values.sounds) {
    const file = path.basename(sound);
    const { logits: expected, ...node } = await inNode(sound, COMPILED_RUNS * repeat);
    results.push({ subject: `Node ${process.versions.node}`, file, ...node });
    const add = (subject: string, { logits, ...measured }: Measured): void => {
      if (String(logits) !== String(expected)) {
        throw new Error(`${subject} computes the logits ${logits} for ${file}, Node ${expected}`);
      }
      results.push({ subject, file, ...measured });
    };
    add("wasmtime ahead of time", inWasmtime(sound, repeat));
    for (const [subject, program, module, factor] of runtimes) {
      const answer = JSON.parse(run("taskset", "-c", "0", program, module, String(factor * repeat), sound)) as Measured;
      const { logits, medianMs, minMs, runtimeBytes, residentBytes } = answer;
      add(subject, {
        logits,
        medianMs,
        minMs,
        ...(runtimeBytes !== undefined && { runtimeBytes }),
        ...(residentBytes !== undefined && { residentBytes }),
      });
    }
  }
  printLine(rowsText(results));
  if (values.out === undefined) return;
  const revision = (folder: string): string => run("git", "-C", folder, "rev-parse", "--short", "HEAD").trim();
  const modules = measuredModules(BUILT, [moduleFile("scalar"), COMMAND_FILE]);
  const versions = {
    node: process.versions.node,
    wamr: revision(wamr),
    wamrc: run(wamrc, "--version").trim().split("\n")[0],
    wasm3: revision(wasm3),
    gcc: run("gcc", "-dumpfullversion").trim(),
  };
  writeWhole(values.out, `${JSON.stringify({ machine: machine(), versions, modules, results }, null, 2)}\n`);
});
