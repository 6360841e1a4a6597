/** Runs a fuzzer of Node: a process tries the cases, this one watches its time and memory, and tries again alone what it had to stop. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { repositoryRoot } from "../support/paths.js";
import { processorMilliseconds } from "../support/processor_time.js";
import { Random } from "../support/random.js";
import type { Message } from "./child.js";
import { type Figures, noFigures } from "./figures.js";
import { LIMITS, type RunOptions } from "./limits.js";
import { peakOf } from "./memory.js";
import { signatureOf } from "./minimize.js";
import { targetNamed } from "./registry.js";
import { type Case, seedOf, type Target, writeCase } from "./target.js";

const CHILD = fileURLToPath(new URL("./child.js", import.meta.url));

const POLL_MILLISECONDS = 50;
/** A process that takes that much is stopped at once, for the machine's sake. */
const FAR_TOO_MANY_MEBIBYTES = 1536;

/** How the process that tries cases came to its end, and which case it was at. */
interface End {
  why: "done" | "aborted" | "time" | "memory" | "died";
  index: number | undefined;
  text: string;
}

/** Starts a process for cases and listens to it until its end. */
async function watch(
  parameters: readonly string[],
  onMessage: (message: Message) => boolean,
  { signal, milliseconds = LIMITS.milliseconds }: { signal?: AbortSignal | undefined; milliseconds?: number } = {},
): Promise<End> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, ...parameters], { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const end: End = { why: "done", index: undefined, text: "" };
  // When the case that is tried was begun, and the process's time then.
  let begun = Number.POSITIVE_INFINITY;
  let processorBefore = 0;
  const stop = (why: End["why"]): void => {
    if (end.why === "done") end.why = why;
    child.kill("SIGKILL");
  };
  const abort = (): void => stop("aborted");
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  const timer = setInterval(() => {
    const elapsed = performance.now() - begun;
    if (elapsed > milliseconds && isLate(child.pid!, processorBefore, elapsed, milliseconds)) stop("time");
    else if (end.index !== undefined && peakOf(child.pid!) > FAR_TOO_MANY_MEBIBYTES) stop("memory");
  }, POLL_MILLISECONDS);
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      if (end.text.length < 20_000) end.text += text;
    });
  }
  let line = "";
  (child.stdio[3] as NodeJS.ReadableStream).setEncoding("utf8").on("data", (text: string) => {
    const lines = (line + text).split("\n");
    line = lines.pop()!;
    for (const each of lines) {
      const message = JSON.parse(each) as Message;
      if ("begin" in message) {
        end.index = message.begin;
        begun = performance.now();
        processorBefore = processorMilliseconds(child.pid!) ?? 0;
      } else {
        end.index = undefined;
        begun = Number.POSITIVE_INFINITY;
        if (!onMessage(message)) stop("aborted");
      }
    }
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearInterval(timer);
  signal?.removeEventListener("abort", abort);
  // An interrupt from the keyboard reaches this process and that one.
  if (end.why === "done" && code !== 0) end.why = signal?.aborted ? "aborted" : "died";
  return end;
}

/** A process that waits forever takes no processor time; one beside others on a busy machine gets little. */
const MOST_TIMES_AS_LONG = 12;

function isLate(pid: number, before: number, elapsed: number, milliseconds: number): boolean {
  const taken = processorMilliseconds(pid);
  return taken === undefined || taken - before > milliseconds || elapsed > MOST_TIMES_AS_LONG * milliseconds;
}

function words(why: End["why"], milliseconds: number): string {
  const all: Record<End["why"], string> = {
    done: "printed",
    aborted: "was aborted",
    time: `took more than ${milliseconds} ms`,
    memory: `took more than ${FAR_TOO_MANY_MEBIBYTES} MiB`,
    died: "ended the process",
  };
  return all[why];
}

const millisecondsOf = (target: Target): number => target.milliseconds ?? LIMITS.milliseconds;

/** Tries one case in a process of its own; returns what was found, if anything. */
export async function tryAlone(
  target: string,
  source: string,
  way: "same" | "alone" | "there",
): Promise<{ found?: string; said?: string }> {
  const folder = mkdtempSync(join(tmpdir(), "light-sernet-fuzz-"));
  let result: { found?: string; said?: string } = {};
  const parameters = way === "there" ? ["there", target, source, "alone"] : ["one", target, join(folder, "case"), source, way];
  const milliseconds = millisecondsOf(await targetNamed(target));
  const onMessage = (message: Message): boolean => {
    if ("found" in message) result = { found: message.found };
    else if ("answer" in message) {
      result = { said: message.answer ? "an answer" : message.said };
      if (message.mebibytes > LIMITS.mebibytes) result = { found: `took ${message.mebibytes} MiB, more than ${LIMITS.mebibytes}` };
    }
    return true;
  };
  const end = await watch(parameters, onMessage, { milliseconds });
  rmSync(folder, { recursive: true, force: true });
  if (end.why !== "done") return { found: `${words(end.why, milliseconds)} ${end.text}`.trim() };
  return end.text !== "" && !result.found ? { found: `printed: ${end.text}` } : result;
}

class Run {
  readonly figures: Figures;
  private readonly signatures = new Set<string>();

  constructor(
    private readonly target: Target,
    private readonly options: RunOptions,
  ) {
    this.figures = noFigures(target.name, options.seed);
  }

  private caseOf(index: number): Case {
    return this.target.generate(new Random(seedOf(this.options.seed, index)));
  }

  private count({ milliseconds, mebibytes, end }: { milliseconds: number; mebibytes: number; end: number }): void {
    const { figures } = this;
    figures.executions++;
    if (milliseconds > figures.longest.milliseconds) figures.longest = { milliseconds, index: end };
    if (mebibytes > figures.most.mebibytes) figures.most = { mebibytes, index: end };
  }

  /** Whether that was found for the first time. */
  private isNew(what: string): boolean {
    const signature = signatureOf(what);
    if (this.signatures.has(signature)) this.figures.foundAgain++;
    const isNew = !this.signatures.has(signature);
    this.signatures.add(signature);
    return isNew;
  }

  /** Keeps a case, made smaller. */
  private async keep(index: number, what: string, shrink: boolean): Promise<void> {
    const folder = join(this.options.keepIn, this.target.name, `seed${this.options.seed}-${index}`);
    writeCase(this.caseOf(index), folder);
    if (shrink) {
      const scratch = mkdtempSync(join(tmpdir(), "light-sernet-fuzz-"));
      const late = AbortSignal.timeout(20_000);
      await watch(["smaller", this.target.name, join(scratch, "case"), folder], () => true, { signal: late });
      rmSync(scratch, { recursive: true, force: true });
    }
    this.figures.found.push({ index, what: what.split("\n").slice(0, 8).join("\n"), folder: relative(repositoryRoot, folder) });
  }

  /** A case that had to be stopped, or that took too much: the product must end it by itself. */
  private async again(index: number, what: string, why: End["why"]): Promise<void> {
    if (why === "time" && this.target.hang === "allowed") {
      this.figures.stopped++;
      return;
    }
    const scratch = mkdtempSync(join(tmpdir(), "light-sernet-fuzz-"));
    writeCase(this.caseOf(index), join(scratch, "case"));
    const { found } = await tryAlone(this.target.name, join(scratch, "case"), "alone");
    rmSync(scratch, { recursive: true, force: true });
    if (found === undefined) this.figures.stopped++;
    else if (this.isNew(`${what}; tried again: ${found}`)) await this.keep(index, `${what}; tried again: ${found}`, false);
  }

  async run(): Promise<Figures> {
    const {
      runs = Number.MAX_SAFE_INTEGER,
      seconds = Number.POSITIVE_INFINITY,
      seed,
      signal,
      onFigures,
      mostFound = Number.POSITIVE_INFINITY,
    } = this.options;
    const { figures } = this;
    const milliseconds = millisecondsOf(this.target);
    const begin = performance.now();
    const elapsed = (): number => (performance.now() - begin) / 1000;
    // Of trying cases alone: making them smaller and trying them again says nothing of how fast that is.
    let spent = 0;
    const scratch = mkdtempSync(join(tmpdir(), "light-sernet-fuzz-"));
    let next = 0;
    while (next < runs && elapsed() < seconds && !signal?.aborted && figures.found.length < mostFound) {
      const started = performance.now();
      const wrong: { index: number; what: string }[] = [];
      const large: number[] = [];
      const end = await watch(
        ["many", this.target.name, join(scratch, "case"), String(seed), String(next), String(runs)],
        (message) => {
          if ("begin" in message) return true;
          next = message.end + 1;
          this.count(message);
          figures.seconds = spent + (performance.now() - started) / 1000;
          onFigures?.(figures);
          if ("found" in message) {
            if (this.isNew(message.found)) wrong.push({ index: message.end, what: message.found });
          } else if (message.answer) figures.answers++;
          else {
            figures.refusals++;
            figures.kinds[message.said] = (figures.kinds[message.said] ?? 0) + 1;
          }
          if (message.mebibytes > LIMITS.mebibytes) large.push(message.end);
          return wrong.length < mostFound - figures.found.length && large.length === 0 && elapsed() < seconds;
        },
        { signal, milliseconds },
      );
      spent += (performance.now() - started) / 1000;
      for (const { index, what } of wrong) await this.keep(index, what, true);
      for (const index of large) await this.again(index, `took more than ${LIMITS.mebibytes} MiB`, "memory");
      if (end.index !== undefined && end.why !== "aborted") {
        next = end.index + 1;
        this.count({ milliseconds: end.why === "time" ? milliseconds : 0, mebibytes: 0, end: end.index });
        await this.again(end.index, `${words(end.why, milliseconds)} ${end.text}`.trim(), end.why);
      } else if (end.why === "died" || end.text !== "") {
        // Between two cases: the one before may have begun it. A process that ends so would do it again.
        const what = `${words(end.why, milliseconds)} after a case: ${end.text}`;
        if (this.isNew(what)) await this.keep(Math.max(0, next - 1), what, false);
        if (end.why === "died") break;
      }
    }
    rmSync(scratch, { recursive: true, force: true });
    figures.seconds = spent;
    return figures;
  }
}

export function runFuzzer(target: Target, options: RunOptions): Promise<Figures> {
  return new Run(target, options).run();
}

/** Folders of cases below a folder: TARGET/CASE. */
export function casesIn(folder: string): { target: string; source: string }[] {
  const folders = (at: string): string[] =>
    readdirSync(at, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  return folders(folder).flatMap((target) => folders(join(folder, target)).map((name) => ({ target, source: join(folder, target, name) })));
}
