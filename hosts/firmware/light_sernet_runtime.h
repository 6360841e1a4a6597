/*
 * What the translated module (light_sernet_module.h) needs: WebAssembly's types, memory and the few operations that C has no operator for.
 * Included by light_sernet.c alone.
 *
 * Define before the compiler sees this file, for example with -D:
 *   LSN_UNCHECKED   leaves out the bounds checks. docs/firmware.md says when that is safe.
 *   LSN_SOFTWARE_SQRT  computes the square root even if the processor has an instruction for it: light_sernet_sqrt.h.
 *   LSN_SOFTWARE_FLOAT  1: floats without an FPU, 0: those of the compiler; by default what suits the processor: light_sernet_float.h.
 *   LSN_TRAP()      what happens when a check fails: an expression (it is also used between ? and :) that does not return. Default: the
 *                   processor's undefined instruction. Another one is best a call, in a file that the compiler reads first (-include trap.h):
 *                       void reset_device(void) __attribute__((noreturn));
 *                       #define LSN_TRAP() reset_device()
 */
#ifndef LIGHT_SERNET_RUNTIME_H
#define LIGHT_SERNET_RUNTIME_H

#include <float.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "light-sernet gives the same bits everywhere: compile light_sernet.c without -ffast-math, -Ofast and -ffinite-math-only"
#endif
/* 16: there are half-precision floats too, and single-precision ones are computed as they are. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16
#error "light-sernet needs float arithmetic in single precision (FLT_EVAL_METHOD 0 or 16); on 32-bit x86 that is -msse2 -mfpmath=sse"
#endif
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "light-sernet's tables are little endian"
#endif

/*
 * Float arithmetic here is WebAssembly's: a fused multiply-add rounds once where WebAssembly rounds twice, and sums must not change their order. With GCC
 * this overrides the options of the project. Clang cannot override -ffp-contract=fast: README.md lists the options it must not have.
 */
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wignored-pragmas" /* not every target has it */
#pragma float_control(precise, on)
#pragma clang diagnostic pop
#pragma clang fp reassociate(off)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off", "no-unsafe-math-optimizations", "no-associative-math", "no-reciprocal-math")
#pragma GCC optimize("signed-zeros", "trapping-math", "no-single-precision-constant")
/* The options with which a Cortex-M4F (and, for the last one, an M55) executes the fewest instructions. */
#pragma GCC optimize("O2", "no-tree-reassoc", "no-inline-functions-called-once", "no-schedule-insns", "no-branch-count-reg")
/*
 * A bug of GCC 12.2: -fivopts writes some accesses as base 0 and an index that holds the address, -fipa-modref and -fipa-pure-const take them for
 * accesses at NULL, and calls of a function that seems to do nothing else are deleted: those of the mel filter bank, for ARM without float
 * instructions. With this there is nothing special about NULL.
 */
#pragma GCC optimize("no-delete-null-pointer-checks")
#endif

#if defined(__GNUC__) || defined(__clang__)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define LSN_MAY_ALIAS __attribute__((may_alias))
#else
#define UNLIKELY(x) (x)
#define LSN_MAY_ALIAS
#endif

#ifndef LSN_TRAP
#if defined(__GNUC__) || defined(__clang__)
#define LSN_TRAP() __builtin_trap()
#else
#include <stdlib.h>
#define LSN_TRAP() abort()
#endif
#endif

typedef uint8_t u8;
typedef int8_t s8;
typedef uint16_t u16;
typedef int16_t s16;
typedef uint32_t u32;
typedef int32_t s32;
typedef uint64_t u64;
typedef int64_t s64;
typedef float f32;

/* The used part of the module's page. */
typedef union {
  u8 data[LSN_MEMORY_BYTES];
  u64 aligned;
} module_memory;

/*
 * The bytes from base to base + end must be in the memory; every access without a check of its own follows such a call. A multiple of 256 is a
 * constant that fits in an instruction of ARM; LSN_MEMORY_BYTES leaves room for the rounding.
 */
static inline u32 guard(u32 base, u32 end) {
#ifdef LSN_UNCHECKED
  (void)end;
#else
  if (UNLIKELY(base > LSN_MEMORY_BYTES - ((end + 255u) & ~255u))) LSN_TRAP();
#endif
  return base;
}

/* The module's accesses are aligned to their size (a test checks this), so processors without unaligned access need one instruction, too. */
#if defined(__GNUC__) || defined(__clang__)
#define DEFINE_LOAD(name, result, stored)                                             \
  typedef stored LSN_MAY_ALIAS name##_type;                                           \
  static inline result name(const module_memory* memory, u32 base, u32 offset) {      \
    return (result) * (const name##_type*)(const void*)(memory->data + base + offset); \
  }
#define DEFINE_STORE(name, given, stored)                                             \
  typedef stored LSN_MAY_ALIAS name##_type;                                           \
  static inline void name(module_memory* memory, u32 base, u32 offset, given value) { \
    *(name##_type*)(void*)(memory->data + base + offset) = (stored)value;             \
  }
#else
#define DEFINE_LOAD(name, result, stored)                                             \
  static inline result name(const module_memory* memory, u32 base, u32 offset) {      \
    stored value;                                                                     \
    memcpy(&value, memory->data + base + offset, sizeof value);                       \
    return (result)value;                                                             \
  }
#define DEFINE_STORE(name, given, stored)                                             \
  static inline void name(module_memory* memory, u32 base, u32 offset, given value) { \
    const stored narrow = (stored)value;                                              \
    memcpy(memory->data + base + offset, &narrow, sizeof narrow);                     \
  }
#endif

DEFINE_LOAD(i32_load, u32, u32)
DEFINE_LOAD(i64_load, u64, u64)
DEFINE_LOAD(f32_load, f32, f32)
DEFINE_LOAD(i32_load8_s, u32, s8)
DEFINE_LOAD(i32_load8_u, u32, u8)
DEFINE_LOAD(i32_load16_s, u32, s16)
DEFINE_LOAD(i32_load16_u, u32, u16)
DEFINE_LOAD(i64_load8_s, u64, s8)
DEFINE_LOAD(i64_load8_u, u64, u8)
DEFINE_LOAD(i64_load16_s, u64, s16)
DEFINE_LOAD(i64_load16_u, u64, u16)
DEFINE_LOAD(i64_load32_s, u64, s32)
DEFINE_LOAD(i64_load32_u, u64, u32)
DEFINE_STORE(i32_store, u32, u32)
DEFINE_STORE(i64_store, u64, u64)
DEFINE_STORE(f32_store, f32, f32)
DEFINE_STORE(i32_store8, u32, u8)
DEFINE_STORE(i32_store16, u32, u16)
DEFINE_STORE(i64_store8, u64, u8)
DEFINE_STORE(i64_store16, u64, u16)
DEFINE_STORE(i64_store32, u64, u32)

/* Checked in every build: they are few, and each is long. */
static inline void check_range(u32 address, u32 bytes, u32 limit) {
  if (UNLIKELY(bytes > limit || address > limit - bytes)) LSN_TRAP();
}

static inline void memory_fill(module_memory* memory, u32 target, u32 value, u32 bytes) {
  check_range(target, bytes, LSN_MEMORY_BYTES);
  memset(memory->data + target, (int)(value & 0xff), bytes);
}

static inline void memory_copy(module_memory* to, const module_memory* from, u32 target, u32 source, u32 bytes) {
  check_range(target, bytes, LSN_MEMORY_BYTES);
  check_range(source, bytes, LSN_MEMORY_BYTES);
  memmove(to->data + target, from->data + source, bytes);
}

static inline void memory_init(module_memory* memory, const u8* segment, u32 segment_bytes, u32 target, u32 source, u32 bytes) {
  check_range(target, bytes, LSN_MEMORY_BYTES);
  check_range(source, bytes, segment_bytes);
  memcpy(memory->data + target, segment + source, bytes);
}

/* Through a union: memcpy() is a call where a project says -ffreestanding or -fno-builtin. */
typedef union {
  f32 value;
  u32 bits;
} f32_or_bits;

static inline u32 i32_reinterpret_f32(f32 value) {
  f32_or_bits either;
  either.value = value;
  return either.bits;
}

static inline f32 f32_reinterpret_i32(u32 bits) {
  f32_or_bits either;
  either.bits = bits;
  return either.value;
}

/* With link-time optimization GCC names a built-in copysignf() as a function that it may need; a built-in fabsf() it never does. */
static inline f32 wasm_copysignf(f32 x, f32 y) {
  return f32_reinterpret_i32((i32_reinterpret_f32(x) & 0x7fffffffu) | (i32_reinterpret_f32(y) & 0x80000000u));
}

#if defined(__GNUC__) || defined(__clang__)
#define wasm_fabsf(x) __builtin_fabsf(x)
#else
static inline f32 wasm_fabsf(f32 x) {
  return f32_reinterpret_i32(i32_reinterpret_f32(x) & 0x7fffffffu);
}
#endif

#include "light_sernet_sqrt.h"
#include "light_sernet_float.h"

/* To the nearest integer, halves to even: what adding 2^23 does to a float that is smaller. */
static inline f32 wasm_nearbyintf(f32 x) {
  const f32 size = wasm_fabsf(x);
  return size < 8388608.0f ? wasm_copysignf((size + 8388608.0f) - 8388608.0f, x) : x;
}

/*
 * To the nearest float, halves to even. Many C libraries convert via double, which costs 5 kB on a processor without doubles. Here the highest 31 bits
 * are kept, the last of them 1 if a lower one was: a float has 24, so this rounds as the whole number does.
 */
static inline f32 f32_convert_i64_s(s64 value) {
  u64 size = value < 0 ? (u64)0 - (u64)value : (u64)value;
  u32 doublings = 0;
  for (; size >> 31 != 0; doublings++) size = size >> 1 | (size & 1);
  const f32 rounded = (f32)(s32)size * f32_reinterpret_i32((127u + doublings) << 23);
  return value < 0 ? -rounded : rounded;
}

/* Division traps on 0, and on the one quotient that does not fit. */
#define DEFINE_DIVISION(name, unsigned_type, signed_type, smallest, operation)          \
  static inline unsigned_type name(unsigned_type x, unsigned_type y) {                  \
    if (UNLIKELY(y == 0)) LSN_TRAP();                                                   \
    if (UNLIKELY((signed_type)x == (smallest) && (signed_type)y == -1)) return overflow_of_##name(); \
    return (unsigned_type)((signed_type)x operation (signed_type)y);                    \
  }
static inline u32 overflow_of_I32_DIV_S(void) { LSN_TRAP(); return 0; }
static inline u64 overflow_of_I64_DIV_S(void) { LSN_TRAP(); return 0; }
static inline u32 overflow_of_I32_REM_S(void) { return 0; }
static inline u64 overflow_of_I64_REM_S(void) { return 0; }
DEFINE_DIVISION(I32_DIV_S, u32, s32, INT32_MIN, /)
DEFINE_DIVISION(I64_DIV_S, u64, s64, INT64_MIN, /)
DEFINE_DIVISION(I32_REM_S, u32, s32, INT32_MIN, %)
DEFINE_DIVISION(I64_REM_S, u64, s64, INT64_MIN, %)
#define DIV_U(x, y) ((UNLIKELY((y) == 0) ? (void)LSN_TRAP() : (void)0), (x) / (y))
#define REM_U(x, y) ((UNLIKELY((y) == 0) ? (void)LSN_TRAP() : (void)0), (x) % (y))

#define UNREACHABLE LSN_TRAP()

/* WebAssembly's minimum and maximum: NaN when one is, and -0 below 0. */
static inline f32 FMIN(f32 x, f32 y) {
  if (UNLIKELY(x != x || y != y)) return x + y;
  if (UNLIKELY(x == 0 && y == 0)) return (i32_reinterpret_f32(x) >> 31) ? x : y;
  return x < y ? x : y;
}

static inline f32 FMAX(f32 x, f32 y) {
  if (UNLIKELY(x != x || y != y)) return x + y;
  if (UNLIKELY(x == 0 && y == 0)) return (i32_reinterpret_f32(x) >> 31) ? y : x;
  return x > y ? x : y;
}

/* Saturating conversion: 0 for NaN. */
static inline u32 I32_TRUNC_SAT_S_F32(f32 x) {
  if (UNLIKELY(x != x)) return 0;
  if (UNLIKELY(x < -2147483648.0f)) return 0x80000000u;
  if (UNLIKELY(x >= 2147483648.0f)) return 0x7fffffffu;
  return (u32)(s32)x;
}

static inline u32 I32_TRUNC_SAT_U_F32(f32 x) {
  if (UNLIKELY(x != x || x <= -1.0f)) return 0;
  if (UNLIKELY(x >= 4294967296.0f)) return 0xffffffffu;
  return (u32)x;
}

#endif
