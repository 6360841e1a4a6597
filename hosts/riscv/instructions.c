/* The processor itself counts instructions, in the register minstret. */
#include "instructions.h"

uint64_t instructions(void) {
  uint32_t high, low, again;
  do {
    __asm__ volatile("csrr %0, minstreth\n csrr %1, minstret\n csrr %2, minstreth" : "=r"(high), "=r"(low), "=r"(again));
  } while (high != again);
  return (uint64_t)high << 32 | low;
}

uint32_t instructions_of_tick(void) {
  return 1;
}

int instructions_begin(void) {
  uint32_t left = 500000;
  const uint64_t begin = instructions();
  __asm__ volatile("1: addi %0, %0, -1\n bnez %0, 1b" : "+r"(left));
  const uint64_t counted = instructions() - begin;
  return counted >= 1000000 && counted < 1000100;
}
