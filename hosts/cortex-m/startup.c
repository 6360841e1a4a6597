/* From the core's reset.c to main(): initializes variables and paints the stack, so that its depth can be measured afterward. */
#include "startup.h"

#include <stddef.h>
#include <string.h>

#include "semihosting.h"

extern uint8_t stack_bottom[], stack_top[], data_begin[], data_end[], data_in_flash[], bss_begin[], bss_end[], flash_begin[], flash_end[], sound_begin[], sound_end[];

#define PAINT 0xa5
/* More than start() uses of the stack below its frame's address. */
#define OWN_FRAME 64

int main(void);

void start(void) {
  memcpy(data_begin, data_in_flash, (size_t)(data_end - data_begin));
  memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
  const uint8_t *const end = (const uint8_t *)__builtin_frame_address(0) - OWN_FRAME;
  for (volatile uint8_t *byte = stack_bottom; byte < end; byte++) *byte = PAINT;
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
