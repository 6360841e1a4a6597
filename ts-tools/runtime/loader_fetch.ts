import { type Build, type ModuleBuild, moduleFile } from "../model/builds.js";
import { shown } from "../text/visible_text.js";
import { candidates, compile } from "./create.js";
import { RecognizerError } from "./errors.js";
import { DEFAULT_MODEL, isShippedModel, shippedModule } from "./shipped_models.js";

/** Loads a module from an address, in browsers and everywhere else that has fetch. A folder may lack the faster builds. */
export async function loadByFetch(model: string | URL = DEFAULT_MODEL, build: Build): Promise<WebAssembly.Module> {
  let missing: RecognizerError | undefined;
  for (const candidate of candidates(build)) {
    const address = moduleAddress(model, candidate);
    const response = await reach(address, () => fetch(address));
    if (response.ok) {
      const bytes = await reach(address, () => response.arrayBuffer());
      // For missing files some servers answer with an HTML page.
      if (candidate === "scalar" || build !== "auto" || isModule(bytes)) return compile(bytes, address.href);
    } else {
      await response.body?.cancel();
    }
    const message = `${address.href} is not available (HTTP ${response.status}); put a built model with that file there`;
    missing = new RecognizerError("NO_MODEL", message);
  }
  throw missing!;
}

function isModule(bytes: ArrayBuffer): boolean {
  return bytes.byteLength > 4 && new DataView(bytes).getUint32(0) === 0x0061736d;
}

/** Runs one step of a download; any failure becomes a RecognizerError. */
async function reach<T>(address: URL, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    throw new RecognizerError("NO_MODEL", `${address.href} cannot be reached; check the model's address`, { cause });
  }
}

/** The address of a build. A relative folder is relative to the page or, in a worker, to the worker's script. */
function moduleAddress(model: string | URL, build: ModuleBuild): URL {
  if (isShippedModel(model)) return shippedModule(model, build);
  const folder = String(model);
  try {
    const base = globalThis.document?.baseURI ?? globalThis.location?.href;
    return new URL(moduleFile(build), new URL(folder.endsWith("/") ? folder : `${folder}/`, base));
  } catch (cause) {
    const message = `${shown(folder)} is not an address that can be fetched from here; use an absolute one, such as https://example.org/model/`;
    throw new RecognizerError("NO_MODEL", message, { cause });
  }
}
