/** What commands say and where: results to stdout, errors and progress to stderr. */

/** Prints a line of results. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints an error as one sentence that names the file, once. */
export function printError(file: string | undefined, sentence: string): void {
  const oneLine = sentence.replace(/\s*[\r\n]+\s*/g, " ").trim();
  const prefix = file === undefined ? "" : `${printable(file)}: `;
  clearProgress();
  process.stderr.write(`light-sernet: ${oneLine.startsWith(prefix) ? "" : prefix}${oneLine}\n`);
}

/** A file name as one line, whatever characters are in it. */
export function printable(file: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not reach a terminal.
  return file.replace(/[\u0000-\u001f\u007f]/g, "?");
}

/** Shows how far a command is, in one line that is overwritten; only on a terminal that shows no results at the same time. */
export function showProgress(done: number, all: number, file: string): void {
  if (!progressShown() || all < 2) return;
  const room = Math.max(20, (process.stderr.columns ?? 80) - 20);
  process.stderr.write(`\r\u001b[K${done}/${all} ${printable(file).slice(-room)}`);
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
  return `${printable(file)}: ${known ?? error.message}`;
}

/** Shows what a long command does now, in one line that is overwritten; on a terminal only. */
export function showStep(what: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\u001b[K${printable(what)} ...`);
}
