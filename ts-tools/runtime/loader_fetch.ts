import { type Build, compile, DEFAULT_MODEL, moduleFile } from "./create.js";
import { RecognizerError } from "./errors.js";

/** Loads a module from an address, for browsers and everything else that has fetch. */
export async function loadByFetch(model: string | URL | undefined, build: Build): Promise<WebAssembly.Module> {
  const address = new URL(moduleFile(build), folderAddress(model));
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    throw new RecognizerError("NO_MODEL", `${address.href} cannot be reached; check the model's address`, { cause });
  }
  if (!response.ok) {
    throw new RecognizerError(
      "NO_MODEL",
      `${address.href} is not there (HTTP ${response.status}); the folder needs a built model with that file`,
    );
  }
  return compile(await response.arrayBuffer(), address.href);
}

/** A folder's address, with its last slash. */
function folderAddress(model: string | URL | undefined): URL {
  if (model === undefined) return new URL(DEFAULT_MODEL, import.meta.url);
  const text = String(model);
  return new URL(text.endsWith("/") ? text : `${text}/`, typeof document === "undefined" ? undefined : document.baseURI);
}
