import { BUILDS, type Build, type ModuleBuild } from "../model/builds.js";
import { reasonOf } from "./damaged_module.js";
import { engineHas } from "./engine_features.js";
import { badArgument, RecognizerError } from "./errors.js";
import { checkOptions, Recognizer, type RecognizerOptions } from "./recognizer.js";
import type { PackagedModel } from "./shipped_models.js";

/** Which module. */
export interface ModuleOptions {
  /** A model of this package, `full` (the default) or `micro`, or the folder of a built model: a path or URL in Node, an address in a browser. */
  model?: PackagedModel | (string & {}) | URL;
  /** The module itself instead of a folder: compiled, or its bytes. */
  module?: WebAssembly.Module | BufferSource;
  build?: Build;
}

export interface CreateOptions extends RecognizerOptions, ModuleOptions {}

/** What was loaded of a built model's folder. */
export interface LoadedModel {
  module: WebAssembly.Module;
  /** As the manifest says it. */
  license?: string | undefined;
}

/** Loads a module from the folder of a built model. */
export type ModuleLoader = (model: string | URL | undefined, build: Build) => Promise<LoadedModel>;

/** The builds that may be loaded, in the order to try them; throws if the requested one cannot run here. */
export function candidates(build: Build): ModuleBuild[] {
  if (build === "scalar") return ["scalar"];
  if (build === "auto") return [...(["relaxed", "simd"] as const).filter(engineHas), "scalar"];
  if (engineHas(build)) return [build];
  const what = build === "relaxed" ? "relaxed SIMD" : "SIMD";
  throw new RecognizerError("BAD_ARGUMENT", `this engine has no ${what}, which the ${build} build needs; use the build "auto"`);
}

/** A recognizer whose module comes from the options or from a loader. */
export async function createWith(load: ModuleLoader, options: CreateOptions): Promise<Recognizer> {
  if (typeof options !== "object" || options === null)
    throw badArgument("the argument of createRecognizer()", "an object of options", options);
  const { model, module, build, ...rest } = options;
  checkOptions(rest);
  const loaded = await loadModule(load, options);
  return Recognizer.create(loaded.module, rest, loaded.license);
}

/** The module that the options name, from a loader if it is not among them. */
export async function loadModule(load: ModuleLoader, { model, module, build = "auto" }: ModuleOptions): Promise<LoadedModel> {
  if (!BUILDS.includes(build)) throw badArgument("build", "auto, scalar, simd or relaxed", build);
  if (model !== undefined && typeof model !== "string" && !(model instanceof URL))
    throw badArgument("model", "a path, an address or a URL", model);
  return module === undefined ? load(model, build) : { module: await compile(module, "the module") };
}

/** Compiles a module; throws a RecognizerError if the bytes are not one. */
export async function compile(source: WebAssembly.Module | BufferSource, name: string): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  try {
    return await WebAssembly.compile(source);
  } catch (cause) {
    throw new RecognizerError(
      "BAD_MODULE",
      `${name} is not a WebAssembly module that runs here (${reasonOf(cause)}); build the model again`,
      {
        cause,
      },
    );
  }
}
