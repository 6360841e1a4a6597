/*
 * The square root, to the nearest float, never from a library: with -ffreestanding or -fno-builtin sqrtf() is a call whatever the processor can
 * do, and the small C libraries that go with these options are wrong in the last bit. Included by light_sernet_runtime.h alone.
 *
 * The instruction is written as assembly, so that no option turns it into a call. The conditions test the instruction set, not how floats are passed.
 * LSN_SOFTWARE_SQRT, defined for the compiler, uses the function below even if there is an instruction; the bits are the same.
 */
#if !defined(LSN_SOFTWARE_SQRT) && (defined(__GNUC__) || defined(__clang__))
#if defined(__arm__) && defined(__ARM_FP) && (__ARM_FP & 4) && !defined(__SOFTFP__)
#define SQRT_INSTRUCTION(root, x) __asm__("vsqrt.f32 %0, %1" : "=t"(root) : "t"(x))
#elif defined(__aarch64__) && defined(__ARM_FP) && (__ARM_FP & 4)
#define SQRT_INSTRUCTION(root, x) __asm__("fsqrt %s0, %s1" : "=w"(root) : "w"(x))
#elif defined(__riscv_flen) && defined(__riscv_fsqrt)
#define SQRT_INSTRUCTION(root, x) __asm__("fsqrt.s %0, %1" : "=f"(root) : "f"(x))
#elif (defined(__x86_64__) || defined(__i386__)) && defined(__SSE__)
/* Both orders of operands: AT&T's, and Intel's with -masm=intel. */
#define SQRT_INSTRUCTION(root, x) __asm__("sqrtss {%1, %0|%0, %1}" : "=x"(root) : "x"(x))
#endif
#endif

#ifdef SQRT_INSTRUCTION
static inline f32 wasm_sqrtf(f32 x) {
  f32 root;
  SQRT_INSTRUCTION(root, x);
  return root;
}
#else
/*
 * The number under the root is s 2^(e - 150), with the significand s in [2^23, 2^24) and the exponent e, which for subnormals goes below 1. Let x
 * be 2 s or 4 s, whichever leaves an even power of two: x 2^(e - 151) for odd e, x 2^(e - 152) for even e, x in [2^24, 2^26).
 *
 * root, the whole part of sqrt(x 2^24), is found in three steps, each with the remainder that it leaves: 7 bits of sqrt(x >> 12), bit by bit; 6 more, by
 * a division; 12 more, by a division. Let r be the whole part of sqrt(n), rest = n - r^2 <= 2 r, and n' = n 4^k + more with more < 4^k, of which the upper half is
 * more >> k. Then q = (rest 2^k + (more >> k)) / (2 r), rounded down, is at most 1 too large for r 2^k + q to be the root of n' (P. Zimmermann, Karatsuba Square Root), and it
 * is if what is left, less q^2, is negative. Everything fits in 32 bits: rest 2^k is at most 2^26.
 *
 * The root is in [2^24, 2^25): 24 bits for the float, and one that says on which side of the midpoint between two floats the exact root is. It
 * is never the midpoint: then x 2^24 would be the square of an odd number, and it is even. So adding one half rounds to the nearest. It does
 * not carry into a power of two, either: root = 2^25 - 1 needs x 2^24 >= (2^25 - 1)^2 > (2^26 - 4) 2^24, and no 4 s is larger than
 * 2^26 - 4.
 *
 * sqrt(x 2^24) halved times 2^((e + 127) / 2 - 150), without the fraction, is the float's value: of odd e by (e - 151) / 2 - 12 + 1, of even e by
 * (e - 152) / 2 - 12 + 1. It is never subnormal: e is -22 at least.
 */
static inline u32 longer_root(u32* root, u32 rest, u32 more, u32 bits) {
  const u32 divided = (rest << bits) + (more >> bits);
  const u32 quotient = divided / (2 * *root);
  s32 left = (s32)(((divided - 2 * *root * quotient) << bits) + (more & ((1u << bits) - 1))) - (s32)(quotient * quotient);
  *root = (*root << bits) + quotient;
  if (left < 0) {
    left += (s32)(2 * *root - 1);
    *root -= 1;
  }
  return (u32)left;
}

static u32 sqrt_bits(u32 bits) {
  if (bits << 1 == 0 || bits == 0x7f800000u) return bits; /* 0, -0 and infinity */
  if (bits > 0x7f800000u) return 0x7fc00000u;             /* NaN, and negative numbers */
  u32 exponent = (bits >> 23) + 24;                       /* e + 24, for it to be positive */
  u32 significand = bits & 0x7fffffu;
  if (exponent > 24) significand |= 0x800000u;
  else for (exponent = 25; significand >> 23 == 0; exponent--) significand <<= 1;
  const u32 x = significand << ((exponent & 1) != 0 ? 1 : 2);
  u32 rest = x >> 12;
  u32 root = 0;
  for (u32 bit = 1u << 6; bit != 0; bit >>= 1) {
    const u32 trial = (2 * root + bit) * bit;
    if (trial > rest) continue;
    rest -= trial;
    root += bit;
  }
  rest = longer_root(&root, rest, x & 0xfffu, 6);
  longer_root(&root, rest, 0, 12);
  /* The bit 2^23 of the root adds 1 to the exponent. */
  return (((exponent + 127 - 24) >> 1) - 1) * 0x800000u + ((root + 1) >> 1);
}

static inline f32 wasm_sqrtf(f32 x) {
  return f32_reinterpret_i32(sqrt_bits(i32_reinterpret_f32(x)));
}
#endif
