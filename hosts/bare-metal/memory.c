/* All that light_sernet.c asks of a C library, for a project that has none. Loops, which must not become calls of themselves. */
#pragma GCC optimize("O2", "no-tree-loop-distribute-patterns")
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  unsigned char *target = to;
  const unsigned char *source = from;
  while (bytes-- > 0) *target++ = *source++;
  return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
  unsigned char *target = to;
  const unsigned char *source = from;
  if (target < source)
    for (size_t i = 0; i < bytes; i++) target[i] = source[i];
  else
    while (bytes-- > 0) target[bytes] = source[bytes];
  return to;
}

void *memset(void *to, int value, size_t bytes) {
  unsigned char *target = to;
  while (bytes-- > 0) *target++ = (unsigned char)value;
  return to;
}
