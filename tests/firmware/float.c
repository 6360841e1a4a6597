/*
 * The numbers of light_sernet_float.h beside this machine's floats: sums, differences and products of pairs, chains of operations without a load or store in
 * between, quotients, roots, integers. The argument is how many rounds. Prints that number, or the first pair that is wrong.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LSN_MEMORY_BYTES 256
#define LSN_SOFTWARE_FLOAT 1
#include "light_sernet_runtime.h"

static u64 state = 88172645463325252u;

static u64 random_bits(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

/* NaN is NaN: of its bits nothing is promised. */
static void same(const char *what, u32 x, u32 y, f32 expected, number computed) {
  const u32 wanted = i32_reinterpret_f32(expected), bits = bits_of(computed);
  if (expected != expected ? (bits & 0x7fffffffu) > 0x7f800000u : bits == wanted) return;
  printf("%s of %08lx and %08lx: %08lx, not %08lx\n", what, (unsigned long)x, (unsigned long)y, (unsigned long)bits, (unsigned long)wanted);
  exit(1);
}

static void compare(u32 x_bits, u32 y_bits, u32 z_bits) {
  const f32 x = f32_reinterpret_i32(x_bits), y = f32_reinterpret_i32(y_bits), z = f32_reinterpret_i32(z_bits);
  const number a = number_of(x), b = number_of(y), c = number_of(z);
  same("load", x_bits, y_bits, x, a);
  same("sum", x_bits, y_bits, x + y, number_add(a, b));
  same("difference", x_bits, y_bits, x - y, number_sub(a, b));
  same("product", x_bits, y_bits, x * y, number_mul(a, b));
  same("quotient", x_bits, y_bits, x / y, number_div(a, b));
  same("half", x_bits, y_bits, x * 0.5f, number_mul(a, number_of(0.5f)));
  same("size", x_bits, y_bits, fabsf(x), number_abs(a));
  same("sum with a third", x_bits, y_bits, (x + y) + z, number_add(number_add(a, b), c));
  const f32 sum = x * y + z * x;
  const number sum_number = number_add(number_mul(a, b), number_mul(c, a));
  same("chain", x_bits, y_bits, (sum - z) * sum + -y, number_add(number_mul(number_sub(sum_number, c), sum_number), number_neg(b)));
}

int main(int count, char **words) {
  const long rounds = count == 2 ? atol(words[1]) : 0;
  /* Every exponent with every other, and significands at the edges. */
  static const u32 edges[] = {0, 1, 2, 0x3fffff, 0x400000, 0x400001, 0x7ffffe, 0x7fffff};
  for (u32 high = 0; high < 512; high++) {
    for (u32 other = 0; other < 512; other++) {
      for (u32 edge = 0; edge < 64; edge++) compare(high << 23 | edges[edge >> 3], other << 23 | edges[edge & 7], 0x3f800001);
    }
  }
  for (long round = 0; round < rounds; round++) {
    const u64 bits = random_bits();
    u32 x = (u32)bits, y = (u32)(bits >> 32), z = (u32)random_bits();
    const u32 kind = (u32)random_bits() & 7, near = (u32)random_bits() % 60;
    if (kind < 4) y = (y & 0x807fffffu) | ((x >> 23) + near - 30 & 0xff) << 23; /* exponents as in sums that cancel */
    if (kind == 4) y = x ^ 0x80000000u ^ (z & 15);                               /* cancel nearly all */
    if (kind == 5) x &= 0x80ffffffu, y = (y & 0x807fffffu) | (120 + (z & 15)) << 23; /* subnormal products */
    if (kind == 6) x &= 0xff800000u | 0x7fffffu << (z % 23), y &= 0xffff0000u;    /* halves between two floats */
    if ((kind & 1) != 0) z = (z & 0x807fffffu) | ((x >> 23) + near % 10 & 0xff) << 23;
    if (kind == 7) x |= 0x7f000000u, x &= 0xff7fffffu, y = x ^ (y & 0xffff), z = x ^ 0x80000000u; /* x + y is too large for a float */
    compare(x, y, z);
    same("integer", x, x, (f32)((s32)x >> near % 31), number_of_s32((s32)x >> near % 31));
  }
  printf("%ld\n", rounds);
  return 0;
}
