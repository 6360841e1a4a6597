import { emit, type Generated, type NamedModel } from "../emit/emit.js";
import { compile } from "./compile.js";
import { link } from "./link.js";

/** Pages that the WASI command may grow to: 1 GiB, nine hours of sound. */
const COMMAND_PAGES = 16384;

/** A model as modules, with the sources that they were compiled from. */
export interface BuiltModules {
  embedded: Uint8Array<ArrayBuffer>;
  /** The WASI command, when it was asked for. */
  command?: Uint8Array<ArrayBuffer>;
  generated: Generated;
}

/** quantized model -> static arrays -> compiler -> passive weights. Widths must be multiples of four (quantize/pad_channels.ts). */
export async function buildModules(named: NamedModel, profiles: { command: boolean }): Promise<BuiltModules> {
  const generated = emit(named);
  const { files, map, weights } = generated;
  const binary = await compile("embedded", files, map.end);
  const embedded = link({ binary, weights, pages: { initial: 1, maximum: 1 } });
  if (!profiles.command) return { embedded, generated };
  const commandBinary = await compile("command", files, map.end);
  const command = link({ binary: commandBinary, weights, pages: { initial: "as compiled", maximum: COMMAND_PAGES } });
  return { embedded, command, generated };
}
