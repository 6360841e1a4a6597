/**
 * What commands say and where: results to stdout, errors and progress to stderr. File names, names in models and messages come from elsewhere: whatever a person
 * is shown goes through visible(), so that nothing in it moves the cursor, colours, hides or turns what stands on the terminal.
 */
import { visible, visibleLines } from "../text/visible_text.js";

/** Prints results for a person: lines. A text from elsewhere that must not make lines of its own goes through visible() before. */
export function printLine(line: string): void {
  printPainted(visibleLines(line));
}

/** Prints a line whose parts were made visible before, and which may hold the terminal's colours. */
export function printPainted(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints one JSON value. */
export function printJson(json: string): void {
  printPainted(visible(json));
}

/** Prints lines of data for a program, as they are; on a terminal, as a person may see them. */
export function printData(line: string): void {
  printPainted(process.stdout.isTTY === true ? visibleLines(line) : line);
}

/** Prints an error as one sentence that names the file, once. */
export function printError(file: string | undefined, sentence: string): void {
  const oneLine = visible(sentence.replace(/\s*[\r\n]+\s*/g, " ").trim());
  const prefix = file === undefined ? "" : `${visible(file)}: `;
  clearProgress();
  process.stderr.write(`light-sernet: ${oneLine.startsWith(prefix) ? "" : prefix}${oneLine}\n`);
}

/** Shows how far a command is, in one line that is overwritten; only on a terminal that shows no results at the same time. */
export function showProgress(done: number, all: number, file: string): void {
  if (!progressShown() || all < 2) return;
  const room = Math.max(20, (process.stderr.columns ?? 80) - 20);
  process.stderr.write(`\r\u001b[K${done}/${all} ${visible(file).slice(-room)}`);
}

/** Clears the line of showProgress or showStep. */
export function clearProgress(): void {
  if (process.stderr.isTTY === true) process.stderr.write("\r\u001b[K");
}

function progressShown(): boolean {
  return process.stderr.isTTY === true && process.stdout.isTTY !== true;
}

/** Whether results may be coloured (see https://no-color.org). */
export function mayColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder; check the path",
  ENOTDIR: "a part of this path is no folder; check the path",
  EISDIR: "this is a folder where a file was expected; give a file",
  EEXIST: "a file stands where a folder is needed; choose another place",
  ENOTEMPTY: "a folder with files in it stands where a file is needed; choose another place",
  EACCES: "it cannot be opened (permission denied); check its permissions",
  EPERM: "it cannot be opened (not permitted); check its permissions",
  ELOOP: "its symbolic links lead in a circle; correct them",
  ENAMETOOLONG: "this name is too long; rename it",
  ENOSPC: "there is no space left on that disk; free some",
  EROFS: "that disk is read-only; choose another place",
  ENXIO: "this is no file that can be read; give a regular file",
};

/** The sentence of an error for a person: what is wrong and what to do, with the file in front when the system's error knows it. */
export function errorSentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  const known = code === undefined ? undefined : SENTENCES[code];
  const file = dest ?? path;
  // The system's own messages name the file in quotes.
  if (typeof file !== "string" || (known === undefined && error.message.includes(`'${file}'`))) return known ?? error.message;
  return `${visible(file)}: ${known ?? error.message}`;
}

/** Shows what a long command does now, in one line that is overwritten; on a terminal only. */
export function showStep(what: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\u001b[K${visible(what)} ...`);
}
