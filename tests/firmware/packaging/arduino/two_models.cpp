// The sketch TwoModels as the Arduino builder makes C++ of it, and the core's main(): see sketch.cpp. Each round prints what the sketch prints, and
// then the logits of both models.
#include <Arduino.h>

void setup();
void loop();

#include "TwoModels.ino"

SerialPort Serial;

static void print(const int32_t *logits, int classes) {
  for (int i = 0; i < classes; i++) std::printf(i > 0 ? " %ld" : "%ld", (long)logits[i]);
  std::printf("\n");
}

// The argument: how many rounds.
int main(int argc, char **argv) {
  if (argc != 2) return 2;
  setup();
  for (long round = std::strtol(argv[1], nullptr, 10); round > 0; round--) {
    loop();
    big_result of_big;
    small_result of_small;
    if (big_get_result(&big, &of_big) != BIG_OK || small_get_result(&small, &of_small) != SMALL_OK) return 3;
    print(of_big.logits, BIG_CLASSES);
    print(of_small.logits, SMALL_CLASSES);
  }
  return 0;
}
