import { type Dirent, existsSync, lstatSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { systemPath } from "./file_names.js";
import { makeFolders } from "./folders.js";

/** The temporary name beside the final one: `.NAME.PID.part`. */
const HIDDEN = /^\.(.+)\.([1-9]\d{0,8})\.part$/;

/** Files that are written under temporary names and renamed all together, so that nobody ever sees a half-written one. */
export class PendingFiles {
  readonly #overwrite: boolean;
  readonly #pending = new Map<string, string>();
  readonly #removed: string[] = [];
  /** Folders that were made for them, the uppermost first. */
  readonly #folders: string[] = [];

  constructor(overwrite: boolean) {
    this.#overwrite = overwrite;
  }

  write(file: string, content: string | Uint8Array): void {
    if (!this.#overwrite && existsSync(systemPath(file)))
      throw new Error(`${file} already exists; use --force to overwrite it, or choose another folder`);
    const beside = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
    this.#folders.push(...makeFolders(dirname(file)));
    this.#pending.set(file, beside);
    discardAtExit(this);
    try {
      // A link of this name is removed, not followed.
      rmSync(systemPath(beside), { force: true });
      writeFileSync(systemPath(beside), content, { flag: "wx" });
    } catch (error) {
      throw Object.assign(error as Error, { path: file });
    }
  }

  /** Marks a file to be removed once the others have their names. */
  remove(file: string): void {
    this.#removed.push(file);
  }

  /** Gives all files their final names; returns how many. First checks what would stop it halfway. */
  commit(): number {
    for (const file of this.#pending.keys()) {
      if (lstatSync(systemPath(file), { throwIfNoEntry: false })?.isDirectory())
        throw new Error(`${file} is a folder where a file is needed; remove it, or choose another place`);
    }
    const count = this.#pending.size;
    for (const [file, beside] of this.#pending) {
      renameSync(systemPath(beside), systemPath(file));
      this.#pending.delete(file);
    }
    for (const file of this.#removed.splice(0)) rmSync(systemPath(file), { force: true });
    this.discard();
    return count;
  }

  discard(): void {
    for (const beside of this.#pending.values()) rmSync(systemPath(beside), { force: true });
    this.#pending.clear();
    for (const folder of this.#folders.splice(0).reverse()) {
      try {
        rmdirSync(systemPath(folder));
      } catch {
        // It is not empty any more.
      }
    }
    nothingPending(this);
  }
}

/** Throws what writing this file later would throw: folders that cannot be made, or not be written to. Leaves nothing behind. */
export function assertCanWrite(file: string): void {
  const files = new PendingFiles(true);
  try {
    files.write(file, "");
  } finally {
    files.discard();
  }
}

/** Writes one file under a temporary name and renames it: nobody ever sees half of it, and nothing is left behind if it cannot be written. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const files = new PendingFiles(true);
  try {
    files.write(file, content);
    files.commit();
  } finally {
    files.discard();
  }
}

/** Removes the temporary files that killed processes have left in a folder and below, if their final names match. */
export function removeLeftovers(folder: string, names: RegExp): void {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    const [, name, pid] = HIDDEN.exec(entry.name) ?? [];
    if (entry.isDirectory()) removeLeftovers(path, names);
    else if (entry.isFile() && name !== undefined && names.test(name) && !isRunning(Number(pid))) rmSync(path, { force: true });
  }
}

/** Empty for a folder that cannot be read. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const unfinished = new Set<PendingFiles>();
let listening = false;

const discardAll = (): void => {
  for (const files of unfinished) files.discard();
};
const interrupted = (): never => process.exit(130);
const terminated = (): never => process.exit(143);

function discardAtExit(files: PendingFiles): void {
  unfinished.add(files);
  if (listening) return;
  listening = true;
  process.on("exit", discardAll).on("SIGINT", interrupted).on("SIGTERM", terminated);
}

/** A signal that came while this process was busy arrives in the next turn of the event loop, so the handlers stay until after that. */
function nothingPending(files: PendingFiles): void {
  if (unfinished.delete(files) && unfinished.size === 0) setImmediate(() => setImmediate(stopListening));
}

function stopListening(): void {
  if (!listening || unfinished.size > 0) return;
  listening = false;
  process.off("exit", discardAll).off("SIGINT", interrupted).off("SIGTERM", terminated);
}
