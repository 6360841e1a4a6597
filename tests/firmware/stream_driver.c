/*
 * Streams standard input (int16, mono, 16 kHz) in pieces whose sizes follow from a seed, 1 to 512 samples (256 with seed 0), and prints the numbers of every
 * answer; what moves with every frame depends on the pieces. To standard error: how much memory the process holds, in KB, after each minute of sound.
 */
#define _POSIX_C_SOURCE 200112L /* sysconf() */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "light_sernet.h"

static lsn_state state;

static void print_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  printf(" %lu", (unsigned long)bits);
}

static void print_answer(void) {
  lsn_stream_answer answer;
  if (lsn_stream_get(&state, &answer) != LSN_OK) exit(3);
  printf("%lu %d %ld %d %ld %ld %lu", (unsigned long)answer.answered, (int)answer.state, (long)answer.label, answer.accepted, (long)answer.heard_frames,
         (long)answer.frames_with_speech, (unsigned long)answer.last_frame);
  print_bits(answer.level_db);
  for (int i = 0; i < LSN_CLASSES; i++) printf(" %ld", (long)answer.logits[i]);
  for (int i = 0; i < LSN_CLASSES; i++) print_bits(answer.probabilities[i]);
  printf("\n");
}

/* getrusage() would say how large the process was from which this one was made, and AddressSanitizer keeps what fclose() frees. */
static void print_memory(void) {
  char text[100] = "0 0";
  long all = 0, resident = 0;
  const int file = open("/proc/self/statm", O_RDONLY);
  if (file >= 0) {
    if (read(file, text, sizeof text - 1) < 0) exit(3);
    close(file);
  }
  if (sscanf(text, "%ld %ld", &all, &resident) != 2) exit(3);
  fprintf(stderr, "%ld\n", resident * (sysconf(_SC_PAGESIZE) / 1024));
}

/* Statuses that are no answers. */
static int refused(void) {
  static int16_t few[2];
  lsn_stream_answer answer;
  lsn_state *const none = NULL;
  int right = 1;
  right &= lsn_stream_start(none) == LSN_NO_STATE && lsn_stream_push(none, few, 2) == LSN_NO_STATE && lsn_stream_events(none) == LSN_NO_STATE;
  right &= lsn_stream_get(none, &answer) == LSN_NO_STATE && lsn_stream_set(none, 1, 0) == LSN_NO_STATE && lsn_stream_finish(none) == LSN_NO_STATE;
  right &= lsn_stream_push(&state, few, 2) == LSN_NOT_STARTED && lsn_stream_finish(&state) == LSN_NOT_STARTED;
  right &= lsn_stream_get(&state, &answer) == LSN_NOT_STARTED;
  right &= lsn_stream_start(&state) == LSN_OK && lsn_push(&state, few, 2) == LSN_NOT_STARTED;
  right &= lsn_stream_push(&state, NULL, 2) == LSN_NO_SOUND && lsn_stream_push(&state, NULL, 0) == LSN_OK;
  right &= lsn_stream_push(&state, few, SIZE_MAX) == LSN_TOO_LONG && lsn_stream_push_bytes(&state, few, 3) == LSN_BAD_PIECE;
  right &= lsn_stream_get(&state, NULL) == LSN_NO_SOUND && lsn_stream_get(&state, &answer) == LSN_OK && answer.answered == 0;
  right &= lsn_stream_set(&state, 0, 0) == LSN_BAD_STREAM && lsn_stream_set(&state, 17, 0) == LSN_BAD_STREAM;
  right &= lsn_stream_set(&state, 1, -1) == LSN_BAD_STREAM && lsn_stream_set(&state, 1, 65) == LSN_BAD_STREAM && lsn_stream_set(&state, 16, 64) == LSN_OK;
  /* Whatever starts next ends it, and a format that is set. */
  lsn_result result;
  right &= lsn_classify(&state, few, 2, 16000, &result) == LSN_OK && lsn_stream_push(&state, few, 2) == LSN_NOT_STARTED;
  right &= lsn_stream_get(&state, &answer) == LSN_NOT_STARTED && lsn_get_result(&state, &result) == LSN_OK;
  right &= lsn_stream_start(&state) == LSN_OK && lsn_set_input(&state, LSN_FORMAT_S16, 1, 16000) == LSN_OK;
  right &= lsn_stream_push(&state, few, 2) == LSN_NOT_STARTED && lsn_stream_set(&state, 1, 0) == LSN_OK;
  right &= lsn_stream_get(&state, &answer) == LSN_NOT_STARTED;
  /* Also what does not begin, and what has no sound; the end of a stream leaves its answer. */
  right &= lsn_stream_start(&state) == LSN_OK && lsn_start_level(&state, -1) == LSN_BAD_LENGTH && lsn_stream_get(&state, &answer) == LSN_NOT_STARTED;
  right &= lsn_stream_start(&state) == LSN_OK && lsn_stream_finish(&state) == 0 && lsn_stream_get(&state, &answer) == LSN_OK;
  lsn_reset(&state);
  right &= lsn_stream_get(&state, &answer) == LSN_NOT_STARTED;
  return right;
}

/* Arguments: the seed, smoothing, hold. */
int main(int argc, char **argv) {
  static int16_t piece[512];
  if (argc != 4 || lsn_init(&state) != LSN_OK) return 2;
  if (!refused()) return 4;
  uint32_t seed = (uint32_t)strtoul(argv[1], NULL, 10);
  const int random_pieces = seed != 0;
  if (lsn_stream_set(&state, atoi(argv[2]), atoi(argv[3])) != LSN_OK || lsn_stream_start(&state) != LSN_OK) return 2;
  size_t got, samples = 0;
  do {
    seed = seed * 1664525u + 1013904223u;
    const size_t wanted = random_pieces ? 1 + (seed >> 23) : 256;
    got = fread(piece, sizeof *piece, wanted, stdin);
    if (lsn_stream_push(&state, piece, got) != LSN_OK) return 3;
    if ((lsn_stream_events(&state) & LSN_STREAM_ANSWER) != 0) print_answer();
    if (samples / 960000 != (samples + got) / 960000) print_memory();
    samples += got;
  } while (got > 0);
  while ((got = (size_t)lsn_stream_finish(&state)) == 1) print_answer();
  print_memory();
  return got == 0 ? 0 : 3;
}
