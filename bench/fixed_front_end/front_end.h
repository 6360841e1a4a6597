/* The front end of docs/arithmetic.md, section 4, in fixed point: a measurement, not a product. docs/performance.md has the figures. */
#ifndef FIXED_FRONT_END_H
#define FIXED_FRONT_END_H

#include <stdbool.h>
#include <stdint.h>

#include "settings.h" /* a model's constants, and tables: prototype.ts writes it */

typedef struct {
  uint64_t gain;                /* 32 bits after the point */
  int32_t hops;                 /* pushed so far */
  int16_t frame[FRAME_SAMPLES]; /* leveled */
  int32_t mean[COEFFICIENTS];   /* 22 bits after the point, as coefficients */
  uint32_t weight;              /* of the mean, in frames; 16 bits after the point */
  int32_t loudest;              /* as a coefficient */
} fixed_front_end;

/* Begins a segment; `level` in thousandths of an int16 step, as the module's finishLevel() gives it. */
void fixed_begin(fixed_front_end *, int32_t level);
/* The next samples. True if they complete a frame: `row` is then what the network's first layers take, in steps of CLIP / 4095. */
bool fixed_push(fixed_front_end *, const int16_t samples[HOP_SAMPLES], int16_t row[COEFFICIENTS]);

#endif
