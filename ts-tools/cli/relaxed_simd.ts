import { setFlagsFromString } from "node:v8";
import { engineHas } from "../runtime/engine_features.js";

/** Lets this process run the relaxed build where V8 has it behind a flag, without the baseline compiler, which computes it wrongly there. */
export function allowRelaxedSimd(): void {
  if (engineHas("relaxed")) return;
  setFlagsFromString("--experimental-wasm-relaxed-simd");
  setFlagsFromString("--no-liftoff");
}
