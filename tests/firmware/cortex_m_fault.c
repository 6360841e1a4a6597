/*
 * Linked in place of hosts/cortex-m/main.c: does, on a Cortex-M or RISC-V core, what its argument names and what must stop the processor.
 * It uses no more than what every firmware has, light_sernet.h and the semihosting of the hosts.
 */
#include <string.h>

#include "../../hosts/cortex-m/semihosting.h"
#include "light_sernet.h"

static lsn_state state;
static int16_t samples[8000];

/* A read where no board has a memory or a device. */
static void no_memory(void) {
  (void)*(volatile uint32_t *)0xf0000000u;
}

static void no_instruction(void) {
  __builtin_trap();
}

/*
 * A stray pointer of the firmware's has hit the state in the middle of a sound: one word of the module's variables after the other. Some of them
 * are where the next samples go, and then a bounds check must fail.
 */
static void damaged_state(void) {
  static const uint32_t large = 0x7ff00000u;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) samples[i] = (int16_t)(i * 7919u);
  for (size_t word = 2; word < (LSN_STATE_BYTES - LSN_MEMORY_BYTES) / sizeof large; word++) {
    lsn_init(&state);
    if (lsn_start(&state, 3000000, 48000) != LSN_OK) return;
    if (lsn_push(&state, samples, sizeof samples / sizeof samples[0]) != LSN_OK) return;
    memcpy((uint8_t *)&state + word * sizeof large, &large, sizeof large);
    lsn_push(&state, samples, sizeof samples / sizeof samples[0]);
  }
}

int main(void) {
  char what[64];
  host_arguments(what, sizeof what);
  if (strcmp(what, "no-memory") == 0) no_memory();
  if (strcmp(what, "no-instruction") == 0) no_instruction();
  if (strcmp(what, "damaged-state") == 0) damaged_state();
  host_print("{\"error\": \"nothing stopped the processor\"}\n");
  return 0;
}
