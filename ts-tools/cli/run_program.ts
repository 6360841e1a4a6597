/** What our command lines share: how they complain, and their exit codes. */
import { inspect } from "node:util";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { programArguments } from "../host/file_names.js";
import { packageVersion } from "../host/package_info.js";
import { errorSentence, printError } from "../host/terminal.js";
import { visible, visibleLines } from "../text/visible_text.js";

/** A command line without commands. `name` is what a person types. */
export function newProgram(name: string): Command {
  return new Command(name)
    .version(packageVersion())
    .exitOverride()
    .showHelpAfterError(`("${name} --help" shows how it is used)`)
    .configureOutput({ outputError: (text, write) => write(`${usageLine(text)}\n`) });
}

/** Runs a command line with the arguments of this process. Sets the exit code: 2 for wrong usage, 1 when it failed. */
export async function runProgram(program: Command): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A reader may close the pipe early (| head): that is not an error.
    if (error.code === "EPIPE") process.exit(0);
    printError("standard output", errorSentence(error));
    process.exit(1);
  });
  try {
    await program.parseAsync(programArguments(), { from: "user" });
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

/** An option's value: a whole number, 1 or more. */
export function positiveWholeNumber(text: string): number {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError("give a whole number above 0.");
  return value;
}

/** An option's value: a whole number, 0 or more. */
export function wholeNumber(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("give a whole number.");
  return value;
}

/** What commander says of wrong usage, as one line, whatever stands in the arguments. The only line end of its own is before the names that it suggests. */
function usageLine(text: string): string {
  return visible(
    text
      .trimEnd()
      .replace(/\n(?=\(Did you mean [^\n]*\)$)/, " ")
      .replace(/^error: /, "light-sernet: "),
  );
}

/** An option's value: the length of a window. */
export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0.01 && value <= 600))
    throw new InvalidArgumentError("It must be a number of seconds from 0.01 to 600.");
  return value;
}
