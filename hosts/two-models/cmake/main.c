/* The sound on standard input, int16 samples at 16 kHz, at most 10 s. */
#include <stdio.h>

#include "both_models.h"

static int16_t samples[160000];

int main(void) {
  const size_t count = fread(samples, sizeof samples[0], sizeof samples / sizeof samples[0], stdin);
  return classify_with_both(samples, count);
}
