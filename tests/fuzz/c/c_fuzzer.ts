/** The C API under libFuzzer: fuzz_api.c is compiled with the model of spread_model.ts, run, and its figures read. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { missingPrograms } from "../../firmware/cortex_m_make.js";
import { runProgram } from "../../support/command.js";
import { repositoryRoot } from "../../support/paths.js";
import { type Figures, noFigures } from "../figures.js";
import { LIMITS, type RunOptions } from "../limits.js";
import { writeSpreadModel } from "./spread_model.js";

const FOLDER = join(repositoryRoot, "tests", "fuzz", "c");
const CORPUS = join(repositoryRoot, "tests", "fuzz", "corpus");
const CLANG = process.env.CLANG ?? "clang";

/** How light_sernet.c is compiled: with its own bounds checks, and without them. */
export const C_TARGETS: Readonly<Record<string, { what: string; flags: readonly string[] }>> = {
  "c-api": { what: "every function of light_sernet.h with any arguments, under libFuzzer and the sanitizers", flags: [] },
  "c-api-unchecked": { what: "the same, compiled with LSN_UNCHECKED", flags: ["-DLSN_UNCHECKED"] },
};

const SANITIZE = ["-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];
/** Bytes of an input. */
const LONGEST = 2048;
/** What libFuzzer ends with when it has found something, or a leak, or too long or too large an input. */
const FOUND_CODES: readonly (number | null)[] = [77, 70, 71, 1];

/** Why they cannot be compiled here, or false. */
export function skipC(): string | false {
  const missing = missingPrograms({ [CLANG]: "clang" });
  if (missing) return missing;
  const program =
    "#include <stddef.h>\n#include <stdint.h>\nint LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) { (void)d; (void)n; return 0; }\n";
  const { status } = spawnSync(CLANG, [...SANITIZE, "-x", "c", "-", "-o", "/dev/null"], { input: program });
  return (
    status !== 0 && `${CLANG} links no fuzzer: missing Debian packages: libclang-rt-dev of its version (libclang-rt-14-dev for clang-14)`
  );
}

/** What it ends with, in good order, when somebody interrupts it. */
const INTERRUPTED = 72;

/** Compiles a fuzzer into a folder. `flags` may name a PLANT. */
export async function compileFuzzer(sources: string, output: string, flags: readonly string[] = []): Promise<string> {
  const warnings = ["-std=c11", "-Wall", "-Wextra", "-Werror"];
  const parameters = [
    ...warnings,
    // All that the stack of a find needs, in a quarter less time.
    "-gline-tables-only",
    "-O2",
    ...SANITIZE,
    ...flags,
    "-I",
    sources,
    "-I",
    FOLDER,
    join(FOLDER, "fuzz_api.c"),
    "-lm",
    "-o",
    output,
  ];
  const { code, stdout, stderr } = await runProgram(CLANG, parameters);
  if (code !== 0) throw new Error(`${CLANG} ${parameters.join(" ")}\n${stdout}${stderr}`);
  return output;
}

const programs = new Map<string, Promise<string>>();
let sources: Promise<string> | undefined;
let work: string | undefined;

function workFolder(): string {
  if (work === undefined) {
    work = mkdtempSync(join(tmpdir(), "light-sernet-fuzz-c-"));
    const folder = work;
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  }
  return work;
}

/** The program of a target, or of a planted bug. */
export function fuzzerProgram(name: string, flags: readonly string[] = C_TARGETS[name]!.flags): Promise<string> {
  sources ??= writeSpreadModel(join(workFolder(), "model"));
  const program = programs.get(name) ?? sources.then((folder) => compileFuzzer(folder, join(workFolder(), name), flags));
  programs.set(name, program);
  return program;
}

export interface CEnd {
  code: number | null;
  text: string;
  seconds: number;
}

/** Runs libFuzzer with these options. */
export function runLibFuzzer(program: string, parameters: readonly string[], figures: string, signal?: AbortSignal): Promise<CEnd> {
  const begin = performance.now();
  // A leak would be of the fuzzer itself: the functions allocate nothing.
  const environment = { ...process.env, LSN_FUZZ_FIGURES: figures, ASAN_OPTIONS: "detect_leaks=0", UBSAN_OPTIONS: "print_stacktrace=1" };
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    // libFuzzer ends in good order then, and says its figures.
    const abort = (): void => void child.kill("SIGINT");
    signal?.addEventListener("abort", abort, { once: true });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (piece: string) => {
        text = (text + piece).slice(-60_000);
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      signal?.removeEventListener("abort", abort);
      resolve({ code, text, seconds: (performance.now() - begin) / 1000 });
    });
  });
}

const statistic = (text: string, name: string): number => Number(new RegExp(`stat::${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0);

/** Runs a fuzzer of the C API. A case is a file; those that are kept begin the corpus. */
export async function runC(name: string, { seed, runs, seconds, keepIn, signal }: RunOptions): Promise<Figures> {
  // An interrupt from the keyboard reaches the compiler, too.
  const program = await fuzzerProgram(name).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
  if (program === undefined || signal?.aborted) return noFigures(name, seed);
  const scratch = mkdtempSync(join(workFolder(), "corpus-"));
  const found = join(keepIn, name);
  mkdirSync(found, { recursive: true });
  const before = new Set(readdirSync(found));
  const limits = [`-timeout=${LIMITS.milliseconds / 1000}`, `-rss_limit_mb=${LIMITS.mebibytes}`, `-max_len=${LONGEST}`, "-len_control=0"];
  const amount = [
    ...(runs === undefined ? [] : [`-runs=${runs}`]),
    ...(seconds === undefined ? [] : [`-max_total_time=${Math.ceil(seconds)}`]),
  ];
  const report = [`-artifact_prefix=${found}/`, "-print_final_stats=1", "-verbosity=0"];
  const kept = join(CORPUS, "c-api");
  const parameters = [`-seed=${seed}`, ...limits, ...amount, ...report, scratch, ...(existsSync(kept) ? [kept] : [])];
  const end = await runLibFuzzer(program, parameters, join(scratch, "figures.json"), signal);
  const figures = noFigures(name, seed);
  figures.seconds = end.seconds;
  figures.executions = statistic(end.text, "number_of_executed_units");
  figures.most = { mebibytes: statistic(end.text, "peak_rss_mb"), index: -1 };
  figures.longest = { milliseconds: 1000 * statistic(end.text, "slowest_unit_time_sec"), index: -1 };
  countCalls(join(scratch, "figures.json"), figures);
  for (const file of readdirSync(found).filter((entry) => !before.has(entry))) {
    figures.found.push({ index: -1, what: reasonOf(end.text), folder: relative(repositoryRoot, join(found, file)) });
  }
  if (![0, INTERRUPTED].includes(end.code ?? -1) && figures.found.length === 0 && !signal?.aborted)
    throw new Error(`${name} ends with ${end.code}: ${end.text.slice(-4000)}`);
  return figures;
}

/** Calls that were answered, and those that were refused, by their sentence. */
function countCalls(file: string, figures: Figures): void {
  if (!existsSync(file)) return;
  for (const [sentence, count] of Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, number>)) {
    if (sentence === "done" || sentence === "a number") figures.answers += count;
    else {
      figures.refusals += count;
      figures.kinds[sentence] = count;
    }
  }
}

/** What libFuzzer or a sanitizer says, and the first places of the stack. */
export function reasonOf(text: string): string {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => /must not happen|ERROR: |runtime error:/.test(line));
  const frames = lines.slice(at + 1).filter((line) => /^\s+#\d+ .* in (?!__)/.test(line));
  return [lines[at] ?? "libFuzzer stopped", ...frames.slice(0, 6)].join("\n").slice(0, 1500);
}

/** Runs one kept case; returns what it finds, if anything. */
export async function replayC(name: string, file: string): Promise<{ found?: string }> {
  const program = await fuzzerProgram(name);
  const { code, text } = await runLibFuzzer(
    program,
    [`-timeout=${LIMITS.milliseconds / 1000}`, `-rss_limit_mb=${LIMITS.mebibytes}`, file],
    "/dev/null",
  );
  if (code !== 0 && !FOUND_CODES.includes(code)) throw new Error(`${name} ends with ${code}: ${text.slice(-4000)}`);
  return code === 0 ? {} : { found: reasonOf(text) };
}
