/* Reset and traps of a RISC-V core of QEMU's `virt`. */
#include "semihosting.h"
#include "startup.h"

void trapped(void);

__attribute__((naked, section(".vectors"), used)) void Reset_Handler(void) {
  __asm__ volatile(
      ".option push\n .option norelax\n la sp, stack_top\n .option pop\n"
      " la t0, trapped\n csrw mtvec, t0\n"
#ifdef __riscv_flen
      " li t0, 0x2000\n csrs mstatus, t0\n" /* the floating point unit: initial */
      " fscsr zero\n"
#endif
      " j start");
}

__attribute__((aligned(4))) void trapped(void) {
  host_print("{\"error\": \"the processor stopped: a trap, or a bounds check that failed\"}\n");
  host_exit(3);
}
