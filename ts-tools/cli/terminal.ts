/** What commands say and where: results to stdout, errors and progress to stderr. */

/** Prints a line of results. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints an error as one sentence that names the file. */
export function printError(file: string | undefined, sentence: string): void {
  const oneLine = sentence.replace(/\s*[\r\n]+\s*/g, " ").trim();
  clearProgress();
  process.stderr.write(`light-sernet: ${file === undefined ? "" : `${printable(file)}: `}${oneLine}\n`);
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

export function clearProgress(): void {
  if (progressShown()) process.stderr.write("\r\u001b[K");
}

function progressShown(): boolean {
  return process.stderr.isTTY === true && process.stdout.isTTY !== true;
}

/** Whether results may be coloured (see https://no-color.org). */
export function mayColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

/** The sentence of an error for a person: what is wrong with a file and what to do. */
export function errorSentence(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const sentences: Record<string, string> = {
    ENOENT: "there is no such file or folder; check the path",
    ENOTDIR: "a part of this path is no folder; check the path",
    EISDIR: "this is a folder where a file was expected",
    EACCES: "it cannot be opened (permission denied); check its permissions",
    EPERM: "it cannot be opened (not permitted); check its permissions",
    ELOOP: "its symbolic links lead in a circle; correct them",
    ENAMETOOLONG: "this name is too long; rename it",
    ENOSPC: "there is no space left on that disk; free some",
    EROFS: "that disk is read-only; choose another place",
    ENXIO: "this is no file that can be read; give a regular file",
  };
  const sentence = typeof code === "string" ? sentences[code] : undefined;
  return sentence ?? (error instanceof Error ? message : String(error));
}

/** Shows what a long command does now, in one line that is overwritten; on a terminal only. */
export function showStep(what: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\u001b[K${printable(what)} ...`);
}
