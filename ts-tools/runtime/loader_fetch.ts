import { type Build, type ModuleBuild, moduleFile } from "../model/builds.js";
import { isLicense } from "../model/license.js";
import { shown, visible } from "../text/visible_text.js";
import { candidates, compile, type LoadedModel } from "./create.js";
import { RecognizerError } from "./errors.js";
import { fetchFile } from "./fetch_file.js";
import type { ReadFile } from "./node_files.js";
import { DEFAULT_MODEL, INLINE_PACKAGE, isPackagedModel, isShippedModel, LICENSES, notPackaged, packagedModule } from "./shipped_models.js";

/** Loads a module from an address, in browsers and everywhere else that has fetch. A folder may lack the faster builds. */
export async function loadByFetch(model: string | URL = DEFAULT_MODEL, build: Build, readFile?: ReadFile): Promise<LoadedModel> {
  let missing: RecognizerError | undefined;
  const builds = candidates(build);
  for (const candidate of builds) {
    const address = moduleAddress(model, candidate);
    const file = await fetchFile(address, readFile);
    if ("bytes" in file && !isPage(file.bytes) && (isModule(file.bytes) || candidate === builds.at(-1))) {
      const [module, license] = await Promise.all([compile(file.bytes, visible(address.href)), fetchLicense(model, readFile)]);
      return { module, license };
    }
    missing = "bytes" in file ? pageError(address, model) : missingError(address, model, file.missing);
  }
  throw missing!;
}

/** The manifest need not be there. */
async function fetchLicense(model: string | URL, readFile?: ReadFile): Promise<string | undefined> {
  if (isPackagedModel(model)) return LICENSES[model];
  try {
    const file = await fetchFile(fileAddress(model, "model.json"), readFile);
    if (!("bytes" in file)) return undefined;
    const { license } = JSON.parse(new TextDecoder().decode(file.bytes)) as { license?: unknown };
    return isLicense(license) ? license : undefined;
  } catch {
    return undefined;
  }
}

function isModule(bytes: Uint8Array<ArrayBuffer>): boolean {
  return bytes.length > 4 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === 0x0061736d;
}

/** For missing files some servers answer with a page: HTML, perhaps after a mark or spaces. */
function isPage(bytes: Uint8Array): boolean {
  const begin = String.fromCharCode(...bytes.subarray(0, 64));
  return /^(\xef\xbb\xbf)?\s*</.test(begin);
}

function missingError(address: URL, model: string | URL, reason: string): RecognizerError {
  return new RecognizerError("NO_MODEL", `${visible(address.href)} is not available (${reason}); ${howToGet(model)}`);
}

function pageError(address: URL, model: string | URL): RecognizerError {
  const message = `${visible(address.href)} is a page and not a WebAssembly module, as some servers answer for a missing file; ${howToGet(model)}`;
  return new RecognizerError("PAGE_FOR_MODULE", message);
}

function howToGet(model: string | URL): string {
  if (!isPackagedModel(model)) return "put a built model with that file there";
  return `copy the folder models of the package light-sernet beside the folder of the script, or use the package ${INLINE_PACKAGE}`;
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
