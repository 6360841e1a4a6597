#include "print.h"

#include "light_sernet.h"
#include "semihosting.h"

#ifdef LSN_UNCHECKED
#define CHECKED "false"
#else
#define CHECKED "true"
#endif

void print_signed(int32_t value) {
  if (value < 0) host_print("-");
  print_unsigned(value < 0 ? (uint32_t)0 - (uint32_t)value : (uint32_t)value);
}

void print_probability(float value) {
  uint32_t billionths = (uint32_t)(value * 1e9f);
  if (billionths >= 1000000000u) {
    host_print("1");
    return;
  }
  host_print("0.");
  for (uint32_t unit = 100000000u; unit > 0; unit /= 10) {
    const char digit[2] = {(char)('0' + billionths / unit % 10), '\0'};
    host_print(digit);
  }
}

void print_all_signed(const char *name, const int32_t *values, size_t count) {
  host_print(name);
  for (size_t i = 0; i < count; i++) {
    host_print(i > 0 ? ", " : "[");
    print_signed(values[i]);
  }
  host_print("]");
}

void print_probabilities(const char *name, const float *values, size_t count) {
  host_print(name);
  for (size_t i = 0; i < count; i++) {
    host_print(i > 0 ? ", " : "[");
    print_probability(values[i]);
  }
  host_print("]");
}

void print_begin(const char *file) {
  host_print("{\"core\": \"" CORE "\", \"model\": \"" LSN_MODEL_ID "\", \"checked\": " CHECKED ", \"file\": \"");
  for (; *file != '\0'; file++) {
    const char letter[3] = {'\\', *file, '\0'};
    host_print(*file == '"' || *file == '\\' ? letter : letter + 1);
  }
  host_print("\"");
}

void print_error(const char *sentence) {
  host_print(", \"error\": \"");
  host_print(sentence);
  host_print("\"}\n");
}
