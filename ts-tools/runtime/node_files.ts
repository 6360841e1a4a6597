/** Reads a file; throws an error with the code ENOENT if it is missing. */
export type ReadFile = (file: URL) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * How to read files where the program runs in Node, though it was made for a browser: under jsdom or happy-dom, in Electron. Undefined elsewhere. There is no import of
 * Node's modules here, which bundlers for browsers refuse.
 */
export function nodeFiles(): ReadFile | undefined {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  if (typeof process?.versions?.node !== "string") return undefined;
  const files = process.getBuiltinModule?.("node:fs/promises");
  // As a text: jsdom has another class of URL.
  const url = process.getBuiltinModule?.("node:url");
  if (!files || !url) return undefined;
  return async (file) => Uint8Array.from(await files.readFile(url.fileURLToPath(file.href)));
}
