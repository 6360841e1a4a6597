import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Files that are written beside their names and get them all together, so that nobody ever meets a half-written one. */
export class PendingFiles {
  readonly #overwrite: boolean;
  readonly #pending = new Map<string, string>();

  constructor(overwrite: boolean) {
    this.#overwrite = overwrite;
  }

  write(file: string, bytes: Uint8Array): void {
    if (!this.#overwrite && existsSync(file)) throw new Error(`${file} exists already; use --force to overwrite it, or another folder`);
    const beside = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
    mkdirSync(dirname(file), { recursive: true });
    this.#pending.set(file, beside);
    writeFileSync(beside, bytes);
  }

  /** Gives all files their names; returns how many. */
  commit(): number {
    const count = this.#pending.size;
    for (const [file, beside] of this.#pending) {
      renameSync(beside, file);
      this.#pending.delete(file);
    }
    return count;
  }

  discard(): void {
    for (const beside of this.#pending.values()) rmSync(beside, { force: true });
    this.#pending.clear();
  }
}
