/*
 * The square root of light_sernet_sqrt.h beside the C library's of this machine, and beside integers of 64 bits. The argument is how much:
 *   proof   every significand with both parities of the exponent, which is all that the loop sees; every subnormal; every exponent; specials
 *   all     every float
 * Prints how many roots were compared, or the first that is wrong.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LSN_MEMORY_BYTES 256
#include "light_sernet_runtime.h"

static unsigned long long compared;

static void compare(u32 bits) {
  const f32 expected = sqrtf(f32_reinterpret_i32(bits));
  const f32 root = wasm_sqrtf(f32_reinterpret_i32(bits));
  const u32 root_bits = i32_reinterpret_f32(root);
  compared++;
  if (expected != expected ? root != root && (root_bits & 0x400000u) != 0 : root_bits == i32_reinterpret_f32(expected)) return;
  printf("root of %08lx: %08lx, not %08lx\n", (unsigned long)bits, (unsigned long)root_bits, (unsigned long)i32_reinterpret_f32(expected));
  exit(1);
}

/* Nothing that floats compute: with n = x 2^24 as in the comment there, the root's significand m is right if 2 m - 1 <= sqrt(n) <= 2 m + 1. */
static void prove(u32 exponent, u32 significand) {
  const u32 bits = exponent << 23 | significand;
  const u64 n = (u64)(significand | 0x800000u) << ((exponent & 1) != 0 ? 25 : 26);
  const u32 root = i32_reinterpret_f32(wasm_sqrtf(f32_reinterpret_i32(bits)));
  const u64 m = (root & 0x7fffffu) | 0x800000u;
  if (root >> 23 == (exponent + 127) / 2 && (2 * m - 1) * (2 * m - 1) < n && n < (2 * m + 1) * (2 * m + 1)) return;
  printf("root of %08lx: %08lx is not the nearest\n", (unsigned long)bits, (unsigned long)root);
  exit(1);
}

int main(int count, char **words) {
  if (count == 2 && strcmp(words[1], "all") == 0) {
    u32 bits = 0;
    do compare(bits);
    while (++bits != 0);
  } else {
    for (u32 significand = 0; significand < 0x800000u; significand++) {
      compare(significand); /* a subnormal */
      for (u32 exponent = 127; exponent <= 128; exponent++) {
        prove(exponent, significand);
        compare(exponent << 23 | significand);
      }
    }
    /* Sign and exponent: infinity, NaN and negative numbers are among them. */
    for (u32 high = 0; high < 512; high++) {
      for (u32 significand = 0; significand < 0x800000u; significand += 509) compare(high << 23 | significand);
      for (u32 edge = 0; edge < 64; edge++) {
        compare(high << 23 | edge);
        compare(high << 23 | (0x7fffffu - edge));
        compare(high << 23 | (0x400000u + edge - 32));
      }
    }
  }
  printf("%llu\n", compared);
  return 0;
}
