/* Numbers without a C library. bench/tflm prints with it, too, where there is no light_sernet.h. */
#ifndef PRINT_NUMBER_H
#define PRINT_NUMBER_H

#include <stdint.h>

void print_unsigned(uint64_t value);
/* `name` and a number. */
void print_count(const char *name, uint64_t value);

#endif
