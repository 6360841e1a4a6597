/* Segments from standard input, each its level, int32, and its samples, int16; their rows, int16, to standard output. */
#include <stdio.h>

#include "front_end.h"

int main(void) {
  static int16_t samples[WINDOW_SAMPLES];
  static fixed_front_end state;
  int32_t level;
  while (fread(&level, sizeof level, 1, stdin) == 1 && fread(samples, sizeof samples, 1, stdin) == 1) {
    int16_t row[COEFFICIENTS];
    fixed_begin(&state, level);
    for (int at = 0; at + HOP_SAMPLES <= WINDOW_SAMPLES; at += HOP_SAMPLES)
      if (fixed_push(&state, samples + at, row)) fwrite(row, sizeof row, 1, stdout);
  }
  return ferror(stdin) || fflush(stdout) != 0;
}
