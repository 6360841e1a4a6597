/** Models of any shape with random weights, as modules: built once, and kept for the other test files that need the same one. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emit, type NamedModel } from "../../ts-tools/emit/emit.js";
import type { MemoryMap } from "../../ts-tools/emit/memory_map.js";
import { tiles } from "../../ts-tools/emit/tiles.js";
import { buildModules } from "../../ts-tools/link/build_modules.js";
import type { HostBuild } from "../../ts-tools/link/link.js";
import { frameCount, REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { FrontEnd, QuantizedModel } from "../../ts-tools/model/model_types.js";
import { allowRelaxedSimd } from "../../ts-tools/runtime/relaxed_simd.js";
import { moduleHash } from "../support/module_hash.js";
import { type RandomModelOptions, randomModel, type Widths } from "../support/random_model.js";

export interface BuiltModel {
  name: string;
  model: QuantizedModel;
  frontEnd: FrontEnd;
  classes: readonly string[];
  acceptThreshold: number;
  map: MemoryMap;
  embedded: Uint8Array<ArrayBuffer>;
}

export interface ModelPlan {
  name: string;
  frontEnd: FrontEnd;
  widths: Widths;
  classes: number;
  seed: number;
  weights?: RandomModelOptions["weights"];
  /** Default 0. */
  acceptThreshold?: number;
}

/** The paper's front end with a segment of so many frames, and a few samples that fill no frame. */
export function shortFrontEnd(frames: number, coefficients: number): FrontEnd {
  const { frameSamples, hopSamples } = REFERENCE_FRONT_END;
  return { ...REFERENCE_FRONT_END, windowSamples: frameSamples + (frames - 1) * hopSamples + 37, coefficients };
}

export function planModel({ frontEnd, widths, classes, seed, weights }: ModelPlan): QuantizedModel {
  const shape = { frames: frameCount(frontEnd), coefficients: frontEnd.coefficients, classes };
  return randomModel({ seed, widths, ...shape, ...(weights && { weights }) });
}

export async function buildPlan(plan: ModelPlan): Promise<BuiltModel> {
  return build(plan.name, planModel(plan), plan.frontEnd, plan.acceptThreshold);
}

/** The embedded module of a model. */
export async function build(name: string, model: QuantizedModel, frontEnd: FrontEnd, acceptThreshold = 0): Promise<BuiltModel> {
  const named = nameModel(name, model, frontEnd, acceptThreshold);
  const { map } = emit(named);
  const embedded = await kept(named, "embedded", async () => (await buildModules(named, { command: false })).embedded);
  return { name, model, frontEnd, classes: named.classes, acceptThreshold: named.acceptThreshold, map, embedded };
}

/** Its WASI command. */
export async function buildCommand({ name, model, frontEnd, acceptThreshold }: BuiltModel): Promise<Uint8Array<ArrayBuffer>> {
  const named = nameModel(name, model, frontEnd, acceptThreshold);
  return kept(named, "command", async () => (await buildModules(named, { command: true })).command!);
}

/** One of its modules for hosts. */
export async function buildHost(built: BuiltModel, host: HostBuild): Promise<Uint8Array<ArrayBuffer>> {
  const { name, model, frontEnd, acceptThreshold } = built;
  const named = nameModel(name, model, frontEnd, acceptThreshold);
  return kept(named, host, async () => (await buildModules(named, { command: false, hosts: [host] })).hosts.get(host)!);
}

/** All builds of its library, by name; this process can run them. */
export async function allBuilds(built: BuiltModel): Promise<Map<"scalar" | HostBuild, Uint8Array<ArrayBuffer>>> {
  allowRelaxedSimd();
  return new Map([
    ["scalar", built.embedded] as const,
    ["simd", await buildHost(built, "simd")],
    ["relaxed", await buildHost(built, "relaxed")],
  ]);
}

export function nameModel(name: string, model: QuantizedModel, frontEnd: FrontEnd, acceptThreshold = 0): NamedModel {
  const classes = Array.from({ length: model.dense.classes }, (_, index) => `class ${index}`);
  const sha256 = createHash("sha256").update(tiles(model).bytes).digest("hex");
  return { id: name, sha256, classes, acceptThreshold: Math.fround(acceptThreshold), frontEnd, model };
}

/** Takes the file that another test file has built from the same sources, or makes it. */
async function kept(named: NamedModel, profile: string, make: () => Promise<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  const folder = join(tmpdir(), "light-sernet-module-tests");
  const file = join(folder, `${moduleHash(named, profile).slice(0, 32)}.wasm`);
  if (existsSync(file)) return new Uint8Array(readFileSync(file));
  const bytes = await make();
  mkdirSync(folder, { recursive: true });
  const beside = mkdtempSync(join(folder, "new-"));
  writeFileSync(join(beside, "module"), bytes);
  renameSync(join(beside, "module"), file);
  rmSync(beside, { recursive: true });
  return bytes;
}
