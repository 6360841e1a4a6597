/*
 * Three seconds of sound from the serial port to an emotion: send 48,000 int16 samples, little endian, mono, 16 kHz. The sketch never holds them:
 * they go into the network as they come. LEVEL is what lsn_finish_level() gives for a recording from the same microphone.
 */
#include <light_sernet.h>

static const int32_t LEVEL = 3000000; /* thousandths of an int16 step */
static const int32_t SAMPLES = 48000;

static lsn_state state;

void setup() {
  Serial.begin(921600);
  lsn_init(&state);
}

void loop() {
  static int16_t piece[64];
  lsn_result result;
  lsn_status status = lsn_start(&state, LEVEL, SAMPLES);
  for (int32_t done = 0; status == LSN_OK && done < SAMPLES;) {
    const size_t bytes = Serial.readBytes((char *)piece, sizeof piece);
    status = lsn_push(&state, piece, bytes / sizeof piece[0]);
    done += (int32_t)(bytes / sizeof piece[0]);
  }
  if (status == LSN_OK) status = lsn_finish(&state);
  if (status == LSN_OK) status = lsn_get_result(&state, &result);
  if (status != LSN_OK) Serial.println(lsn_status_sentence(status));
  else Serial.println(result.accepted ? lsn_class_name(&state, result.label) : "uncertain");
}
