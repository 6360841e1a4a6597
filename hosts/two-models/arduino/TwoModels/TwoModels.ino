/*
 * One sound from the serial port, two models: every piece goes into both. The sound comes as in the example Classify of each library: the sketch prints
 * "send N", 0 to 749, and gets the letters LS, N as an uint16, and the 64 samples from 64 N on. Then it prints what both models say.
 * The states need about 110 KB of RAM.
 *
 * LEVEL is the result of big_finish_level(), or small_finish_level(), for a recording from the same microphone.
 */
#include <big_light_sernet.h>
#include <small_light_sernet.h>

static const int32_t LEVEL = 3000000; /* thousandths of an int16 step */
static const int32_t SAMPLES = 48000;
static const int32_t PIECE = 64; /* samples */

static big_state big;
static small_state small;

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
  big_init(&big);
  small_init(&small);
}

/* Asks for the sound; false if it was not received as a whole. */
static bool listen() {
  for (uint16_t number = 0; number < SAMPLES / PIECE; number++) {
    if (!ask(number)) {
      Serial.println("a piece of the sound is missing or came late; all of it again");
      while (receive() > 0) continue; /* until the line is quiet */
      return false;
    }
    /* What goes wrong here, the functions in loop() say, too. */
    big_push(&big, piece.samples, PIECE);
    small_push(&small, piece.samples, PIECE);
  }
  return true;
}

void loop() {
  big_start(&big, LEVEL, SAMPLES);
  small_start(&small, LEVEL, SAMPLES);
  if (!listen()) return;

  big_result of_big;
  big_status status_of_big = big_finish(&big);
  if (status_of_big == BIG_OK) status_of_big = big_get_result(&big, &of_big);
  Serial.print("big: ");
  Serial.println(status_of_big == BIG_OK ? big_class_name(&big, of_big.label) : big_status_sentence(status_of_big));

  small_result of_small;
  small_status status_of_small = small_finish(&small);
  if (status_of_small == SMALL_OK) status_of_small = small_get_result(&small, &of_small);
  Serial.print("small: ");
  Serial.println(status_of_small == SMALL_OK ? small_class_name(&small, of_small.label) : small_status_sentence(status_of_small));
}
