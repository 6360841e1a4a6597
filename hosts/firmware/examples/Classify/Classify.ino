/*
 * Three seconds of sound from the serial port to an emotion: 48,000 int16 samples, little endian, mono, 16 kHz. The sketch never holds them: they go
 * into the network as they come. A push may take longer than a UART's buffer lasts, so the sketch requests each piece. It prints
 *
 *     "send N"        and waits for piece N of the sound, 0 to 749: the letters LS, N as an uint16, and the 64 samples from 64 N on,
 *                     all within a second
 *     anything else   a class, "uncertain", or what went wrong; "send 0" begins the next sound
 *
 * LEVEL is the result of lsn_finish_level() for a recording from the same microphone.
 */
#include <light_sernet.h>

static const int32_t LEVEL = 3000000; /* thousandths of an int16 step */
static const int32_t SAMPLES = 48000;
static const int32_t PIECE = 64; /* samples */

static lsn_state state;

static struct {
  char mark[2];
  uint16_t number;
  int16_t samples[PIECE];
} piece;

static size_t receive() {
  return Serial.readBytes((char *)&piece, sizeof piece);
}

static bool ask(uint16_t number) {
  size_t held;
  do {
    Serial.print("send ");
    Serial.println(number);
    held = receive();
  } while (held == 0 && number == 0); /* nobody is there yet */
  return held == sizeof piece && piece.mark[0] == 'L' && piece.mark[1] == 'S' && piece.number == number;
}

void setup() {
  Serial.begin(921600);
  Serial.setTimeout(1000); /* milliseconds */
  lsn_init(&state);
}

void loop() {
  lsn_status status = lsn_start(&state, LEVEL, SAMPLES);
  for (uint16_t number = 0; status == LSN_OK && number < SAMPLES / PIECE; number++) {
    if (!ask(number)) {
      Serial.println("a piece of the sound is missing or came late; all of it again");
      while (receive() > 0) continue; /* until the line is quiet */
      return;
    }
    status = lsn_push(&state, piece.samples, PIECE);
  }
  if (status == LSN_OK) status = lsn_finish(&state);
  lsn_result result;
  if (status == LSN_OK) status = lsn_get_result(&state, &result);
  if (status != LSN_OK) Serial.println(lsn_status_sentence(status));
  else Serial.println(result.accepted ? lsn_class_name(&state, result.label) : "uncertain");
}
