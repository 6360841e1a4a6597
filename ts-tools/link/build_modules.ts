import { emit, type Generated, type NamedModel } from "../emit/emit.js";
import { compile } from "./compile.js";
import { type HostBuild, link, PAGE } from "./link.js";
import type { MultiplierKind } from "./target_functions.js";

/** Most bytes of constant tables after the memory map; the linker refuses a module with more. */
const TABLES_AT_MOST = 32768;

/** Most pages of the WASI command: 1 GiB, nine hours of sound. */
const COMMAND_PAGES = 16384;

/** The modules of a model, and the sources that they were compiled from. */
export interface BuiltModules {
  embedded: Uint8Array<ArrayBuffer>;
  command?: Uint8Array<ArrayBuffer>;
  /** The requested ones. */
  hosts: Map<HostBuild, Uint8Array<ArrayBuffer>>;
  generated: Generated;
}

/** The module that becomes C: its target functions are imports (assembly/target/target.ts). */
export interface WordModule {
  /** The same with target functions, which runs as it is. */
  runnable: Uint8Array<ArrayBuffer>;
  source: Uint8Array<ArrayBuffer>;
}

/**
 * quantized model -> static arrays -> compiler -> passive weights. Widths must be multiples of four (quantize/pad_channels.ts). `compiler` may be one
 * that remembers what it has compiled.
 */
export async function buildModules(
  named: NamedModel,
  profiles: { command: boolean; hosts?: readonly HostBuild[] },
  compiler = compile,
): Promise<BuiltModules> {
  const generated = emit(named);
  const { files, map, weights } = generated;
  const binary = await compiler("embedded", files, map.end);
  const embedded = link({ binary, weights, pages: { initial: 1, maximum: 1 } });
  const built: BuiltModules = { embedded, generated, hosts: new Map() };
  await buildHosts(named, profiles.hosts ?? [], built.hosts, compiler);
  if (!profiles.command) return built;
  const commandBinary = await compiler("command", files, map.end);
  const command = link({ binary: commandBinary, weights, pages: { initial: "as compiled", maximum: COMMAND_PAGES } });
  return { ...built, command };
}

/** The embedded engine with the kernels of 32-bit products. */
export async function buildWord(named: NamedModel, compiler = compile, multiplier: MultiplierKind = "manyRegisters"): Promise<WordModule> {
  const { files, map, weights } = emit(named, "word");
  const input = { binary: await compiler("embedded", files, map.end), weights, pages: { initial: 1, maximum: 1 } };
  const scratch = map.regions.find(({ name }) => name === "WEIGHT_WORD")!.address;
  return { source: link(input), runnable: link({ ...input, target: { multiplier, scratch } }) };
}

/** The same engine with all weights expanded in a memory of fixed size. */
async function buildHosts(
  named: NamedModel,
  hosts: readonly HostBuild[],
  built: BuiltModules["hosts"],
  compiler: typeof compile,
): Promise<void> {
  if (hosts.length === 0) return;
  const { files, map, weights } = emit(named, "host");
  const pages = Math.ceil((map.end + TABLES_AT_MOST) / PAGE);
  for (const host of hosts) {
    const binary = await compiler(host, files, map.end);
    built.set(host, link({ binary, weights, pages: { initial: pages, maximum: pages }, extra: host }));
  }
}
