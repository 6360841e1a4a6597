/*
 * What the processor does better than WebAssembly (assembly/target/target.ts). Included by light_sernet.c alone, after the weights.
 *
 * Define before the compiler sees this file, for example with -D:
 *   LSN_MULTIPLIER   which products the kernels take: LSN_MANY_REGISTERS, LSN_FEW_REGISTERS or LSN_DUAL_PRODUCTS. Default: what suits the processor. The results are the same.
 *                    With the first two, wide layers have larger tiles: fewer products, 7 KB more flash.
 */
#ifndef LIGHT_SERNET_TARGET_H
#define LIGHT_SERNET_TARGET_H

#define LSN_MANY_REGISTERS 0 /* tiles of 16 sums: RISC-V, AArch64 */
#define LSN_FEW_REGISTERS 1  /* of 6 to 8: Cortex-M3, Xtensa */
#define LSN_DUAL_PRODUCTS 2  /* the same with two 16-bit products in an instruction: Cortex-M4, M7, M33, M55 */

#ifndef LSN_MULTIPLIER
#if defined(__ARM_FEATURE_DSP) && (defined(__GNUC__) || defined(__clang__))
#define LSN_MULTIPLIER LSN_DUAL_PRODUCTS
#elif (defined(__riscv) && !defined(__riscv_32e)) || defined(__aarch64__) || defined(__mips__) || defined(__powerpc__)
#define LSN_MULTIPLIER LSN_MANY_REGISTERS
#else
#define LSN_MULTIPLIER LSN_FEW_REGISTERS
#endif
#endif

static inline u32 multiplier_kind(void) {
  return LSN_MULTIPLIER;
}

/* sum + the products of the lower and of the upper halves, int16 each. */
static inline u32 add_products(u32 sum, u32 x, u32 y) {
#if defined(__ARM_FEATURE_DSP) && (defined(__GNUC__) || defined(__clang__))
  /* Not __smlad(), which sets a flag that compilers then keep. */
  u32 result;
  __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(x), "r"(y), "r"(sum));
  return result;
#else
  return sum + (u32)((s32)(s16)(u16)x * (s32)(s16)(u16)y) + (u32)((s32)(s16)(u16)(x >> 16) * (s32)(s16)(u16)(y >> 16));
#endif
}

/* Checked in every build: one check is for many words. */
static inline void check_weights(u32 offset, u32 bytes) {
  if (UNLIKELY(bytes > sizeof segment_words || offset > sizeof segment_words - bytes)) LSN_TRAP();
}

/* Read where they are, from an offset that check_weights() has passed. */
static inline u32 weight_word(u32 offset) {
  return *(const u32*)(const void*)(segment_weights + offset);
}

#endif
