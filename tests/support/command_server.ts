/**
 * The process in which lightSernetAgain() runs one command line after another. Optimizer and linker are loaded, and compiled by V8, once: in a process of
 * its own each build would do that again, which takes four times as long as the build. What a command compiles, it takes from what all test files share.
 */
import { COMMAND, type CommandResult } from "./command.js";
import "./share_compiled.js";

const [{ createProgram }, { runProgram }] = await Promise.all([
  import("../../ts-tools/cli/program.js"),
  import("../../ts-tools/cli/run_program.js"),
]);

let printed = { stdout: "", stderr: "" };
for (const name of ["stdout", "stderr"] as const) {
  process[name].write = (text: string | Uint8Array): boolean => {
    printed[name] += Buffer.from(text).toString();
    return true;
  };
}

process.on("message", async (parameters: readonly string[]) => {
  printed = { stdout: "", stderr: "" };
  process.exitCode = 0;
  process.argv = [process.execPath, COMMAND, ...parameters];
  await runProgram(await createProgram(parameters[0]));
  process.stdout.removeAllListeners("error");
  process.send!({ code: Number(process.exitCode), ...printed } satisfies CommandResult);
});
