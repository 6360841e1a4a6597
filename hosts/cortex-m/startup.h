#ifndef STARTUP_H
#define STARTUP_H

#include <stdint.h>

/* All variables (the state is one of them), and the stack as deep as it has been. */
uint32_t ram_bytes(void);
/* Code, tables, weights and initial values; without the sound that is in flash, too. */
uint32_t flash_bytes(void);

#endif
