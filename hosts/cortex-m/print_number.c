#include "print_number.h"

#include "semihosting.h"

void print_unsigned(uint64_t value) {
  char digits[21];
  char *first = digits + sizeof digits - 1;
  *first = '\0';
  do {
    *--first = (char)('0' + value % 10);
    value /= 10;
  } while (value > 0);
  host_print(first);
}

void print_count(const char *name, uint64_t value) {
  host_print(name);
  print_unsigned(value);
}
