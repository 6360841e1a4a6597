import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Writes a file beside its name and then gives it the name: nobody ever meets half of it, and nothing stays behind when it cannot be written. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const beside = `${file}.part`;
  try {
    // What lies there is of a run that was killed, or a link that leads elsewhere: it is removed, not written through.
    rmSync(beside, { force: true });
    writeFileSync(beside, content, { flag: "wx" });
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw Object.assign(error as Error, { path: file });
  }
}
