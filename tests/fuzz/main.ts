/** `npm run fuzz`: the fuzzers of this folder by hand, for seconds or for hours. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { writeWhole } from "../../ts-tools/host/pending_files.js";
import { repositoryRoot } from "../support/paths.js";
import { C_TARGETS, replayC, runC, skipC } from "./c/c_fuzzer.js";
import { type Figures, noFigures, perSecond, table } from "./figures.js";
import type { RunOptions } from "./limits.js";
import { FUZZERS, targetNamed } from "./registry.js";
import { runFuzzer, tryAlone } from "./runner.js";

const FOUND = join(repositoryRoot, "tests", "fuzz", "found");
const ALL = "all";
const DEFAULT_SECONDS = 60;
const WRITE_RESULTS_MILLISECONDS = 30_000;
const PROGRESS_MILLISECONDS = 500;

const NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(C_TARGETS).map(([name, { what }]) => [name, what])),
  ...FUZZERS,
};
const WIDTH = Math.max(...Object.keys(NAMES).map(({ length }) => length));

const HELP = `
Fuzzers:
${Object.entries({ [ALL]: "every one of them", ...NAMES })
  .map(([name, what]) => `  ${name.padEnd(WIDTH)}  ${what}`)
  .join("\n")}

Examples:
  $ npm run fuzz -- tflite-float32 --seconds 30    one fuzzer
  $ npm run fuzz -- all --seconds 3600             every fuzzer for an hour, as many at once as there are cores
  $ npm run fuzz -- keras3-h5 --runs 5000 --seed 7 the same 5,000 cases whenever it is run
  $ npm run fuzz -- replay tests/fuzz/found/*/*    what was found, once more

Cases with findings are kept in tests/fuzz/found/FUZZER/. Exit code: 1 when something was found, 2 for wrong usage, otherwise 0.`;

interface Options {
  seconds?: number;
  runs?: number;
  seed: number;
  jobs: number;
  results?: string;
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least || text.trim() === "")
      throw new InvalidArgumentError(`Give a whole number, ${least} or more.`);
    return value;
  };
}

/** Which fuzzers are meant; those of C only where they can be compiled. */
function chosen(names: readonly string[], command: Command): string[] {
  const unknown = names.find((name) => name !== ALL && !Object.hasOwn(NAMES, name));
  if (unknown !== undefined)
    command.error(`error: there is no fuzzer "${unknown}"; give one of: ${Object.keys(NAMES).join(", ")}`, { exitCode: 2 });
  const meant = names.includes(ALL) ? Object.keys(NAMES) : [...new Set(names)];
  const skip = meant.some((name) => Object.hasOwn(C_TARGETS, name)) && skipC();
  if (!skip) return meant;
  process.stderr.write(`skipped: the fuzzers of C; ${skip}\n`);
  return meant.filter((name) => !Object.hasOwn(C_TARGETS, name));
}

/** Figures of all fuzzers so far: on the terminal, and in a file that outlives the process. */
class Report {
  readonly all = new Map<string, Figures>();
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(private readonly file: string | undefined) {
    if (file !== undefined) this.timers.push(setInterval(() => this.write(), WRITE_RESULTS_MILLISECONDS));
    if (process.stderr.isTTY) this.timers.push(setInterval(() => this.show(), PROGRESS_MILLISECONDS));
  }

  private write(): void {
    if (this.file === undefined) return;
    const fuzzers = [...this.all.values()].map((one) => ({ ...one, perSecond: perSecond(one) }));
    writeWhole(this.file, `${JSON.stringify({ written: new Date().toISOString(), fuzzers }, null, 1)}\n`);
  }

  private show(): void {
    const words = [...this.all.values()].map(
      (one) => `${one.target} ${one.executions}${one.found.length > 0 ? ` (found ${one.found.length})` : ""}`,
    );
    process.stderr.write(`\r\u001b[K${words.join(", ").slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1))}`);
  }

  end(): void {
    for (const timer of this.timers) clearInterval(timer);
    if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
    this.write();
  }
}

async function fuzz(names: readonly string[], options: Options, command: Command): Promise<void> {
  const queue = chosen(names, command);
  const report = new Report(options.results);
  const stop = new AbortController();
  // Twice ends it at once.
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  const seconds = options.seconds ?? (options.runs === undefined ? DEFAULT_SECONDS : undefined);
  const next = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined && !stop.signal.aborted; name = queue.shift()) {
      report.all.set(name, noFigures(name, options.seed));
      const onFigures = (figures: Figures): void => void report.all.set(figures.target, figures);
      const run: RunOptions = { seed: options.seed, runs: options.runs, seconds, keepIn: FOUND, signal: stop.signal, onFigures };
      onFigures(await (Object.hasOwn(C_TARGETS, name) ? runC(name, run) : runFuzzer(await targetNamed(name), run)));
    }
  };
  try {
    await Promise.all(Array.from({ length: options.jobs }, next));
  } finally {
    report.end();
  }
  const all = [...report.all.values()];
  process.stdout.write(`${table(all)}\n`);
  for (const { target, found } of all) {
    for (const { what, folder } of found) process.stdout.write(`\n${target}: ${what}\n  npm run fuzz -- replay ${folder}\n`);
  }
  if (all.some(({ found }) => found.length > 0)) process.exitCode = 1;
}

/** A case is a folder of files, or a file of the C API, in a folder that has the fuzzer's name; or that of a fuzzer, with cases in it. */
function casesOf(place: string, command: Command): { target: string; source: string }[] {
  if (!existsSync(place)) command.error(`error: ${place} is not there; give cases, as in tests/fuzz/found/FUZZER/CASE`, { exitCode: 2 });
  const source = resolve(place);
  const target = basename(dirname(source));
  if (Object.hasOwn(NAMES, target)) return [{ target, source }];
  if (Object.hasOwn(NAMES, basename(source)) && statSync(source).isDirectory()) {
    return readdirSync(source).map((name) => ({ target: basename(source), source: join(source, name) }));
  }
  return command.error(`error: ${place} is not in a folder with a fuzzer's name; expected .../FUZZER/CASE`, { exitCode: 2 });
}

async function replay(places: readonly string[], command: Command): Promise<void> {
  for (const { target, source } of places.flatMap((place) => casesOf(place, command))) {
    const result: { found?: string; said?: string } = Object.hasOwn(C_TARGETS, target)
      ? await replayC(target, source)
      : await tryAlone(target, source, "alone");
    process.stdout.write(`${source}: ${result.found === undefined ? (result.said ?? "nothing is found") : `found: ${result.found}`}\n`);
    if (result.found !== undefined) process.exitCode = 1;
  }
}

function program(): Command {
  const fuzzers = new Command("fuzz")
    .description("Tries damaged and hostile inputs: each must end with an answer or one sentence, soon and in little memory")
    .exitOverride()
    .showHelpAfterError('("npm run fuzz -- --help" shows how it is used)')
    .argument("<fuzzer...>", 'which of them, or "all"')
    .option("--seconds <n>", `how long each fuzzer runs (default ${DEFAULT_SECONDS}, without --runs)`, whole(1))
    .option("--runs <n>", "how many cases each fuzzer tries", whole(1))
    .option("--seed <n>", "other cases", whole(0), 1)
    .option("--jobs <n>", "fuzzers at once", whole(1), availableParallelism())
    .option("--results <file>", "JSON of the figures, written every half minute")
    .addHelpText("after", HELP)
    .action(fuzz);
  fuzzers
    .command("replay")
    .description("tries cases that were kept, through the product's own limits")
    .argument("<case...>", "tests/fuzz/found/FUZZER/CASE")
    .action((places: string[], _options: unknown, command: Command) => replay(places, command));
  return fuzzers;
}

try {
  await program().parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
