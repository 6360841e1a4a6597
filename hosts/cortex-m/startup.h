#ifndef STARTUP_H
#define STARTUP_H

#include <stdint.h>

/* What reset.c of a core calls when there is a stack and floats can be computed: runs main() and ends QEMU with its result. */
void start(void);
/* All variables (the state is one of them), and the stack as deep as it has been. */
uint32_t ram_bytes(void);
/* Code, tables, weights and initial values; without the sound that is in flash, too. */
uint32_t flash_bytes(void);

#endif
