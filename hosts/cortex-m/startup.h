#ifndef STARTUP_H
#define STARTUP_H

#include <stdint.h>

/* Called by the core's reset.c once the stack and the FPU are set up: runs main() and ends QEMU with its result. */
void start(void);
/* All variables (the state is one of them), and the stack at its deepest. */
uint32_t ram_bytes(void);
/* Code, tables, weights and initial values; without the sound, which is in flash too. */
uint32_t flash_bytes(void);

#endif
