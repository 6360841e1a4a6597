import type { Build } from "../model/builds.js";
import type { LoadedModel } from "./create.js";
import { loadByFetch } from "./loader_fetch.js";

/** Loads a module: from files in Node, also under jsdom or happy-dom, which look like browsers; elsewhere by fetch. */
export async function loadAnywhere(model: string | URL | undefined, build: Build): Promise<LoadedModel> {
  const node = isNode() ? await import("./loader_node.js").catch(() => undefined) : undefined;
  return node ? node.loadFromFolder(model, build) : loadByFetch(model, build);
}

/** A page of Electron says that it is Node even where it cannot import Node's modules. */
function isNode(): boolean {
  return typeof process !== "undefined" && typeof process.versions?.node === "string";
}
