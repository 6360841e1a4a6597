#!/usr/bin/env node
/**
 * The module in other WebAssembly runtimes: same bits as in Node, time and memory, side by side in one run on one core.
 *
 *     node bench/runtimes/measure.mjs --wamr DIR --wamrc FILE --wasm3 DIR [--sounds FILE...] [--repeat N] [--out FILE]
 *
 * --wamr and --wasm3 are sources of bytecodealliance/wasm-micro-runtime and wasm3/wasm3, --wamrc the former's compiler, built from wamr-compiler/.
 * The module is build/light-sernet.wasm. Prints a table, and writes the figures as JSON with --out.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeWhole } from "../../dist/ts-tools/host/write_whole.js";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, "..", "..");
const work = path.join(root, ".bench", "runtimes");
const module = path.join(root, "build", "light-sernet.wasm");

const { values } = parseArgs({
  options: {
    wamr: { type: "string" },
    wamrc: { type: "string" },
    wasm3: { type: "string" },
    sounds: {
      type: "string",
      multiple: true,
      default: [path.join(root, "examples", "long.wav"), path.join(root, "examples", "speech.wav")],
    },
    repeat: { type: "string", default: "15" },
    out: { type: "string" },
  },
});
if (!values.wamr || !values.wamrc || !values.wasm3) {
  console.error("measure.mjs: give --wamr DIR, --wamrc FILE and --wasm3 DIR; the head of this file says what they are");
  process.exit(2);
}

/** What a program prints; its own complaint is the error. */
function run(program, ...words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: "utf8" });
  if (status === 0) return stdout;
  console.error(`measure.mjs: ${program} ${words[0]}: ${error?.message ?? stderr}`);
  process.exit(1);
}
const revision = (folder) => run("git", "-C", folder, "rev-parse", "--short", "HEAD").trim();

/** Compiles driver.c with a runtime; gives the program. */
function compile(runtime, source) {
  const folder = path.join(work, runtime);
  mkdirSync(folder, { recursive: true });
  run("cmake", "-S", here, "-B", folder, `-DRUNTIME=${runtime}`, `-DSOURCE=${path.resolve(source)}`);
  run("cmake", "--build", folder, "--parallel", "2");
  return path.join(folder, "runtime");
}

const wasm3 = compile("wasm3", values.wasm3);
const classic = compile("interpreter", values.wamr);
const fast = compile("fast-interpreter", values.wamr);
const compiled = path.join(work, "light-sernet.aot");
run(values.wamrc, "--opt-level=3", "--disable-simd", "-o", compiled, module);

/** [name, program, file, how often as many rounds as the slow ones] */
const SUBJECTS = [
  ["wasm3", wasm3, module, 1],
  ["WAMR interpreter", classic, module, 1],
  ["WAMR fast interpreter", fast, module, 1],
  ["WAMR ahead of time", classic, compiled, 20],
];

/** The same path in this process; also what the others' answers must be. */
async function inNode(sound) {
  const { createRecognizer } = await import(path.join(root, "dist", "ts-tools", "runtime", "index.js"));
  const recognizer = await createRecognizer({ model: path.join(root, "build"), build: "scalar", long: "center" });
  const bytes = readFileSync(sound);
  const times = [];
  let result;
  for (let round = 0; round < 20 * values.repeat; round++) {
    const begin = performance.now();
    recognizer.pushWav(bytes);
    result = recognizer.finish();
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  return { label: result.label, logits: Object.values(result.segments[0].logits), medianMs: times[times.length >> 1], minMs: times[0] };
}

/** The WASI command under wasmtime, compiled ahead of time; its own clock. Memory is that of the whole process. */
async function inWasmtime(sound) {
  const { findWasmtime } = await import(path.join(root, "dist", "ts-tools", "cli", "wasmtime.js"));
  const wasmtime = findWasmtime();
  const precompiled = path.join(work, "light-sernet-cli.cwasm");
  run(wasmtime, "compile", path.join(root, "build", "light-sernet-cli.wasm"), "-o", precompiled);
  const program =
    "import resource, subprocess, sys; done = subprocess.run(sys.argv[2:], stdin=open(sys.argv[1], 'rb'), capture_output=True, check=True); " +
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024); print(done.stdout.decode())";
  const times = [];
  let answer;
  let residentBytes = 0;
  for (let round = 0; round < values.repeat; round++) {
    const words = ["-c", program, sound, "taskset", "-c", "0", wasmtime, "run", "--allow-precompiled", precompiled, "--long", "center"];
    const [resident, line] = run("python3", ...words).split("\n");
    answer = JSON.parse(line);
    residentBytes = Number(resident);
    times.push(answer.timing.decodeMs + answer.timing.frontendMs + answer.timing.networkMs);
  }
  times.sort((a, b) => a - b);
  return { logits: Object.values(answer.segments[0].logits), medianMs: times[times.length >> 1], minMs: times[0], residentBytes };
}

const results = [];
for (const sound of values.sounds) {
  const node = await inNode(sound);
  const file = path.basename(sound);
  results.push({ subject: `Node ${process.versions.node}`, file, medianMs: node.medianMs, minMs: node.minMs });
  const wasmtime = await inWasmtime(sound);
  const check = (subject, { logits }) => {
    if (logits.join() !== node.logits.join())
      throw new Error(`${subject} gives other logits for ${file}: ${logits}, in Node ${node.logits}`);
  };
  check("wasmtime", wasmtime);
  const { medianMs, minMs, residentBytes } = wasmtime;
  results.push({ subject: "wasmtime ahead of time", file, medianMs, minMs, residentBytes });
  for (const [subject, program, binary, factor] of SUBJECTS) {
    const answer = JSON.parse(run("taskset", "-c", "0", program, binary, String(factor * values.repeat), sound));
    check(subject, answer);
    results.push({
      subject,
      file,
      medianMs: answer.medianMs,
      minMs: answer.minMs,
      runtimeBytes: answer.runtimeBytes,
      residentBytes: answer.residentBytes,
    });
  }
}
for (const { subject, file, medianMs, minMs, runtimeBytes, residentBytes } of results) {
  console.log(
    `${file.padEnd(14)} ${subject.padEnd(24)} ${medianMs.toFixed(2).padStart(9)} ms (least ${minMs.toFixed(2)})  ${runtimeBytes ? `pool ${runtimeBytes}` : ""}  ${residentBytes ? `resident ${residentBytes}` : ""}`,
  );
}
if (values.out) {
  const report = {
    machine: { cpu: cpus()[0]?.model, cores: cpus().length },
    versions: {
      node: process.versions.node,
      wamr: revision(values.wamr),
      wamrc: run(values.wamrc, "--version").trim().split("\n")[0],
      wasm3: revision(values.wasm3),
      gcc: run("gcc", "-dumpfullversion").trim(),
    },
    results,
  };
  writeWhole(values.out, `${JSON.stringify(report, null, 2)}\n`);
}
