/*
 * Three seconds of sound from the serial port to an emotion: 48,000 int16 samples, little endian, mono, 16 kHz. The sketch never holds them: they go
 * into the network as they come. A push may take longer than a UART's buffer has room for, so each piece is asked for:
 *
 *     the sketch says   "begin"  send the first 128 bytes of a sound; said again every second until they come
 *                       "more"   send the next 128 bytes
 *                       else     a class, "uncertain", or what went wrong; the next "begin" follows
 *
 * LEVEL is what lsn_finish_level() gives for a recording from the same microphone.
 */
#include <light_sernet.h>

static const int32_t LEVEL = 3000000; /* thousandths of an int16 step */
static const int32_t SAMPLES = 48000;
static const int32_t PIECE = 64; /* samples; SAMPLES is a multiple of it */

static lsn_state state;

void setup() {
  Serial.begin(921600);
  Serial.setTimeout(1000);
  lsn_init(&state);
}

void loop() {
  static int16_t piece[PIECE];
  lsn_status status = lsn_start(&state, LEVEL, SAMPLES);
  for (int32_t left = SAMPLES; status == LSN_OK && left > 0; left -= PIECE) {
    size_t held;
    do {
      Serial.println(left == SAMPLES ? "begin" : "more");
      held = Serial.readBytes((char *)piece, sizeof piece);
    } while (held == 0 && left == SAMPLES);
    if (held < sizeof piece) {
      Serial.println("bytes of the sound are missing; send it again");
      return;
    }
    status = lsn_push(&state, piece, PIECE);
  }
  if (status == LSN_OK) status = lsn_finish(&state);
  lsn_result result;
  if (status == LSN_OK) status = lsn_get_result(&state, &result);
  if (status != LSN_OK) Serial.println(lsn_status_sentence(status));
  else Serial.println(result.accepted ? lsn_class_name(&state, result.label) : "uncertain");
}
