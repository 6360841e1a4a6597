/** The functions of assembly/target/target.ts as WebAssembly. The C sources have their own (hosts/firmware/light_sernet_target.h). */
import "./load_binaryen.js";
import binaryen from "binaryen";

/** Their names in the compiled module, in which they are imports. */
export const TARGET_FUNCTIONS = ["multiplierKind", "addProducts", "checkWeights", "weightWord"] as const;
export type TargetFunction = (typeof TARGET_FUNCTIONS)[number];

/** The values of multiplierKind(). */
export const MULTIPLIER_KINDS = { manyRegisters: 0, fewRegisters: 1, dualProducts: 2 } as const;
export type MultiplierKind = keyof typeof MULTIPLIER_KINDS;

/** Puts functions in place of the imports. A word of the weights, the passive segment `segment`, is copied to `scratch` and loaded from there. */
export function implementTargetFunctions(module: binaryen.Module, segment: string, kind: MultiplierKind, scratch: number): void {
  const { i32 } = module;
  const parameter = (at: number): number => module.local.get(at, binaryen.i32);
  const shift = (value: number): number => i32.const(value);
  const lower = (value: number): number => i32.extend16_s(value);
  const upper = (value: number): number => i32.shr_s(value, shift(16));
  const bodies: Record<TargetFunction, () => number> = {
    multiplierKind: () => i32.const(MULTIPLIER_KINDS[kind]),
    addProducts: () =>
      i32.add(i32.add(parameter(0), i32.mul(lower(parameter(1)), lower(parameter(2)))), i32.mul(upper(parameter(1)), upper(parameter(2)))),
    // memory.init stops outside of the segment.
    checkWeights: () => module.nop(),
    weightWord: () =>
      module.block(
        null,
        [module.memory.init(segment, i32.const(scratch), parameter(0), i32.const(4)), i32.load(0, 4, i32.const(scratch))],
        binaryen.i32,
      ),
  };
  for (const base of TARGET_FUNCTIONS) {
    const indices = Array.from({ length: module.getNumFunctions() }, (_, index) => index);
    const infos = indices.map((index) => binaryen.getFunctionInfo(module.getFunctionByIndex(index)));
    const found = infos.find((info) => info.base === base);
    if (!found) continue;
    const { name, params, results } = found;
    module.removeFunction(name);
    module.addFunction(name, params, results, [], bodies[base]());
  }
}
