/*
 * Hears two made-up voices, saves, loads, damages and forgets a speaker's statistics, and prints what each call said: on this machine, and as firmware in
 * the place of hosts/cortex-m/main.c. adaptation.test.ts has the same sounds and calls.
 */
#include <string.h>

#include "light_sernet.h"

#ifdef CORE
#include "semihosting.h"
static void print(const char *text) {
  host_print(text);
}
#else
#include <stdio.h>
static void print(const char *text) {
  fputs(text, stdout);
}
#endif

static lsn_state state;
static int16_t samples[6000];

static void print_number(int32_t value) {
  char digits[12];
  char *at = digits + sizeof digits - 1;
  uint32_t left = value < 0 ? (uint32_t)0 - (uint32_t)value : (uint32_t)value;
  *at = '\0';
  do {
    *--at = (char)('0' + left % 10);
    left /= 10;
  } while (left > 0);
  if (value < 0) *--at = '-';
  print(at);
}

static void say(const char *name, int32_t value) {
  print(name);
  print(" ");
  print_number(value);
  print("\n");
}

/* The bits of a float32. */
static void print_float(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  print(" ");
  print_number(bits);
}

/* Noise in syllables, through a low-pass. */
static void classify(const char *name, uint32_t seed) {
  lsn_result result;
  int32_t last = 0;
  for (int32_t i = 0; i < 6000; i++) {
    seed = seed * 1664525u + 1013904223u;
    const int32_t loud = 100 + (i / 500) % 4 * 3000;
    last = (3 * last + (((int32_t)(seed >> 16) - 32768) * loud) / 32768) / 4;
    samples[i] = (int16_t)last;
  }
  print(name);
  print_number((int32_t)lsn_classify(&state, samples, 6000, 16000, &result));
  for (int i = 0; i < LSN_CLASSES; i++) {
    print(" ");
    print_number(result.logits[i]);
  }
  print_float(result.probabilities[0]);
  print_float(result.activation);
  print_float(result.valence);
  print_float(result.voice);
  print(result.accepted ? " accepted " : " uncertain ");
  print_number(result.speech_frames);
  print("\n");
}

static void show(const uint8_t *bytes) {
  print("statistics");
  for (int i = 0; i < LSN_ADAPTATION_BYTES; i++) {
    print(" ");
    print_number(bytes[i]);
  }
  print("\n");
}

int main(void) {
  uint8_t saved[LSN_ADAPTATION_BYTES], damaged[LSN_ADAPTATION_BYTES];
  lsn_init(&state);
  classify("first ", 1);
  say("frames", lsn_adaptation_frames(&state));
  say("save", lsn_adaptation_save(&state, saved));
  show(saved);
  classify("second ", 2);
  say("load", lsn_adaptation_load(&state, saved, sizeof saved));
  classify("second ", 2);
  say("save", lsn_adaptation_save(&state, saved));
  show(saved);
  int32_t refused = 0;
  for (int i = 0; i < LSN_ADAPTATION_BYTES; i++) {
    for (int j = 0; j < LSN_ADAPTATION_BYTES; j++) damaged[j] = saved[j];
    damaged[i] = (uint8_t)(damaged[i] ^ 0x10);
    if (lsn_adaptation_load(&state, damaged, sizeof damaged) == LSN_ADAPTATION_DAMAGED) refused++;
  }
  say("refused", refused);
  say("shorter", lsn_adaptation_load(&state, saved, sizeof saved - 1));
  say("none", lsn_adaptation_load(&state, saved, 0));
  say("longer", lsn_adaptation_load(&state, saved, 100000));
  say("NULL", lsn_adaptation_load(&state, NULL, sizeof saved));
  say("save to NULL", lsn_adaptation_save(&state, NULL));
  say("no state", lsn_adaptation_load(NULL, saved, sizeof saved));
  say("no state", lsn_adaptation_save(NULL, saved));
  classify("second ", 2);
  lsn_adaptation_reset(&state);
  say("frames", lsn_adaptation_frames(&state));
  classify("second ", 2);
  return 0;
}
