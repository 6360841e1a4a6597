/* From reset to main() on a Cortex-M4F, without any library: vectors, FPU, variables. */
#include <stddef.h>
#include <stdint.h>

extern uint32_t stack_top[], data_in_flash[], data_begin[], data_end[], bss_begin[], bss_end[];

int main(void);
void Reset_Handler(void);

/* After a fault or a failed bounds check. A watchdog would reset the device. */
static void stop(void) {
  for (;;) {
  }
}

/* The core's own exceptions; a project that uses interrupts adds theirs after them. */
__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_top, (void *)Reset_Handler, (void *)stop, (void *)stop, (void *)stop, (void *)stop, (void *)stop, 0,
    0,         0,                     0,            (void *)stop, (void *)stop, 0,            (void *)stop, (void *)stop,
};

void Reset_Handler(void) {
  /* The FPU is off after a reset. CPACR: coprocessors 10 and 11; without them the first float instruction is a fault. */
  *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20;
  __asm__ volatile("dsb\n isb");
  for (uint32_t *to = data_begin, *from = data_in_flash; to < data_end;) *to++ = *from++;
  for (uint32_t *to = bss_begin; to < bss_end;) *to++ = 0;
  main();
  stop();
}
