/* From reset to main() on QEMU's `virt`: stack, floating point unit, variables. The stack is painted, so that its depth can be read afterwards. */
#include "startup.h"

#include <string.h>

#include "semihosting.h"

extern uint8_t stack_bottom[], stack_top[], data_begin[], data_end[], data_in_flash[], bss_begin[], bss_end[], flash_begin[], flash_end[], sound_begin[], sound_end[];

#define PAINT 0xa5

int main(void);
void start_c(void);
void trapped(void);

__attribute__((naked, section(".vectors"), used)) void Reset_Handler(void) {
  __asm__ volatile(
      ".option push\n .option norelax\n la sp, stack_top\n .option pop\n"
      " la t0, trapped\n csrw mtvec, t0\n"
      " li t0, 0x2000\n csrs mstatus, t0\n" /* the floating point unit: initial */
      " fscsr zero\n"
      " j start_c");
}

__attribute__((aligned(4))) void trapped(void) {
  host_print("{\"error\": \"the processor stopped: a trap, or a bounds check that failed\"}\n");
  host_exit(3);
}

void start_c(void) {
  memcpy(data_begin, data_in_flash, (size_t)(data_end - data_begin));
  memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
  uint8_t *here;
  __asm__ volatile("mv %0, sp" : "=r"(here));
  for (volatile uint8_t *byte = stack_bottom; byte < here - 64; byte++) *byte = PAINT;
  host_exit(main());
}

uint32_t ram_bytes(void) {
  const uint8_t *lowest = stack_bottom;
  while (lowest < stack_top && *lowest == PAINT) lowest++;
  return (uint32_t)(stack_top - lowest) + (uint32_t)(data_end - data_begin) + (uint32_t)(bss_end - bss_begin);
}

uint32_t flash_bytes(void) {
  return (uint32_t)(flash_end - flash_begin) + (uint32_t)(data_end - data_begin) - (uint32_t)(sound_end - sound_begin);
}
