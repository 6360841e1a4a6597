/**
 * The process in which lightSernetAgain() runs one command line after another. Optimizer and linker are loaded, and compiled by V8, once: in a process of
 * its own each build would do that again, which takes four times as long as the build. What a command compiles, it takes from what all test files share.
 */
import { register } from "node:module";
import { COMMAND, type CommandResult } from "./command.js";

/** Resolves the compiler to the one that remembers, which itself imports the real one. Runs in the thread that resolves imports, so it is a text. */
const hook = `
const compiler = ${JSON.stringify(new URL("../../ts-tools/link/compile.js", import.meta.url).href)};
const remembering = ${JSON.stringify(new URL("./compile_once.js", import.meta.url).href)};
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  return found.url === compiler && context.parentURL !== remembering ? { ...found, url: remembering } : found;
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

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
  await runProgram(createProgram());
  process.stdout.removeAllListeners("error");
  process.send!({ code: Number(process.exitCode), ...printed } satisfies CommandResult);
});
