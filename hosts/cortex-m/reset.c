/* Reset and faults of a Cortex-M. */
#include "semihosting.h"
#include "startup.h"

#define CPACR ((volatile uint32_t *)0xe000ed88)
#define VTOR ((volatile uint32_t *)0xe000ed08)

extern uint8_t stack_top[];

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
  *CPACR |= 0xfu << 20; /* coprocessors 10 and 11: the FPU */
  __asm__ volatile("dsb\n isb");
  start();
}
