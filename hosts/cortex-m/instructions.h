/* Counts executed instructions. */
#ifndef INSTRUCTIONS_H
#define INSTRUCTIONS_H

#include <stdint.h>

/*
 * Starts counting; returns 0 when the clock cannot be trusted. Under `qemu-system-arm -icount shift=0` every instruction takes one nanosecond of virtual
 * time, and SysTick counts virtual time. So it counts instructions, CENTINANOSECONDS_PER_TICK / 100 of them per tick. A loop of known length is
 * counted first to check this.
 */
int instructions_begin(void);
/* Instructions since instructions_begin(). */
uint64_t instructions(void);
/* The resolution of instructions(): the instructions of one tick. */
uint32_t instructions_of_tick(void);

#endif
