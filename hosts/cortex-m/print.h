/* What the programs say: parts of lines of JSON. */
#ifndef PRINT_H
#define PRINT_H

#include <stddef.h>
#include <stdint.h>

#include "print_number.h"

void print_signed(int32_t value);
/* Nine digits after the point, of 0 to 1. */
void print_probability(float value);
/* `name` and an array of numbers. */
void print_all_signed(const char *name, const int32_t *values, size_t count);
void print_probabilities(const char *name, const float *values, size_t count);
/* The beginning of a line: core, model, whether accesses are checked, and the name of the sound. */
void print_begin(const char *file);
/* The end of a line that says what is wrong. */
void print_error(const char *sentence);

#endif
