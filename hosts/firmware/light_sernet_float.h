/*
 * Floats for processors without an FPU. Included by light_sernet_runtime.h alone.
 *
 * The front end is float arithmetic, and a compiler's functions for it take 60 to 100 instructions an operation: each takes two floats apart and puts one
 * together. Functions of light_sernet_module.h that do nothing but arithmetic compute with `number`s instead, which stay apart from a load to a store.
 * The bits are those of IEEE 754 for all floats, zeros with their sign, subnormal, infinite and NaN (the quiet one) included: tests/firmware/float.test.ts.
 *
 * LSN_SOFTWARE_FLOAT, defined for the compiler as 1 or 0, overrules what is chosen here.
 */
#ifndef LSN_SOFTWARE_FLOAT
#if defined(__arm__)
#if !defined(__ARM_FP) || defined(__SOFTFP__)
#define LSN_SOFTWARE_FLOAT 1
#endif
#elif defined(__riscv)
#if !defined(__riscv_flen) && !defined(__riscv_zfinx)
#define LSN_SOFTWARE_FLOAT 1
#endif
#elif defined(__XTENSA_SOFT_FLOAT__) || defined(__mips_soft_float) || defined(_SOFT_FLOAT)
#define LSN_SOFTWARE_FLOAT 1
#endif
#endif
#ifndef LSN_SOFTWARE_FLOAT
#define LSN_SOFTWARE_FLOAT 0
#endif

#if !LSN_SOFTWARE_FLOAT
typedef f32 number;
#define number_of(x) (x)
#define number_of_s32(x) ((f32)(x))
#define number_of_bits(bits) f32_reinterpret_i32(bits)
#define f32_of(x) (x)
#define bits_of(x) i32_reinterpret_f32(x)
#define number_add(x, y) ((x) + (y))
#define number_sub(x, y) ((x) - (y))
#define number_mul(x, y) ((x) * (y))
#define number_div(x, y) ((x) / (y))
#define number_neg(x) (-(x))
#define number_abs(x) wasm_fabsf(x)
#define number_sqrt(x) wasm_sqrtf(x)
#else

#if defined(__GNUC__) || defined(__clang__)
#define IN_PLACE static inline __attribute__((always_inline))
#define SELDOM static __attribute__((noinline, cold))
#define IS_CONSTANT(x) __builtin_constant_p(x)
#else
#define IN_PLACE static inline
#define SELDOM static
#define IS_CONSTANT(x) 0
#endif

/*
 * significand * 2^(exponent - 154): |significand| in [2^28, 2^29], a multiple of 2^5, so it has the 24 bits of a float. `exponent` is the float's exponent field - 1,
 * 0 to 253 for normal numbers; lower for subnormal ones, whose significand is shifted up. The five bits that are 0 leave room for a second summand
 * that is shifted down, and the upper ones for a sum.
 */
typedef struct {
  s32 significand, exponent;
} number;

#define UNIT 0x10000000 /* the smallest significand */
#define NORMAL_EXPONENTS 254u
/* Zero, infinity and NaN have a significand of UNIT, for its sign, and an exponent so far away that sums take the right one by themselves. */
#define ZERO_EXPONENT (-0x10000000)
#define INFINITE_EXPONENT 0x10000000
#define NAN_EXPONENT 0x20000000
/* Of a product: |x| |y| is 2^28 2^28 at least. */
#define PRODUCT_EXPONENT 126

/* What is seldom computed is passed in two words, or compilers keep every number in memory. */
IN_PLACE u64 two_words(s32 significand, s32 exponent) {
  return (u64)(u32)exponent << 32 | (u32)significand;
}

IN_PLACE number of_two_words(u64 words) {
  number x;
  x.significand = (s32)(u32)words;
  x.exponent = (s32)(u32)(words >> 32);
  return x;
}

IN_PLACE s32 doubled(s32 x) {
  return (s32)((u32)x << 1);
}

/* |x| of positive numbers, |x| - 1 of negative ones: where the highest bit is. */
IN_PLACE s32 size_of_s32(s32 x) {
  return x ^ x >> 31;
}

IN_PLACE s32 with_sign(s32 size, int negative) {
  return negative ? -size : size;
}

/* Zero, subnormal, infinite, NaN. */
SELDOM u64 special_of_bits(u32 bits) {
  const u32 fraction = bits & 0x7fffffu;
  s32 significand = UNIT, exponent = 0;
  if ((bits & 0x7f800000u) != 0) exponent = fraction != 0 ? NAN_EXPONENT : INFINITE_EXPONENT;
  else if (fraction == 0) exponent = ZERO_EXPONENT;
  else for (significand = (s32)(fraction << 5); significand < UNIT; exponent--) significand = doubled(significand);
  return two_words(with_sign(significand, bits >> 31 != 0), exponent);
}

SELDOM u32 bits_of_special(s32 significand, s32 exponent) {
  const u32 sign = (u32)significand & 0x80000000u;
  if (exponent >= NAN_EXPONENT) return 0x7fc00000u;
  if (exponent > 0) return sign | 0x7f800000u;
  /* A subnormal number has no bits to lose: products are rounded to the multiples of the smallest, and sums of such multiples are some. */
  return exponent < -24 ? sign : sign | (u32)with_sign(significand, significand < 0) >> (5 - exponent);
}

IN_PLACE number number_of_bits(u32 bits) {
  number x;
  x.exponent = (s32)(bits >> 23 & 0xffu) - 1;
  const s32 sign = (s32)bits >> 31;
  x.significand = ((s32)((bits << 8 | 0x80000000u) >> 3) ^ sign) - sign;
  return UNLIKELY((u32)x.exponent >= NORMAL_EXPONENTS) ? of_two_words(special_of_bits(bits)) : x;
}

/* The highest bit of the significand, where a float has none, adds 1 to the exponent. */
IN_PLACE u32 bits_of(number x) {
  if (UNLIKELY((u32)x.exponent >= NORMAL_EXPONENTS)) return bits_of_special(x.significand, x.exponent);
  const s32 sign = x.significand >> 31;
  return ((u32)sign << 31) + ((u32)x.exponent << 23) + ((u32)((x.significand ^ sign) - sign) >> 5);
}

/* To the nearest significand, halves to even; |x| in [2^28, 2^30]. Two's complement rounds as magnitudes do. */
IN_PLACE number rounded(s32 x, s32 exponent) {
  number result;
  if (size_of_s32(x) < 2 * UNIT) {
    x += 16;
    if ((x & 31) == 0) x &= ~32;
    result.significand = x & ~31;
    result.exponent = exponent;
  } else {
    x += 32;
    if ((x & 63) == 0) x &= ~64;
    result.significand = (x & ~63) >> 1;
    result.exponent = exponent + 1;
  }
  return result;
}

/* A result that may be too large for a float, or was infinite or NaN. */
SELDOM u64 large(s32 significand, s32 exponent) {
  const s32 most = (s32)NORMAL_EXPONENTS - 1;
  /* Two NaN may have been added. */
  if (exponent >= NAN_EXPONENT) return two_words(UNIT, NAN_EXPONENT);
  if (exponent < most || (exponent == most && significand != 2 * UNIT && significand != -2 * UNIT)) return two_words(significand, exponent);
  return two_words(with_sign(UNIT, significand < 0), INFINITE_EXPONENT);
}

/* A product that may be subnormal, zero or too large, or with zero, infinity or NaN. */
SELDOM u64 special_product(s32 x, s32 x_exponent, s32 y, s32 y_exponent) {
  const s64 product = (s64)x * y;
  const s32 signed_unit = with_sign(UNIT, product < 0);
  if (x_exponent >= NAN_EXPONENT || y_exponent >= NAN_EXPONENT) return two_words(UNIT, NAN_EXPONENT);
  const s32 zero = ZERO_EXPONENT / 2, infinite = INFINITE_EXPONENT / 2;
  if (x_exponent > infinite || y_exponent > infinite) {
    return two_words(signed_unit, x_exponent < zero || y_exponent < zero ? NAN_EXPONENT : INFINITE_EXPONENT);
  }
  const s32 exponent = x_exponent + y_exponent - PRODUCT_EXPONENT;
  const s32 highest = (s32)(product >> 28) | ((product & (UNIT - 1)) != 0);
  if (exponent >= 0) {
    const number result = rounded(highest, exponent);
    return large(result.significand, result.exponent);
  }
  if (exponent < -31) return two_words(signed_unit, ZERO_EXPONENT);
  /* Shifted down as a subnormal number is, and rounded there. */
  u32 size = (u32)with_sign(highest, product < 0);
  size = size >> -exponent | ((size & ((1u << -exponent) - 1)) != 0);
  size = (size + 15 + (size >> 5 & 1)) & ~31u;
  if (size == 0) return two_words(signed_unit, ZERO_EXPONENT);
  s32 places = 0;
  for (; size < UNIT; size <<= 1) places--;
  return two_words(with_sign((s32)size, product < 0), places);
}

IN_PLACE number number_mul(number x, number y) {
  number result;
  result.exponent = x.exponent + y.exponent - PRODUCT_EXPONENT;
  if (UNLIKELY((u32)result.exponent >= NORMAL_EXPONENTS - 2)) {
    return of_two_words(special_product(x.significand, x.exponent, y.significand, y.exponent));
  }
  result.significand = x.significand;
  if (IS_CONSTANT(y.significand) && y.significand == UNIT) return result; /* times a power of two */
  const s64 product = (s64)x.significand * y.significand;
  /* The last bit is 1 if a lower one was: it decides between halves alone. */
  return rounded((s32)((u32)(product >> 32) << 4) | ((u32)product != 0), result.exponent);
}

/* x - x: zero, or NaN if x is not a number. */
IN_PLACE number difference_of_equals(s32 exponent) {
  number result;
  result.significand = UNIT;
  result.exponent = exponent >= INFINITE_EXPONENT ? NAN_EXPONENT : ZERO_EXPONENT;
  return result;
}

IN_PLACE number number_add(number x, number y) {
  s32 distance = x.exponent - y.exponent;
  if (distance < 0) {
    const number smaller = x;
    x = y;
    y = smaller;
    distance = -distance;
  }
  s32 sum = y.significand;
  if (distance > 5) {
    if (distance > 26) return x; /* y is less than a quarter of x's last place */
    sum >>= distance;
    sum |= (s32)((u32)sum << distance) != y.significand;
  } else {
    sum >>= distance;
  }
  sum += x.significand;
  if (size_of_s32(sum) < UNIT) {
    if (UNLIKELY(sum == 0)) return difference_of_equals(x.exponent);
    do {
      sum = doubled(sum);
      x.exponent--;
    } while (size_of_s32(sum) < UNIT);
  }
  const number result = rounded(sum, x.exponent);
  return UNLIKELY(result.exponent >= (s32)NORMAL_EXPONENTS - 1) ? of_two_words(large(result.significand, result.exponent)) : result;
}

IN_PLACE number number_neg(number x) {
  x.significand = -x.significand;
  return x;
}

IN_PLACE number number_abs(number x) {
  x.significand = with_sign(x.significand, x.significand < 0);
  return x;
}

IN_PLACE number number_sub(number x, number y) {
  return number_add(x, number_neg(y));
}

IN_PLACE number number_of(f32 x) {
  return number_of_bits(i32_reinterpret_f32(x));
}

IN_PLACE f32 f32_of(number x) {
  return f32_reinterpret_i32(bits_of(x));
}

/* Of 16-bit samples. */
IN_PLACE number number_of_s32(s32 x) {
  if (UNLIKELY(x == 0 || size_of_s32(x) >= 0x8000)) return number_of((f32)x);
  number result;
  result.significand = (s32)((u32)x << 13);
  result.exponent = 154 - 13;
  for (s32 places = 8; places != 0; places >>= 1) {
    if (size_of_s32(result.significand) >= UNIT >> (places - 1)) continue;
    result.significand = (s32)((u32)result.significand << places);
    result.exponent -= places;
  }
  return result;
}

/* Digits of 7 bits, three times, and of 8 bits, as integers are divided by hand. */
IN_PLACE number number_div(number x, number y) {
  const s32 exponent = x.exponent - y.exponent + 125;
  if (UNLIKELY((u32)exponent >= NORMAL_EXPONENTS - 2 || (u32)x.exponent >= NORMAL_EXPONENTS)) return number_of(f32_of(x) / f32_of(y));
  const u32 divisor = (u32)with_sign(y.significand, y.significand < 0) >> 5;
  u32 rest = (u32)with_sign(x.significand, x.significand < 0) >> 5;
  u32 quotient = 0;
  for (u32 digit = 0; digit < 4; digit++) {
    const u32 bits = digit == 3 ? 8 : 7;
    rest <<= bits;
    quotient = (quotient << bits) + rest / divisor;
    rest %= divisor;
  }
  return rounded(with_sign((s32)(quotient | (rest != 0)), (x.significand ^ y.significand) < 0), exponent);
}

IN_PLACE number number_sqrt(number x) {
  return number_of(wasm_sqrtf(f32_of(x)));
}
#endif
