/* Counts executed instructions. */
#ifndef INSTRUCTIONS_H
#define INSTRUCTIONS_H

#include <stdint.h>

/*
 * Begins to count; 0 when the clock cannot be trusted. Under `qemu-system-arm -icount shift=0` every instruction takes one nanosecond of virtual
 * time, and SysTick counts virtual time: so it counts instructions, NANOSECONDS_PER_TICK of them at a time. A loop of known length is
 * counted first, to see that this is so.
 */
int instructions_begin(void);
/* Instructions since then. */
uint64_t instructions(void);
/* How exact that is: the instructions of one tick. */
uint32_t instructions_of_tick(void);

#endif
