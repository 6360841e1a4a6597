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
  char *const bytes = (char *)piece;
  size_t odd = 0; /* the first byte of a sample whose second has not come yet */
  lsn_result result;
  lsn_status status = lsn_start(&state, LEVEL, SAMPLES);
  for (int32_t left = SAMPLES; status == LSN_OK && left > 0;) {
    const size_t room = left < 64 ? (size_t)left * 2 : sizeof piece;
    const size_t held = odd + Serial.readBytes(bytes + odd, room - odd);
    status = lsn_push(&state, piece, held / 2);
    left -= (int32_t)(held / 2);
    odd = held % 2;
    if (odd != 0) bytes[0] = bytes[held - 1];
  }
  if (status == LSN_OK) status = lsn_finish(&state);
  if (status == LSN_OK) status = lsn_get_result(&state, &result);
  if (status != LSN_OK) Serial.println(lsn_status_sentence(status));
  else Serial.println(result.accepted ? lsn_class_name(&state, result.label) : "uncertain");
}
