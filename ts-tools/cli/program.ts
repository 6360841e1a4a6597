#!/usr/bin/env node
/** The command `light-sernet`. */
import { inspect } from "node:util";
import { Command, CommanderError } from "commander";
import { registerBench } from "../../bench/main.js";
import { packageVersion } from "../host/package_info.js";
import { errorSentence, printError } from "../host/terminal.js";
import { visible, visibleLines } from "../text/visible_text.js";
import { registerBuild } from "./build.js";
import { registerClassify } from "./classify.js";
import { registerEvaluate } from "./evaluate.js";
import { registerInspect } from "./inspect.js";
import { registerSegment } from "./segment.js";

const EXAMPLES = `
Examples:
  $ light-sernet classify speech.wav            the emotion in a recording
  $ light-sernet build my-model.h5 --out build  a module from a trained model
  $ light-sernet inspect build                  what is inside of it
  $ light-sernet evaluate build --data wavs     how good its answers are

"light-sernet help COMMAND" says more about each. Exit code: 2 for wrong usage, 1 when a file failed, otherwise 0.`;

/** All commands, none of them run. */
export function createProgram(): Command {
  const program = new Command("light-sernet")
    .description("Speech emotion recognition in one WebAssembly module that fits in a microcontroller")
    .version(packageVersion())
    .exitOverride()
    .showHelpAfterError('("light-sernet --help" shows how it is used)')
    .configureOutput({ outputError: (text, write) => write(`${usageLine(text)}\n`) })
    .addHelpText("after", EXAMPLES);
  const commands = [registerClassify, registerBuild, registerInspect, registerEvaluate, registerSegment, registerBench];
  for (const register of commands) register(program);
  return program;
}

/** What commander says of wrong usage as one line, whatever stands in the arguments. Only before the names that it suggests there is a line end of its own. */
function usageLine(text: string): string {
  return visible(
    text
      .trimEnd()
      .replace(/\n(?=\(Did you mean [^\n]*\)$)/, " ")
      .replace(/^error: /, "light-sernet: "),
  );
}

/** Runs a command line; returns nothing, sets the exit code. */
async function main(): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (| head) is no error.
    if (error.code === "EPIPE") process.exit(0);
    printError("standard output", errorSentence(error));
    process.exit(1);
  });
  try {
    await createProgram().parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    printError(undefined, errorSentence(error));
    if (process.env.LIGHT_SERNET_DEBUG) process.stderr.write(`${visibleLines(inspect(error))}\n`);
    process.exitCode = 1;
  }
}

await main();
