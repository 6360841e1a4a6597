/* One sound, and what two models say of it. */
#ifndef BOTH_MODELS_H
#define BOTH_MODELS_H

#include <stddef.h>
#include <stdint.h>

/* Prints a line of JSON for each model: label and logits. The samples are mono, 16 kHz. Returns 0, or 1 if a model could not answer. */
int classify_with_both(const int16_t *samples, size_t count);

#endif
