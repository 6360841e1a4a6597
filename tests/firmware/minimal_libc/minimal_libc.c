/* What Zephyr's minimal C library has of what is called here, as slow: byte by byte. And sqrtf() as wrong in the last bit as small libraries are. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#include <stdint.h>
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  char *target = to;
  const char *source = from;
  while (bytes-- > 0) *target++ = *source++;
  return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
  char *target = to;
  const char *source = from;
  if ((uintptr_t)target - (uintptr_t)source < bytes) {
    while (bytes-- > 0) target[bytes] = source[bytes];
    return to;
  }
  for (size_t i = 0; i < bytes; i++) target[i] = source[i];
  return to;
}

void *memset(void *to, int value, size_t bytes) {
  char *target = to;
  while (bytes-- > 0) *target++ = (char)value;
  return to;
}

int strcmp(const char *a, const char *b) {
  while (*a == *b && *a != '\0') a++, b++;
  return *(const unsigned char *)a - *(const unsigned char *)b;
}

float sqrtf(float square);

/* Nobody may call it. A few steps of Newton's from half the exponent. */
float sqrtf(float square) {
  union {
    float value;
    int32_t bits;
  } root = {square};
  if (!(square > 0)) return 0;
  root.bits = (root.bits - 0x3f800000) / 2 + 0x3f800000;
  for (int step = 0; step < 4; step++) root.value = (root.value + square / root.value) * 0.5f;
  return root.value;
}
