/** Fetches and compiles the modules that lie beside the page. */
import { MODULE_BUILDS, type ModuleBuild, moduleFile } from "../../ts-tools/model/builds.js";
import { engineHas } from "../../ts-tools/runtime/engine_features.js";
import type { Build, ModelName } from "./protocol.js";

/** The folder of this version's models, from the page's build. */
declare const MODELS: string;

export interface FetchedModule {
  module: WebAssembly.Module;
  build: ModuleBuild;
  address: string;
  bytes: number;
}

/** The builds that this engine runs, the fastest last. */
export function runnableBuilds(): ModuleBuild[] {
  return MODULE_BUILDS.filter((build) => build === "scalar" || engineHas(build));
}

/** Throws a sentence for people. */
export async function fetchModule(model: ModelName, build: Build): Promise<FetchedModule> {
  const builds = runnableBuilds();
  const chosen = build === "auto" ? builds.at(-1)! : build;
  if (!builds.includes(chosen)) throw new Error(`This browser has no instructions for the ${chosen} build; choose another one.`);
  const address = new URL(`../${MODELS}/${model}/${moduleFile(chosen)}`, import.meta.url);
  const bytes = await fetchBytes(address);
  return { module: await WebAssembly.compile(bytes), build: chosen, address: address.href, bytes: bytes.byteLength };
}

async function fetchBytes(address: URL): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch {
    throw new Error(
      "This model has not been loaded before and cannot be fetched now; connect to the network once, or choose the other one.",
    );
  }
  if (!response.ok) throw notThere(`is missing on this server (HTTP ${response.status})`);
  const bytes = await response.arrayBuffer();
  const isModule = bytes.byteLength > 4 && new DataView(bytes).getUint32(0) === 0x0061736d;
  if (!isModule) throw notThere("is not a WebAssembly module on this server");
  return bytes;
}

/** The usual reason is an update: the server has the models of its newest version. */
function notThere(what: string): Error {
  return new Error(
    `This page's model ${what}: if the page has a new version, close all tabs with the old one and open it again; if not, copy the whole folder of the page.`,
  );
}
