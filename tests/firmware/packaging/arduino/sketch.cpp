// As the Arduino builder makes C++ of a sketch: Arduino.h, the prototypes of its functions, the sketch. main() is the core's, but for its end
// after as many rounds as are asked for: each prints what the sketch prints, and then the logits, which the sketch does not.
#include <Arduino.h>

void setup();
void loop();

#include "Classify.ino"

SerialPort Serial;

// Arguments: how many sounds come, and how many bytes the port gives at once.
int main(int argc, char **argv) {
  if (argc != 3) return 2;
  Serial.most = std::strtoul(argv[2], nullptr, 10);
  setup();
  if (Serial.baud == 0) return 3;
  for (long round = std::strtol(argv[1], nullptr, 10); round > 0; round--) {
    loop();
    lsn_result result;
    if (lsn_get_result(&state, &result) != LSN_OK) return 1;
    for (int i = 0; i < LSN_CLASSES; i++) std::printf(i > 0 ? " %ld" : "%ld", (long)result.logits[i]);
    std::printf("\n");
  }
  return 0;
}
