/**
 * What C can say and WebAssembly cannot. The module that becomes C imports these functions, and hosts/firmware/light_sernet_runtime.h has them. For a module that
 * runs as it is, in tests, ts-tools/link/target_functions.ts writes them.
 */

/** Which kernels of multiply_pairs.template.ts the processor is best at: a constant, so a C compiler leaves the others out. */
export declare function multiplierKind(): i32;
/** At least 25 free registers: RISC-V, AArch64. */
export const MANY_REGISTERS: i32 = 0;
/** 13 of them: Cortex-M3, Xtensa. */
export const FEW_REGISTERS: i32 = 1;
/** As few, and an instruction for two 16-bit products: Cortex-M4, M7, M33, M55. */
export const DUAL_PRODUCTS: i32 = 2;

/** sum + x * y of the lower halves + x * y of the upper halves, int16 each, modulo 2^32. */
export declare function addProducts(sum: i32, x: i32, y: i32): i32;

/** Refuses offsets from `offset` to `offset + bytes` that are outside of the weights; call it before weightWord(). */
export declare function checkWeights(offset: u32, bytes: u32): void;
/** Four bytes of the weights, read where they are. `offset` is a multiple of 4. */
export declare function weightWord(offset: u32): u32;
