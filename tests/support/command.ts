import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { repositoryRoot } from "./paths.js";

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  input?: Uint8Array;
  environment?: NodeJS.ProcessEnv;
  /** Where it runs; default the current folder. */
  folder?: string;
  /** Ends it. */
  signal?: AbortSignal;
}

/** The compiled command `light-sernet`. */
export const COMMAND = join(repositoryRoot, "dist", "ts-tools", "cli", "main.js");

/** Runs `light-sernet` with these arguments in a process of its own. */
export function lightSernet(parameters: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return runProgram(process.execPath, [COMMAND, ...parameters], options);
}

let thread: Worker | undefined;
let before: Promise<unknown> = Promise.resolve();

/**
 * Runs `light-sernet` with these arguments in a thread that all calls of a test file share, one after another: the same text and exit code as of a
 * process, in a quarter of the time where something is built. What a process has of its own, standard streams, signals and the current folder, needs
 * lightSernet().
 */
export function lightSernetInThread(parameters: readonly string[]): Promise<CommandResult> {
  const result = before.then(() => runInThread(parameters));
  before = result.catch(() => {});
  return result;
}

async function runInThread(parameters: readonly string[]): Promise<CommandResult> {
  thread ??= new Worker(new URL("./command_thread.js", import.meta.url));
  // Only while a command runs does it keep the test file from ending. If a command ended the thread, nothing would, and the test would fail.
  thread.ref();
  thread.postMessage(parameters);
  const [result] = (await once(thread, "message")) as [CommandResult];
  thread.unref();
  return result;
}

/** Runs `npm run bench -- ...` in a process of its own, without npm. */
export function peerBench(parameters: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return runProgram(process.execPath, [join(repositoryRoot, "dist", "bench", "main.js"), ...parameters], options);
}

/** Runs any program and waits for its end. */
export function runProgram(program: string, parameters: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      env: { ...process.env, ...options.environment },
      cwd: options.folder,
      signal: options.signal,
    });
    const result = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        result[name] += text;
      });
    }
    // A program that does not read all of its input is not an error.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? new Uint8Array(0));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...result }));
  });
}

/** The lines of a text, without the empty one at its end. */
export function lines(text: string): string[] {
  return text.split("\n").slice(0, text.endsWith("\n") ? -1 : undefined);
}
