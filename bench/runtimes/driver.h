/* A sound through the module in another runtime; one file for each runtime has the functions below. */
#ifndef DRIVER_H
#define DRIVER_H

#include <stddef.h>
#include <stdint.h>

/* The runtime's name and version. */
const char *runtime_name(void);
/* Loads and instantiates a module; prints what is wrong and ends the program otherwise. */
void runtime_begin(uint8_t *module, size_t bytes);
/* Calls an export that takes and returns 32-bit integers. */
int32_t runtime_call(const char *function, int count, const int32_t *parameters);
/* The module's memory, from address 0. */
uint8_t *runtime_memory(void);
/* Bytes that the runtime has taken for all of it, or 0 where it does not say. */
size_t runtime_bytes(void);

#endif
