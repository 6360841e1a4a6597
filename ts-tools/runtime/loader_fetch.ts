import { type Build, type ModuleBuild, moduleFile } from "../model/builds.js";
import { isLicense } from "../model/license.js";
import { shown } from "../text/visible_text.js";
import { candidates, compile, type LoadedModel } from "./create.js";
import { RecognizerError } from "./errors.js";
import { DEFAULT_MODEL, isPackagedModel, isShippedModel, LICENSES, notPackaged, packagedModule } from "./shipped_models.js";

/** Loads a module from an address, in browsers and everywhere else that has fetch. A folder may lack the faster builds. */
export async function loadByFetch(model: string | URL = DEFAULT_MODEL, build: Build): Promise<LoadedModel> {
  let missing: RecognizerError | undefined;
  for (const candidate of candidates(build)) {
    const address = moduleAddress(model, candidate);
    const response = await reach(address, () => fetch(address));
    if (response.ok) {
      const bytes = await reach(address, () => response.arrayBuffer());
      // For missing files some servers answer with an HTML page.
      if (candidate === "scalar" || build !== "auto" || isModule(bytes)) {
        const [module, license] = await Promise.all([compile(bytes, address.href), fetchLicense(model)]);
        return { module, license };
      }
    } else {
      await response.body?.cancel();
    }
    const message = `${address.href} is not available (HTTP ${response.status}); put a built model with that file there`;
    missing = new RecognizerError("NO_MODEL", message);
  }
  throw missing!;
}

/** The manifest need not be there. */
async function fetchLicense(model: string | URL): Promise<string | undefined> {
  if (isPackagedModel(model)) return LICENSES[model];
  try {
    const response = await fetch(fileAddress(model, "model.json"));
    const { license } = (await response.json()) as { license?: unknown };
    return response.ok && isLicense(license) ? license : undefined;
  } catch {
    return undefined;
  }
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

/** The address of a build. */
function moduleAddress(model: string | URL, build: ModuleBuild): URL {
  if (isPackagedModel(model)) return packagedModule(model, build);
  if (isShippedModel(model)) throw new RecognizerError("NO_MODEL", notPackaged(model));
  return fileAddress(model, moduleFile(build));
}

/** The address of a file in a folder. A relative folder is relative to the page or, in a worker, to the worker's script. */
function fileAddress(model: string | URL, file: string): URL {
  const folder = String(model);
  try {
    const base = globalThis.document?.baseURI ?? globalThis.location?.href;
    return new URL(file, new URL(folder.endsWith("/") ? folder : `${folder}/`, base));
  } catch (cause) {
    const message = `${shown(folder)} is not an address that can be fetched from here; use an absolute one, such as https://example.org/model/`;
    throw new RecognizerError("NO_MODEL", message, { cause });
  }
}
