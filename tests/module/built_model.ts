/** Models of any shape with random weights, as modules: built once, and kept for the other test files that need the same one. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emit, type Generated } from "../../ts-tools/emit/emit.js";
import type { MemoryMap } from "../../ts-tools/emit/memory_map.js";
import type { HostBuild } from "../../ts-tools/link/link.js";
import { frameCount, REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { AnswerRules, FrontEnd, QuantizedModel } from "../../ts-tools/model/model_types.js";
import type { NamedModel } from "../../ts-tools/model/named_model.js";
import { allowRelaxedSimd } from "../../ts-tools/runtime/relaxed_simd.js";
import { cached } from "../support/cache.js";
import { type RandomModelOptions, randomModel, type Widths } from "../support/random_model.js";

type Module = Uint8Array<ArrayBuffer>;

export interface BuiltModel {
  name: string;
  model: QuantizedModel;
  frontEnd: FrontEnd;
  classes: readonly string[];
  acceptThreshold: number;
  rules?: AnswerRules;
  map: MemoryMap;
  embedded: Module;
}

export interface ModelPlan {
  name: string;
  frontEnd: FrontEnd;
  widths: Widths;
  classes: number;
  seed: number;
  weights?: RandomModelOptions["weights"];
  voice?: RandomModelOptions["voice"];
  /** Default 0. */
  acceptThreshold?: number;
  /** Default: none. */
  rules?: AnswerRules;
}

/** The paper's front end with a segment of a given number of frames, and a few samples that fill no frame. */
export function shortFrontEnd(frames: number, coefficients: number): FrontEnd {
  const { frameSamples, hopSamples } = REFERENCE_FRONT_END;
  return { ...REFERENCE_FRONT_END, windowSamples: frameSamples + (frames - 1) * hopSamples + 37, coefficients };
}

export function planModel({ frontEnd, widths, classes, seed, weights, voice = false }: ModelPlan): QuantizedModel {
  const shape = { frames: frameCount(frontEnd), coefficients: frontEnd.coefficients, classes };
  return randomModel({ seed, widths, ...shape, voice, ...(weights && { weights }) });
}

export async function buildPlan(plan: ModelPlan, parts?: Parts): Promise<BuiltModel> {
  return build(plan.name, planModel(plan), plan.frontEnd, plan.acceptThreshold, parts, plan.rules);
}

/** What is built with a model at once: the embedded module alone, those for hosts, too, or the WASI command, too. */
export type Parts = "embedded" | "library" | "command";

/** The embedded module of a model. Name the parts where no test needs the library's other modules: they take the longest. */
export async function build(
  name: string,
  model: QuantizedModel,
  frontEnd: FrontEnd,
  acceptThreshold = 0,
  parts: Parts = "library",
  rules: AnswerRules = {},
): Promise<BuiltModel> {
  const named = nameModel(name, model, frontEnd, acceptThreshold, rules);
  const generated = emit(named);
  const embedded = (await modulesOf(named, generated, parts)).get("scalar")!;
  return { name, model, frontEnd, classes: named.classes, acceptThreshold: named.acceptThreshold, rules, map: generated.map, embedded };
}

/** Its WASI command. */
export async function buildCommand(built: BuiltModel): Promise<Module> {
  return (await modulesOfBuilt(built, "command")).get("command")!;
}

/** All builds of its library, by name; this process can run them. */
export function allBuilds(built: BuiltModel): Promise<Map<"scalar" | HostBuild, Module>> {
  allowRelaxedSimd();
  return modulesOfBuilt(built, "library") as Promise<Map<"scalar" | HostBuild, Module>>;
}

/** Its hash is that of its name: with one of the weights, no two models had the same sources, see compileOnce(). */
export function nameModel(
  name: string,
  model: QuantizedModel,
  frontEnd: FrontEnd,
  acceptThreshold = 0,
  rules: AnswerRules = {},
): NamedModel {
  const classes = Array.from({ length: model.dense.classes }, (_, index) => `class ${index}`);
  const sha256 = createHash("sha256").update(name).digest("hex");
  return { id: name, sha256, classes, acceptThreshold: Math.fround(acceptThreshold), rules, frontEnd, model };
}

type ModuleName = "scalar" | HostBuild | "command";
const MODULES: Readonly<Record<Parts, readonly ModuleName[]>> = {
  embedded: ["scalar"],
  library: ["scalar", "simd", "relaxed"],
  command: ["scalar", "command"],
};

function modulesOfBuilt({ name, model, frontEnd, acceptThreshold, rules }: BuiltModel, parts: Parts): Promise<Map<ModuleName, Module>> {
  const named = nameModel(name, model, frontEnd, acceptThreshold, rules);
  return modulesOf(named, emit(named), parts);
}

/** Takes the files that another test file has built from the same sources, or makes them. */
async function modulesOf(named: NamedModel, { files, weights }: Generated, parts: Parts): Promise<Map<ModuleName, Module>> {
  const hash = createHash("sha256").update(weights);
  for (const [name, text] of files) hash.update(name).update(text);
  const folder = await cached(`modules ${parts} ${hash.digest("hex")}`, async (folder) => {
    const profiles = { command: parts === "command", hosts: parts === "library" ? (["simd", "relaxed"] as const) : [] };
    // Compiler and optimizer take half a second to load, which a file whose modules are there already is spared.
    const [{ buildModules }, { compileOnce }] = await Promise.all([
      import("../../ts-tools/link/build_modules.js"),
      import("../support/compile_once.js"),
    ]);
    const { embedded, hosts, command } = await buildModules(named, profiles, compileOnce);
    const made = new Map<ModuleName, Module>([["scalar", embedded], ...hosts]);
    if (command) made.set("command", command);
    for (const [name, bytes] of made) writeFileSync(join(folder, `${name}.wasm`), bytes);
  });
  return new Map(MODULES[parts].map((name) => [name, new Uint8Array(readFileSync(join(folder, `${name}.wasm`)))]));
}
