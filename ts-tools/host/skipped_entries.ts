/** What a search for sounds skips or waits for, and how it says so. */
import { visible } from "../text/visible_text.js";

/** Entries that a note names; the others are counted. */
const MOST_NAMED = 3;

export class SkippedEntries {
  #macFiles = 0;
  #macFolders = 0;
  readonly #others: string[] = [];
  readonly #deadLinks: string[] = [];
  readonly #pipes: string[] = [];

  /** A file ._NAME, or a folder __MACOSX. */
  ofMac(isFolder: boolean): void {
    if (isFolder) this.#macFolders++;
    else this.#macFiles++;
  }

  /** A pipe, socket or device. */
  notAFile(path: string, kind: string): void {
    this.#others.push(`${visible(path)} (${kind})`);
  }

  /** A symbolic link to nothing, which may have been a folder. */
  deadLink(path: string): void {
    this.#deadLinks.push(visible(path));
  }

  /** Not skipped: a pipe that a person named, perhaps without knowing. */
  waitsFor(path: string): void {
    this.#pipes.push(visible(path));
  }

  /** A sentence for each kind. */
  notes(): string[] {
    const mac = [counted(this.#macFiles, "file ._*", "files ._*"), counted(this.#macFolders, "folder __MACOSX", "folders __MACOSX")];
    const notes: string[] = [];
    if (this.#macFiles + this.#macFolders > 0)
      notes.push(`skipped, because macOS wrote them and they hold no sound: ${mac.filter((text) => text !== "").join(", ")}`);
    if (this.#others.length > 0) notes.push(`skipped, because they are not plain files: ${list(this.#others)}`);
    if (this.#deadLinks.length > 0) notes.push(`skipped, because these symbolic links lead nowhere: ${list(this.#deadLinks)}`);
    if (this.#pipes.length > 0) notes.push(`reading waits until something writes to these pipes: ${list(this.#pipes)}`);
    return notes;
  }
}

function counted(count: number, one: string, many: string): string {
  return count === 0 ? "" : `${count} ${count === 1 ? one : many}`;
}

function list(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
