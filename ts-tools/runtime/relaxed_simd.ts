import { setFlagsFromString } from "node:v8";
import { engineHas } from "./engine_features.js";

/** V8 11.3 (Node 20) has relaxed SIMD behind a flag, and its baseline compiler computes it incorrectly. Later versions have it without the flag. */
export const RELAXED_FLAGS: readonly string[] = ["--experimental-wasm-relaxed-simd", "--no-liftoff"];

/** Lets this process run the relaxed build. */
export function allowRelaxedSimd(): void {
  if (engineHas("relaxed")) return;
  for (const flag of RELAXED_FLAGS) setFlagsFromString(flag);
}
