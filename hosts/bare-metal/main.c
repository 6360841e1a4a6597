/* Classifies a sound in flash and writes its label and logits to the first serial port. */
#include "light_sernet.h"

/* USART1 of an STM32F4. Clocks, pins and baud rate are a board's own; QEMU needs none of them. */
#define USART1 ((volatile uint32_t *)0x40011000) /* status, data, baud rate, control 1 */
#define TRANSMIT_EMPTY 0x80u
#define ON 0x2008u /* the port, and its transmitter */

extern const int16_t sound[32000];

/* 66 KB: all the memory there is. */
static lsn_state state;

static void print(const char *text) {
  for (; *text != '\0'; text++) {
    while ((USART1[0] & TRANSMIT_EMPTY) == 0) {
    }
    USART1[1] = (uint8_t)*text;
  }
}

static void print_number(int32_t value) {
  char digits[12];
  char *first = digits + sizeof digits - 1;
  uint32_t size = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
  *first = '\0';
  do *--first = (char)('0' + size % 10);
  while ((size /= 10) > 0);
  if (value < 0) *--first = '-';
  print(" ");
  print(first);
}

int main(void) {
  lsn_result result;
  USART1[3] = ON;
  lsn_status status = lsn_init(&state);
  if (status == LSN_OK) status = lsn_classify(&state, sound, sizeof sound / sizeof *sound, 16000, &result);
  if (status != LSN_OK) {
    print(lsn_status_sentence(status));
  } else {
    print(lsn_class_name(&state, result.label));
    for (int i = 0; i < LSN_CLASSES; i++) print_number(result.logits[i]);
  }
  print("\n");
  return 0;
}
