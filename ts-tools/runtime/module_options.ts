import { BUILDS, type Build } from "../model/builds.js";
import { badArgument, RecognizerError } from "./errors.js";
import type { PackagedModel } from "./shipped_models.js";

/** Which module. */
export interface ModuleOptions {
  /** A model of this package, `full` (the default) or `micro`, or the folder of a built model: a path or URL in Node, an address in a browser. */
  model?: PackagedModel | (string & {}) | URL | undefined;
  /** The module itself instead of a folder: compiled, or its bytes. */
  module?: WebAssembly.Module | BufferSource | undefined;
  /** Which of the model's modules; default "auto". All return the same bits. */
  build?: Build | undefined;
}

/** Refuses, by name, options that choose no module; whether `module` is one shows when it is compiled. */
export function checkModuleOptions({ model, module, build = "auto" }: ModuleOptions): void {
  if (!BUILDS.includes(build)) throw badArgument("build", "auto, scalar, simd or relaxed", build);
  if (model !== undefined && typeof model !== "string" && !isUrl(model)) throw badArgument("model", "a path, an address or a URL", model);
  if (model !== undefined && module !== undefined)
    throw new RecognizerError(
      "BAD_ARGUMENT",
      "the options have both model and module, which say the same in two ways; leave one of them out",
    );
}

/** By what it has, not by its class: jsdom has one of its own, and a worklet none. */
export function isUrl(value: unknown): value is URL {
  const { href, protocol } = (value ?? {}) as Partial<URL>;
  return typeof value === "object" && typeof href === "string" && typeof protocol === "string";
}
