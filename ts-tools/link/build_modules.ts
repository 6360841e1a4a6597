import { emit, type Generated, type NamedModel } from "../emit/emit.js";
import { compile } from "./compile.js";
import { link } from "./link.js";

const PAGE = 65536;
/** Bytes of constant tables behind the memory map; the linker refuses a module with more. */
const TABLES_AT_MOST = 32768;

/** Pages that the WASI command may grow to: 1 GiB, nine hours of sound. */
const COMMAND_PAGES = 16384;

/** A model as modules, with the sources that they were compiled from. */
export interface BuiltModules {
  embedded: Uint8Array<ArrayBuffer>;
  /** The WASI command and the SIMD module, when hosts were asked for. */
  command?: Uint8Array<ArrayBuffer>;
  simd?: Uint8Array<ArrayBuffer>;
  generated: Generated;
}

/** quantized model -> static arrays -> compiler -> passive weights. Widths must be multiples of four (quantize/pad_channels.ts). */
export async function buildModules(named: NamedModel, profiles: { command: boolean; simd?: boolean }): Promise<BuiltModules> {
  const generated = emit(named);
  const { files, map, weights } = generated;
  const binary = await compile("embedded", files, map.end);
  const embedded = link({ binary, weights, pages: { initial: 1, maximum: 1 } });
  const built: BuiltModules = { embedded, generated };
  if (profiles.simd) built.simd = await buildSimd(named);
  if (!profiles.command) return built;
  const commandBinary = await compile("command", files, map.end);
  const command = link({ binary: commandBinary, weights, pages: { initial: "as compiled", maximum: COMMAND_PAGES } });
  return { ...built, command };
}

/** The same engine with all weights expanded in a memory of fixed size. */
async function buildSimd(named: NamedModel): Promise<Uint8Array<ArrayBuffer>> {
  const { files, map, weights } = emit(named, "host");
  const binary = await compile("simd", files, map.end);
  const pages = Math.ceil((map.end + TABLES_AT_MOST) / PAGE);
  return link({ binary, weights, pages: { initial: pages, maximum: pages }, simd: true });
}
