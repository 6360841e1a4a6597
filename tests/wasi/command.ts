/** Runs build/light-sernet-cli.wasm under the real wasmtime. */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { findWasmtime } from "../../ts-tools/host/wasmtime.js";
import { repositoryRoot } from "../support/paths.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";

export const commandFile = join(repositoryRoot, "build", "light-sernet-cli.wasm");

export interface Outcome {
  code: number | null;
  output: string;
  errors: string;
}

/** Why the command cannot be run here; false when it can. A command that was not built is a failure, not a reason to skip. */
export const skip = skipWithoutWasmtime;

/** Runs the command with these bytes as its standard input. */
export function run(input: Uint8Array, ...parameters: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(findWasmtime(), ["run", commandFile, ...parameters], { input });
  return { code: status, output: stdout.toString(), errors: stderr.toString() };
}

/** The same, with a file (or what else can be opened) as standard input. */
export function runOnFile(file: string, ...parameters: string[]): Outcome {
  const descriptor = openSync(file, "r");
  try {
    const { status, stdout, stderr } = spawnSync(findWasmtime(), ["run", commandFile, ...parameters], {
      stdio: [descriptor, "pipe", "pipe"],
    });
    return { code: status, output: stdout.toString(), errors: stderr.toString() };
  } finally {
    closeSync(descriptor);
  }
}

/** The same, but the bytes come through the pipe in pieces, a while apart. */
export async function runInPieces(pieces: Iterable<Uint8Array>, ...parameters: string[]): Promise<Outcome> {
  const child = spawn(findWasmtime(), ["run", commandFile, ...parameters]);
  const outcome: Outcome = { code: null, output: "", errors: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    outcome.output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    outcome.errors += text;
  });
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  for (const piece of pieces) {
    child.stdin.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  child.stdin.end();
  outcome.code = await closed;
  return outcome;
}
