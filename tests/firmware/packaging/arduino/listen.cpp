// The sketch Listen as the Arduino builder makes C++ of it, and the core's main(): see sketch.cpp. Standard input is what the microphone hears. After
// what the sketch prints of an answer come the logits, and the bits of the probabilities.
#include <Arduino.h>
#include <PDM.h>

void setup();
void loop();

#include "Listen.ino"

SerialPort Serial;
Microphone PDM;

static void print_bits(uint32_t answered) {
  static uint32_t before = 0;
  lsn_stream_answer answer;
  if (answered == before || lsn_stream_get(&state, &answer) != LSN_OK) return;
  before = answered;
  for (int i = 0; i < LSN_CLASSES; i++) std::printf(i > 0 ? " %ld" : "%ld", (long)answer.logits[i]);
  for (int i = 0; i < LSN_CLASSES; i++) {
    uint32_t bits;
    std::memcpy(&bits, &answer.probabilities[i], sizeof bits);
    std::printf(" %lu", (unsigned long)bits);
  }
  std::printf("\n");
}

// The argument: how many buffers come while loop() is busy with one.
int main(int argc, char **argv) {
  if (argc != 2) return 2;
  const long burst = std::strtol(argv[1], nullptr, 10);
  setup();
  if (Serial.baud == 0 || PDM.channels != 1 || PDM.rate != 16000) return 3;
  std::string buffer(PDM.buffer_bytes, '\0');
  for (bool ended = false; !ended;) {
    for (long i = 0; i < burst && !ended; i++) {
      const size_t got = std::fread(&buffer[0], 1, buffer.size(), stdin);
      ended = got == 0;
      if (!ended) PDM.interrupt(buffer.data(), got);
    }
    for (long i = 0; i < burst; i++) {
      loop();
      lsn_stream_answer answer;
      if (lsn_stream_get(&state, &answer) == LSN_OK) print_bits(answer.answered);
    }
  }
  return 0;
}
