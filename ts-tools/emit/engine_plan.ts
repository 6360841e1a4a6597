/**
 * Where the weights are and which kernels compute. `embedded`: the scalar kernels load them group by group from the passive segment, all in one page. `word`: the same
 * for the kernels of 32-bit products (assembly/kernels/word), which read the weights where they are. `host`: they are expanded once for the SIMD kernels.
 */
export type EnginePlan = "embedded" | "word" | "host";

/** assembly/generated/engine_plan.ts */
export function emitEnginePlan(plan: EnginePlan): string {
  return `/** Whether the scalar kernels are those of 32-bit products. */\nexport const WORD_KERNELS: bool = ${plan === "word"};\n`;
}
