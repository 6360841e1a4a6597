import type { ExportedFunction } from "../abi/exports.js";
import { visible } from "../text/visible_text.js";
import { damaged } from "./errors.js";

/** The engine's message of a trap, to be put in brackets. */
export function reasonOf(cause: unknown): string {
  return visible(cause instanceof Error ? cause.message : String(cause));
}

/**
 * The exports of an instance that are in a list, and its memory. A trap in one of them (unreachable, out of bounds), or a result that should be a number and is
 * not (i64), becomes the error of a damaged module. Our modules check all arguments, so they never trap.
 */
export function guardExports(
  list: Readonly<Record<string, ExportedFunction>>,
  exports: WebAssembly.Exports,
  name: string,
): Record<string, unknown> {
  const guarded: Record<string, unknown> = { memory: exports.memory };
  for (const [key, entry] of Object.entries(list)) {
    guarded[key] = guard(exports[key] as (...parameters: number[]) => unknown, entry, name);
  }
  return guarded;
}

function guard(
  call: (...parameters: number[]) => unknown,
  { result }: ExportedFunction,
  name: string,
): (...parameters: number[]) => unknown {
  return (...parameters) => {
    let value: unknown;
    try {
      value = call(...parameters);
    } catch (cause) {
      throw damaged(reasonOf(cause), name, cause);
    }
    if (result !== undefined && typeof value !== "number") throw damaged("one of its functions does not return a number", name);
    return value;
  };
}
