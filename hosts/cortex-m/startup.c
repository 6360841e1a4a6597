/* From reset to main(): vectors, floating point unit, variables. The stack is painted, so that its depth can be read afterwards. */
#include "startup.h"

#include <string.h>

#include "semihosting.h"

extern uint8_t stack_bottom[], stack_top[], data_begin[], data_end[], data_in_flash[], bss_begin[], bss_end[], flash_begin[], flash_end[], sound_begin[], sound_end[];

#define CPACR ((volatile uint32_t *)0xe000ed88)
#define VTOR ((volatile uint32_t *)0xe000ed08)
#define PAINT 0xa5

int main(void);
void Reset_Handler(void);
void SysTick_Handler(void);

static void fault(void) {
  host_print("{\"error\": \"the processor stopped: a fault, or a bounds check that failed\"}\n");
  host_exit(3);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_top, (void *)Reset_Handler, (void *)fault, (void *)fault, (void *)fault, (void *)fault, (void *)fault,
    0,         0,                     0,             0,             (void *)fault, (void *)fault, 0,
    (void *)fault, (void *)SysTick_Handler,
};

void Reset_Handler(void) {
  *VTOR = (uint32_t)(uintptr_t)vectors;
  *CPACR |= 0xfu << 20; /* coprocessors 10 and 11: floats */
  __asm__ volatile("dsb\n isb");
  memcpy(data_begin, data_in_flash, (size_t)(data_end - data_begin));
  memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
  uint8_t *here;
  __asm__ volatile("mov %0, sp" : "=r"(here));
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
