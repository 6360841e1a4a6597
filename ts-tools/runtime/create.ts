import type { Build, ModuleBuild } from "../model/builds.js";
import { reasonOf } from "./damaged_module.js";
import { compilesAtAll, engineHas } from "./engine_features.js";
import { badArgument, checkNames, RecognizerError } from "./errors.js";
import { checkModuleOptions, type ModuleOptions } from "./module_options.js";
import { Recognizer } from "./recognizer.js";
import { checkChoices, RECOGNIZER_NAMES, type RecognizerOptions } from "./recording_options.js";

export type { ModuleOptions } from "./module_options.js";

/** What createRecognizer() takes. */
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
  const { module, license } = await loadWith(load, options);
  const { model: _, module: __, build: ___, ...rest } = options;
  return Recognizer.create(module, rest, license);
}

/** The module that the options name; all of them are checked before it is loaded. */
export async function loadWith(load: ModuleLoader, options: CreateOptions, moreNames: readonly string[] = []): Promise<LoadedModel> {
  if (typeof options !== "object" || options === null)
    throw badArgument("the argument of createRecognizer()", "an object of options", options);
  checkNames(options, ["model", "module", "build", ...RECOGNIZER_NAMES, ...moreNames]);
  const { model, module, build, ...rest } = options;
  checkChoices(rest);
  return loadModule(load, options);
}

/** The module that the options name, from a loader if it is not among them. */
export async function loadModule(load: ModuleLoader, { model, module, build = "auto" }: ModuleOptions): Promise<LoadedModel> {
  checkModuleOptions({ model, module, build });
  return module === undefined ? load(model, build) : { module: await compile(module, "the module") };
}

/** Compiles a module; throws a RecognizerError if the bytes are not one. */
export async function compile(source: WebAssembly.Module | BufferSource, name: string): Promise<WebAssembly.Module> {
  if (typeof WebAssembly === "undefined")
    throw blocked("this engine has no WebAssembly, or a lockdown mode has turned it off; allow it for this page");
  if (source instanceof WebAssembly.Module) return source;
  try {
    return await WebAssembly.compile(source);
  } catch (cause) {
    if (!compilesAtAll()) {
      const advice = "add 'wasm-unsafe-eval' to script-src, also in the headers of worker scripts";
      throw blocked(`the Content-Security-Policy of this page forbids WebAssembly; ${advice}`, cause);
    }
    const message = `${name} is not a WebAssembly module that runs here (${reasonOf(cause)}); build the model again`;
    throw new RecognizerError("BAD_MODULE", message, { cause });
  }
}

function blocked(message: string, cause?: unknown): RecognizerError {
  return new RecognizerError("WASM_BLOCKED", message, { cause });
}
