/** An hour of a stream in every host, each in a process of its own that says how much memory it holds. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { moduleFile } from "../../ts-tools/model/builds.js";
import { compileC, SANITIZE, source } from "../firmware/c_build.js";
import { bytesOf } from "../firmware/workplace.js";
import { lines, runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";

export interface HourRun {
  host: "Node" | "wasmtime" | "C";
  build: string;
  pieces: string;
  kilobytesAfterMinute: number;
  kilobytesAtEnd: number;
  seconds: number;
}

/** What one run needs: a program, its arguments, and which of the expected numbers it prints. */
export interface Subject extends Pick<HourRun, "host" | "build" | "pieces"> {
  program: string;
  parameters: readonly string[];
  /** The answers of createLive() have no logits. */
  logits: boolean;
}

/** How much more memory a process may hold at the end than after a minute, KB: of Node, whose heap is not collected at once, more. */
const MOST_GROWTH = { Node: 32 * 1024, wasmtime: 256, C: 256 } as const;

const PIECES = ["256 samples", "1 to 512 samples"] as const;

/** createLive() with a built model's folder, in pieces of 100 ms and with the whole hour in one piece. */
export function inNode(built: string): Subject[] {
  const program = fileURLToPath(new URL("./node_program.js", import.meta.url));
  return [
    ["100 ms", "1600"],
    ["one", "0"],
  ].map(([pieces, samples]) => {
    const parameters = [program, join(built, moduleFile("simd")), samples!];
    return { host: "Node", build: "simd", pieces: pieces!, program: process.execPath, parameters, logits: false };
  });
}

/** The modules of a built model's folder under wasmtime; `python` has the package. */
export function inWasmtime(built: string, python: string): Subject[] {
  const program = join(repositoryRoot, "tests", "hour", "run_in_wasmtime.py");
  return (["scalar", "simd", "relaxed"] as const).map((build, seed) => {
    const parameters = [program, join(built, moduleFile(build)), String(seed)];
    return { host: "wasmtime", build, pieces: PIECES[Math.min(seed, 1)]!, program: python, parameters, logits: true };
  });
}

/** The C of a model's firmware folder on this machine: plain, and under AddressSanitizer and UBSan. `work` is for the programs. */
export async function inC(firmware: string, work: string): Promise<Subject[]> {
  const include = join(firmware, "src");
  const compile = (build: string, flags: readonly string[]): Promise<string> =>
    compileC(join(work, build), [source("stream_driver.c"), join(include, "light_sernet.c")], [...flags, "-I", include]);
  const [plain, sanitized] = [await compile("plain", ["-O2"]), await compile("sanitized", SANITIZE)];
  return [
    ["plain", plain, 1],
    ["sanitized", sanitized, 0],
    ["sanitized", sanitized, 2],
  ].map(([build, program, seed]) => {
    const parameters = [String(seed), "1", "0"];
    return { host: "C", build: build as string, pieces: PIECES[seed === 0 ? 0 : 1], program: program as string, parameters, logits: true };
  });
}

/** Runs it; throws unless the answers are `expected`, lines of numbers (StreamInstance.numbers()), and memory has not grown. */
export async function runSubject(subject: Subject, samples: Int16Array, expected: readonly string[], classes: number): Promise<HourRun> {
  const { host, build, pieces, program, parameters, logits } = subject;
  const begin = performance.now();
  const { code, stdout, stderr } = await runProgram(program, parameters, { input: bytesOf(samples) });
  const seconds = Math.round((performance.now() - begin) / 1000);
  const what = `${host}, ${build}, pieces: ${pieces}`;
  assert.equal(code, 0, `${what}: ${stderr}`);
  assert.deepEqual(lines(stdout), logits ? expected : expected.map((line) => withoutLogits(line, classes)), what);
  const kilobytes = lines(stderr).map(Number);
  const run = { host, build, pieces, kilobytesAfterMinute: kilobytes[0]!, kilobytesAtEnd: kilobytes.at(-1)!, seconds };
  assert.ok(run.kilobytesAtEnd - run.kilobytesAfterMinute <= MOST_GROWTH[host], `${what}: memory has grown: ${kilobytes.join(" ")}`);
  return run;
}

/** After the seven numbers that all answers have. */
function withoutLogits(line: string, classes: number): string {
  const numbers = line.split(" ");
  numbers.splice(8, classes);
  return numbers.join(" ");
}
