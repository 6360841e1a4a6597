#include "instructions.h"

#define SYSTICK ((volatile uint32_t *)0xe000e010) /* control, reload, current */
#define RELOAD 0xffffffu

static volatile uint32_t wraps;

void SysTick_Handler(void) {
  wraps++;
}

static uint64_t ticks(void) {
  uint32_t before, current;
  do {
    before = wraps;
    current = SYSTICK[2];
  } while (before != wraps);
  return (uint64_t)before * (RELOAD + 1u) + (RELOAD - current);
}

uint64_t instructions(void) {
  /* In hundredths, because a tick of 32 MHz is 31.25 ns. */
  return ticks() * CENTINANOSECONDS_PER_TICK / 100;
}

uint32_t instructions_of_tick(void) {
  return CENTINANOSECONDS_PER_TICK / 100 + (CENTINANOSECONDS_PER_TICK % 100 != 0);
}

int instructions_begin(void) {
  SYSTICK[1] = RELOAD;
  SYSTICK[2] = 0;
  SYSTICK[0] = 7; /* the processor's clock, interrupt, on */
  while (SYSTICK[2] == 0) { /* until it counts down from RELOAD */
  }
  const uint32_t rounds = 500000;
  const uint64_t begin = instructions();
  uint32_t left = rounds;
  __asm__ volatile("1: subs %0, #1\n bne 1b" : "+r"(left) : : "cc");
  const uint64_t counted = instructions() - begin;
  return counted >= 2 * rounds && counted < 2 * rounds + 1000;
}
