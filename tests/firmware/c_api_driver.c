/*
 * Does what stdin says with light_sernet.h, and prints a line for every command: what the function returned. A command is a line of words; the last
 * word of some is how many bytes follow it. They are put where nothing lies after them, so that AddressSanitizer sees who reads on.
 * calls.h is written by tests/firmware/c_drivers.ts: call(), which knows every function of the module by its name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "light_sernet.h"

#define STATES 8
#define STATIC_STATES 4
#define MOST_WORDS 16

static lsn_state static_states[STATIC_STATES];
static lsn_state *states[STATES];

static void print_bytes(const void *bytes, size_t count) {
  const unsigned char *at = (const unsigned char *)bytes;
  for (size_t i = 0; i < count; i++) printf("%02x", at[i]);
}

static void print_float(float value) {
  print_bytes(&value, sizeof value);
  printf("\n");
}

static void print_string(const char *text) {
  printf("%s\n", text == NULL ? "NULL" : text);
}

/* That many bytes from there; all of them must be in the state. */
static void print_place(const lsn_state *state, const void *place, int32_t bytes) {
  const char *const begin = (const char *)state, *const at = (const char *)place;
  if (place == NULL) {
    printf("NULL\n");
  } else if (at < begin || at + bytes > begin + sizeof *state) {
    printf("outside the state\n");
  } else {
    print_bytes(place, (size_t)bytes);
    printf("\n");
  }
}

#include "calls.h"

static void print_answer(lsn_status status, const lsn_result *result) {
  printf("%d", (int)status);
  if (status == LSN_OK) {
    printf(" %ld %s", (long)result->label, result->accepted ? "accepted" : "uncertain");
    for (int i = 0; i < LSN_CLASSES; i++) printf(" %ld", (long)result->logits[i]);
    printf(" ");
    print_bytes(result->probabilities, sizeof result->probabilities);
  }
  printf("\n");
}

static void print_input(lsn_status status, const lsn_input *input) {
  printf("%d", (int)status);
  if (status == LSN_OK) {
    const float floats[] = {input->peak, input->rms_db, input->clipped_share};
    printf(" %ld %ld %ld ", (long)input->duration_ms, (long)input->sample_rate, (long)input->channels);
    print_bytes(floats, sizeof floats);
    printf(" %lu", (unsigned long)input->warnings);
  }
  printf("\n");
}

static void fail(const char *what) {
  printf("the driver does not understand: %s\n", what);
  exit(2);
}

/* A word as a number; what is not there is 0. */
static long long number(char **words, int at) {
  return words[at] == NULL ? 0 : strtoll(words[at], NULL, 10);
}

/* The bytes after the command; NULL for a length of -1. */
static void *payload(long long length) {
  if (length < 0) return NULL;
  void *const bytes = malloc(length > 0 ? (size_t)length : 1);
  if (bytes == NULL || fread(bytes, 1, (size_t)length, stdin) != (size_t)length) fail("fewer bytes than announced");
  return bytes;
}

/* What memory may hold before lsn_init(): zeros, or anything else. */
static void fill(lsn_state *state, unsigned long seed) {
  unsigned long bits = seed;
  for (size_t i = 0; i < sizeof *state; i++) {
    if (seed > 0) bits = (bits * 1664525ul + 1013904223ul) & 0xfffffffful;
    ((unsigned char *)state)[i] = (unsigned char)(bits >> 24);
  }
}

static void do_command(char **words) {
  const char *const name = words[0];
  if (strcmp(name, "sentence") == 0) {
    print_string(lsn_status_sentence((lsn_status)number(words, 1)));
    return;
  }
  if (strcmp(name, "warning") == 0) {
    print_string(lsn_warning_sentence((lsn_warning)number(words, 1)));
    return;
  }
  const long long which = number(words, 1);
  if (which >= STATES) fail("a state's number");
  lsn_state *const state = which < 0 ? NULL : states[which];
  lsn_result result;
  lsn_input input;
  if (strcmp(name, "fill") == 0) {
    fill(state, (unsigned long)number(words, 2));
    printf("filled\n");
  } else if (strcmp(name, "init") == 0) {
    printf("%d\n", (int)lsn_init(state));
  } else if (strcmp(name, "set_input") == 0) {
    printf("%d\n", (int)lsn_set_input(state, (int32_t)number(words, 2), (int32_t)number(words, 3), (int32_t)number(words, 4)));
  } else if (strcmp(name, "input_capacity") == 0) {
    printf("%ld\n", (long)lsn_input_capacity(state));
  } else if (strcmp(name, "get_result") == 0) {
    print_answer(lsn_get_result(state, number(words, 2) ? &result : NULL), &result);
  } else if (strcmp(name, "get_input") == 0) {
    print_input(lsn_get_input(state, number(words, 2) ? &input : NULL), &input);
  } else if (strcmp(name, "classify") == 0) {
    /* state, count, rate, whether there is a place for the result, bytes */
    void *const samples = payload(number(words, 5));
    const size_t count = (size_t)strtoull(words[2], NULL, 10);
    const uint32_t rate = (uint32_t)strtoul(words[3], NULL, 10);
    print_answer(lsn_classify(state, (const int16_t *)samples, count, rate, number(words, 4) ? &result : NULL), &result);
    free(samples);
  } else if (strcmp(name, "push") == 0 || strcmp(name, "push_bytes") == 0 || strcmp(name, "wav_push") == 0) {
    /* state, count, bytes */
    void *const bytes = payload(number(words, 3));
    const size_t count = (size_t)strtoull(words[2], NULL, 10);
    if (strcmp(name, "push") == 0) {
      printf("%d\n", (int)lsn_push(state, (const int16_t *)bytes, count));
    } else {
      printf("%ld\n", (long)(name[0] == 'p' ? (int32_t)lsn_push_bytes(state, bytes, count) : lsn_wav_push(state, bytes, count)));
    }
    free(bytes);
  } else if (strcmp(name, "call") == 0) {
    int32_t arguments[4];
    for (int i = 0; i < 4; i++) arguments[i] = (int32_t)(words[2] == NULL || words[2 + i] == NULL ? 0 : number(words, 3 + i));
    if (words[2] == NULL || !call(words[2], state, arguments)) fail("the name of a function");
  } else if (strcmp(name, "sizes") == 0) {
    printf("%lu %lu %lu\n", (unsigned long)sizeof(lsn_state), (unsigned long)LSN_STATE_BYTES, (unsigned long)lsn_state_size());
  } else if (strcmp(name, "facts") == 0) {
    printf("%s|%d|%s|%s|%d|%d\n", LSN_VERSION, LSN_ABI_VERSION, LSN_MODEL_ID, LSN_MODEL_SHA256, LSN_CLASSES, LSN_MEMORY_BYTES);
  } else {
    fail(name);
  }
}

int main(void) {
  for (int i = 0; i < STATES; i++) states[i] = i < STATIC_STATES ? &static_states[i] : (lsn_state *)malloc(lsn_state_size());
  char line[256];
  while (fgets(line, sizeof line, stdin) != NULL) {
    char *words[MOST_WORDS + 1] = {NULL};
    int count = 0;
    for (char *word = strtok(line, " \n"); word != NULL && count < MOST_WORDS; word = strtok(NULL, " \n")) words[count++] = word;
    if (count > 0) do_command(words);
  }
  for (int i = STATIC_STATES; i < STATES; i++) free(states[i]);
  return 0;
}
