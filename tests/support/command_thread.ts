/**
 * The thread in which lightSernetInThread() runs one command line after another. Compiler and optimizer are loaded, and compiled by V8, once: in a process
 * of its own each build would do that again, which takes four times as long as the build.
 */
import { parentPort } from "node:worker_threads";
import { createProgram } from "../../ts-tools/cli/program.js";
import { runProgram } from "../../ts-tools/cli/run_program.js";
import { COMMAND, type CommandResult } from "./command.js";

let said = { stdout: "", stderr: "" };
for (const name of ["stdout", "stderr"] as const) {
  process[name].write = (text: string | Uint8Array): boolean => {
    said[name] += Buffer.from(text).toString();
    return true;
  };
}

parentPort!.on("message", async (parameters: readonly string[]) => {
  said = { stdout: "", stderr: "" };
  process.exitCode = 0;
  process.argv = [process.execPath, COMMAND, ...parameters];
  await runProgram(createProgram());
  process.stdout.removeAllListeners("error");
  parentPort!.postMessage({ code: Number(process.exitCode), ...said } satisfies CommandResult);
});
