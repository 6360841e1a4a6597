import { type ChildProcess, fork, spawn } from "node:child_process";
import { join } from "node:path";
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

let server: ChildProcess | undefined;
let before: Promise<unknown> = Promise.resolve();

/**
 * Runs `light-sernet` with these arguments in a process that all calls of a test file share, one after another: the same text and exit code as of a
 * process of its own, in a quarter of the time where something is built. Standard input, signals, the environment and the current folder need
 * lightSernet().
 */
export function lightSernetAgain(parameters: readonly string[]): Promise<CommandResult> {
  const result = before.then(() => runInServer(parameters));
  before = result.catch(() => {});
  return result;
}

async function runInServer(parameters: readonly string[]): Promise<CommandResult> {
  server ??= fork(new URL("./command_server.js", import.meta.url), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const running = server;
  // Only while a command runs does it keep the test file from ending.
  for (const handle of [running, running.channel!]) handle.ref();
  try {
    return await new Promise((resolve, reject) => {
      running.once("message", (result) => resolve(result as CommandResult));
      running.once("exit", (code, signal) => {
        server = undefined;
        reject(new Error(`light-sernet ${parameters.join(" ")} ended the process of all commands (${code ?? signal})`));
      });
      running.send(parameters as string[]);
    });
  } finally {
    running.removeAllListeners();
    for (const handle of [running, running.channel]) handle?.unref();
  }
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
