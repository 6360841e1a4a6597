/**
 * Output of the commands: results to stdout, errors and progress to stderr. File names, names in models and messages are foreign text. All that a person sees
 * goes through visible(), so that nothing in it moves the cursor, colors or hides text, or changes its direction.
 */

import { visible, visibleLines } from "../text/visible_text.js";
import { systemPath } from "./file_names.js";

/** Prints lines for a person. Foreign texts that must not break lines go through visible() before. */
export function printLine(line: string): void {
  printPainted(visibleLines(line));
}

/** Prints a line whose parts have been made visible; it may contain colors. */
export function printPainted(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints one JSON value. */
export function printJson(json: string): void {
  printPainted(visible(json));
}

/** Prints lines of data for a program unchanged; on a terminal, made visible. */
export function printData(line: string): void {
  printPainted(process.stdout.isTTY === true ? visibleLines(line) : line);
}

/** Prints an error as one line that names the file exactly once. */
export function printError(file: string | undefined, sentence: string): void {
  clearProgress();
  process.stderr.write(`light-sernet: ${file === undefined ? oneLine(sentence) : named(file, sentence)}\n`);
}

/** Prints a line for each sentence that a person should know, though it is not an error. */
export function printNotes(notes: readonly string[]): void {
  for (const note of notes) printError(undefined, `note: ${note}`);
}

/** What is wrong with a file, in one line that names it exactly once. */
export function fileSentence(file: string, error: unknown): string {
  return named(file, errorSentence(error));
}

/** The same without the file's name. */
export function sentenceWithoutName(file: string, error: unknown): string {
  return fileSentence(file, error).slice(visible(file).length + 2);
}

function named(file: string, sentence: string): string {
  const line = oneLine(sentence);
  const prefix = `${visible(file)}: `;
  // A message of the system has replaced what is not UTF-8.
  const replaced = `${visible(systemPath(file).toString())}: `;
  const begun = [prefix, replaced].find((begin) => line.startsWith(begin)) ?? "";
  return `${prefix}${line.slice(begun.length)}`;
}

function oneLine(sentence: string): string {
  return visible(sentence.replace(/\s*[\r\n]+\s*/g, " ").trim());
}

/** Prints what is wrong with a sound that is used all the same, a line for each. */
export function printWarnings(file: string, sentences: readonly string[]): void {
  for (const sentence of sentences) printError(file, `warning: ${sentence}`);
}

/** Shows the progress of a command in a line that is overwritten; only on a terminal, and only if results go elsewhere. */
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

/** Whether results may be colored (see https://no-color.org). */
export function mayColor(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder; check the path",
  ENOTDIR: "a part of this path is not a folder; check the path",
  EISDIR: "this is a folder, not a file; name a file",
  EEXIST: "there is a file where a folder is needed; choose another place",
  ENOTEMPTY: "there is a folder with files where a file is needed; choose another place",
  EACCES: "it cannot be opened (permission denied); check its permissions",
  EPERM: "it cannot be opened (not permitted); check its permissions",
  ELOOP: "its symbolic links form a circle; correct them",
  ENAMETOOLONG: "this name is too long; rename it",
  ENOSPC: "there is no space left on that disk; free some space",
  EROFS: "that disk is read-only; choose another place",
  ENXIO: "this cannot be read as a file; name a regular file",
};

/** An error as a sentence for a person: what is wrong and what to do, preceded by the file if the system's error names it. */
export function errorSentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  const known = code === undefined ? undefined : SENTENCES[code];
  const file = dest ?? path;
  // The system's own messages already name the file, in quotes.
  if (typeof file !== "string" || (known === undefined && error.message.includes(`'${file}'`))) return known ?? error.message;
  return `${visible(file)}: ${known ?? error.message}`;
}

/** Shows the current step of a long command in a line that is overwritten; on a terminal only. */
export function showStep(what: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\u001b[K${visible(what)} ...`);
}
