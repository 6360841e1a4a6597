/*
 * memcpy, memmove, memset a word at a time. Those of newlib-nano go byte by byte, which costs a module that loads 3 MB of weights from flash
 * for every sound 10 million instructions; leave this file out if the chip's C library has fast versions.
 */
/* Otherwise the compiler turns the loop in memcpy into a call of memcpy. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint32_t __attribute__((may_alias)) word;

static int both_aligned(const void *a, const void *b) {
  return (((uintptr_t)a | (uintptr_t)b) & 3) == 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  uint8_t *target = to;
  const uint8_t *source = from;
  if (both_aligned(to, from)) {
    for (; bytes >= 16; bytes -= 16, target += 16, source += 16) {
      const word a = ((const word *)source)[0], b = ((const word *)source)[1], c = ((const word *)source)[2], d = ((const word *)source)[3];
      ((word *)target)[0] = a, ((word *)target)[1] = b, ((word *)target)[2] = c, ((word *)target)[3] = d;
    }
    for (; bytes >= 4; bytes -= 4, target += 4, source += 4) *(word *)target = *(const word *)source;
  }
  while (bytes-- > 0) *target++ = *source++;
  return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
  if ((uintptr_t)to <= (uintptr_t)from || (uintptr_t)to >= (uintptr_t)from + bytes) return memcpy(to, from, bytes);
  uint8_t *target = (uint8_t *)to + bytes;
  const uint8_t *source = (const uint8_t *)from + bytes;
  while (bytes-- > 0) *--target = *--source;
  return to;
}

void *memset(void *to, int value, size_t bytes) {
  uint8_t *target = to;
  const uint32_t four = 0x01010101u * (uint8_t)value;
  for (; bytes > 0 && ((uintptr_t)target & 3) != 0; bytes--) *target++ = (uint8_t)value;
  for (; bytes >= 4; bytes -= 4, target += 4) *(word *)target = four;
  while (bytes-- > 0) *target++ = (uint8_t)value;
  return to;
}
