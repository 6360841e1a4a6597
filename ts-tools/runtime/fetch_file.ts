import { RecognizerError } from "./errors.js";
import { nodeFiles, type ReadFile } from "./node_files.js";

/** A file that was fetched, or why there is none: what to put in brackets. */
export type FetchedFile = { bytes: Uint8Array<ArrayBuffer> } | { missing: string };

/** Fetches a file, or reads it if its address is one of a file and this is Node. Throws if the address cannot be reached. */
export async function fetchFile(address: URL, readFile: ReadFile | undefined = nodeFiles()): Promise<FetchedFile> {
  if (address.protocol === "file:" && readFile) return readLocal(address, readFile);
  try {
    const response = await fetch(address);
    if (response.ok) return { bytes: new Uint8Array(await response.arrayBuffer()) };
    await response.body?.cancel();
    return { missing: `HTTP ${response.status}` };
  } catch (cause) {
    throw new RecognizerError("NO_MODEL", `${address.href} cannot be reached; check the model's address and the network`, { cause });
  }
}

async function readLocal(address: URL, readFile: ReadFile): Promise<FetchedFile> {
  try {
    return { bytes: await readFile(address) };
  } catch (cause) {
    return { missing: (cause as { code?: string }).code ?? String(cause) };
  }
}
