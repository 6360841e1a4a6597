/*
 * Input bytes as calls of every function of light_sernet.h, with any arguments, on states side by side. light_sernet.c is compiled as a part of
 * this file, so that its variables and the struct of a state are known.
 *
 * Beyond what the sanitizers see: statuses are declared ones; results are probabilities; getters and refused calls change nothing; a sound gives
 * the same bits after whatever was called before, and in whatever pieces it comes.
 *
 * With PLANTS the environment variable LSN_PLANT names a bug, by which the test sees that each of these is found.
 */
#include <stdint.h>
#include <string.h>

#include "fuzz_memory.h"

/* The module clears all line buffers in one call, and with them the gaps between them. */
static void *clear_watched(void *to, int value, size_t bytes) {
  if (bytes != LINE_BUFFERS_BYTES) return memset(to, value, bytes);
  for (size_t i = 0; i < sizeof line_buffers / sizeof line_buffers[0]; i++) memset((uint8_t *)to + line_buffers[i][0], value, line_buffers[i][1]);
  return to;
}

#define memset clear_watched
#include "light_sernet.c"
#undef memset

#include "state_memory.h"

#define SOUND_SAMPLES 5000
#define CALLS 100

#ifdef PLANTS
#define PLANTED(name) (getenv("LSN_PLANT") != NULL && strcmp(getenv("LSN_PLANT"), name) == 0)
#else
#define PLANTED(name) 0
#endif

static const uint8_t *input;
static size_t input_left;
static int16_t *reference_sound; /* int16 [SOUND_SAMPLES] */
static lsn_result reference_result;
/* What was started last on each state; it decides what is at lsn_output(). */
static enum { OTHER, SAMPLES, FEATURES } started[STATES];
/* By status from 0 to -63, and positive ones as one. */
static unsigned long said[65];

static uint32_t take(unsigned bytes) {
  uint32_t value = 0;
  for (; bytes > 0 && input_left > 0; bytes--, input_left--) value = value << 8 | *input++;
  return value;
}

static uint32_t below(uint32_t limit) {
  return limit <= 256 ? take(1) % limit : take(2) % limit;
}

/* Mostly what leads somewhere, or an edge, or anything. */
static int32_t drawn(int32_t usual) {
  static const int32_t edges[] = {0,     1,    -1,    2,         7999,      8000,      16000,      192000,    192001,
                                  44100, 2400, 32767, 32768000,  32768001,  INT32_MAX, INT32_MIN,  INT32_MAX - 1, 0x10000, 1 << 30};
  switch (take(1) % 4) {
    case 0: return usual;
    case 1: return edges[take(1) % (sizeof edges / sizeof edges[0])];
    case 2: return (int32_t)take(2);
    default: return (int32_t)take(4);
  }
}

/* A copy of exactly that many bytes, of input or of a sound, after which nothing may be read; NULL sometimes, and for 0 bytes either. */
static void *bytes_of(size_t count, int may_be_null) {
  const uint32_t kind = take(1);
  if (may_be_null && kind % 16 == 0) return NULL;
  uint8_t *const bytes = (uint8_t *)malloc(count);
  const uint8_t *const sound = (const uint8_t *)reference_sound;
  for (size_t i = 0; i < count; i++) bytes[i] = kind % 4 == 1 && input_left > 0 ? (uint8_t)take(1) : sound[(i + 2 * kind) % (2 * SOUND_SAMPLES)];
  return bytes;
}

static void count_status(int32_t status) {
  said[status > 0 ? 64 : status < -63 ? 63 : -status]++;
}

/* A declared status; positive numbers where they are allowed. */
static int32_t declared(int32_t status, int positive) {
  if (PLANTED("status") && status == LSN_BAD_LEVEL) status = -99;
  count_status(status);
  if (status > 0) MUST(positive, "a positive status");
  else MUST(strcmp(lsn_status_sentence((lsn_status)status), "unknown status") != 0, "a status that is not declared");
  return status;
}

static void touch(const lsn_state *state, const void *place, size_t bytes) {
  volatile uint8_t sink = 0;
  const uint8_t *const at_place = (const uint8_t *)place;
  MUST(at_place >= (const uint8_t *)state && at_place + bytes <= (const uint8_t *)state + sizeof(struct engine), "a pointer out of the state");
  for (size_t i = 0; i < bytes; i++) sink = at_place[i];
  (void)sink;
}

static void check_result(lsn_state *state, const lsn_result *result) {
  MUST(result->label >= 0 && result->label < LSN_CLASSES, "the label");
  float sum = 0, largest = 0;
  for (int i = 0; i < LSN_CLASSES; i++) {
    const float probability = result->probabilities[i];
    MUST(probability >= 0 && probability <= 1, "a probability");
    sum += probability;
    if (probability > largest) largest = probability;
    MUST(result->logits[i] < result->logits[result->label] || (result->logits[i] == result->logits[result->label] && i >= result->label),
         "the label is not the first of the largest logits");
  }
  MUST(sum > 0.999f && sum < 1.001f, "the sum of the probabilities");
  MUST(result->probabilities[result->label] == largest, "the label is not the most probable");
  MUST(result->accepted == (largest >= lsn_accept_threshold(state)), "acceptance");
  MUST(lsn_class_name(state, result->label) != NULL, "the label's name");
}

/* Bit by bit, but for the padding. */
static int same_result(const lsn_result *a, const lsn_result *b) {
  return a->label == b->label && a->accepted == b->accepted && memcmp(a->logits, b->logits, sizeof a->logits) == 0 &&
         memcmp(a->probabilities, b->probabilities, sizeof a->probabilities) == 0;
}

/* Answers of a state now; the status where there is none. */
static lsn_status result_of(lsn_state *state, lsn_result *result) {
  memset(result, 0x5a, sizeof *result);
  const lsn_status status = lsn_get_result(state, result);
  if (status == LSN_OK) check_result(state, result);
  else for (size_t i = 0; i < sizeof *result; i++) MUST(((const uint8_t *)result)[i] == 0x5a, "a refused call writes a result");
  return status;
}

/* The same sound as ever. */
static void check_reference(lsn_state *state) {
  lsn_result result;
  const struct engine before = *(const struct engine *)&(struct engine){.format = inside(state)->format, .channels = inside(state)->channels, .rate = inside(state)->rate};
  lsn_adaptation_reset(state);
  MUST(lsn_classify(state, reference_sound, SOUND_SAMPLES, 16000, &result) == LSN_OK, "a good sound is refused");
  if (PLANTED("bits") && inside(state)->rate != 16000) result.logits[0] ^= 1;
  MUST(same_result(&result, &reference_result), "another answer to the same sound");
  MUST(inside(state)->format == before.format && inside(state)->channels == before.channels && inside(state)->rate == before.rate,
       "lsn_classify changes the input");
}

/* A pass of a sound in pieces; the status of the first that is refused. */
static lsn_status push_in_pieces(lsn_state *state, const int16_t *samples, size_t count, uint32_t seed) {
  for (size_t taken = 0; taken < count;) {
    seed = seed * 1664525u + 1013904223u;
    size_t piece = (seed >> 16) % ((seed >> 13) % 3 == 0 ? 3000 : 90);
    if (piece > count - taken) piece = count - taken;
    const lsn_status status = lsn_push(state, samples + taken, piece);
    if (status != LSN_OK) return status;
    taken += piece;
  }
  return LSN_OK;
}

/* A sound at once and in pieces. */
static void classify_twice(lsn_state *state) {
  const size_t count = below(SOUND_SAMPLES);
  const uint32_t rate = below(3) == 0 ? 8000 + take(3) % 184001 : 16000, seed = take(2) + 1;
  int16_t *const samples = (int16_t *)bytes_of(2 * count, 0);
  lsn_result at_once, in_pieces;
  MUST(lsn_classify(state, samples, count, rate, &at_once) == LSN_OK, "a sound of a good rate is refused");
  const int32_t length = lsn_resampled_length(state, (int32_t)count, (int32_t)rate);
  lsn_set_input(state, LSN_FORMAT_S16, 1, (int32_t)rate);
  MUST(lsn_start_level(state, length) == LSN_OK && push_in_pieces(state, samples, count, seed) == LSN_OK, "the first pass");
  MUST(lsn_next_level(state) == LSN_OK && push_in_pieces(state, samples, count, seed + 1) == LSN_OK, "the second pass");
  const int32_t level = lsn_finish_level(state);
  MUST(level >= 0 && level <= 32768000, "the level");
  MUST(lsn_start(state, level, length) == LSN_OK && push_in_pieces(state, samples, count, seed + 2) == LSN_OK, "the third pass");
  MUST(lsn_finish(state) == LSN_OK && result_of(state, &in_pieces) == LSN_OK, "the end");
  MUST(same_result(&at_once, &in_pieces), "pieces change the answer");
  free(samples);
}

static void fill_floats(lsn_state *state, float *to, size_t count) {
  if (to == NULL) return;
  touch(state, to, count * sizeof *to);
  for (size_t i = 0; i < count; i++) {
    const uint32_t bits = i % 7 == 0 ? take(4) : (uint32_t)(i * 0x9e3779b9u) >> 4;
    memcpy(to + i, &bits, sizeof bits);
  }
}

#include "fuzz_calls.h"

/* Calls that may not change a state, when they say so. */
static int leaves_alone(int32_t status) {
  return status == LSN_NOT_STARTED || status == LSN_NO_SOUND || status == LSN_NO_STATE;
}

static void one_call(void) {
  const uint32_t choice = take(1);
  const int which = (int)(choice / 64) % STATES;
  const int null = choice % 64 == 63;
  lsn_state *const state = null ? NULL : states[which];
  check_untouched(which);
  const uint64_t before = hashes[which];
  lsn_result old, now;
  const int begun = inside(states[which])->begun == BEGUN;
  const lsn_status had = begun ? result_of(states[which], &old) : LSN_NO_STATE;
  const called call = any_call(state, which);
  if (PLANTED("page") && call.status == LSN_OK && begun && call.kind == CHANGES) inside(states[which])->module.memory.data[INPUT_END] = 1;
  if (PLANTED("table") && call.status == LSN_OK && begun && call.kind == CHANGES) inside(states[which])->module.memory.data[TABLES_BEGIN] ^= 1;
  if (PLANTED("getter") && call.kind == READS && begun && !null) inside(states[which])->module.memory.data[INPUT_END - 1] ^= 1;
  if (PLANTED("other") && call.kind == CHANGES && begun) inside(states[(which + 1) % STATES])->rate++;
  while (PLANTED("hang") && call.status == LSN_BAD_LEVEL) input_left = 0;
  if (call.kind == READS || null) MUST(before == hash_of(states[which]), "a call that only reads changes the state");
  if (begun && call.kind == CHANGES && leaves_alone(call.status)) {
    const lsn_status has = result_of(states[which], &now);
    MUST(has == had && (has != LSN_OK || same_result(&old, &now)), "a refused call changes the result");
  }
  check_after(which);
}

static void write_figures(void) {
  const char *const file = getenv("LSN_FUZZ_FIGURES");
  FILE *const out = file == NULL ? NULL : fopen(file, "w");
  if (out == NULL) return;
  fprintf(out, "{");
  for (int i = 0; i < 65; i++)
    if (said[i] > 0) fprintf(out, "%s\"%s\": %lu", said[0] > 0 && i > 0 ? ", " : "", i == 64 ? "a number" : lsn_status_sentence((lsn_status)-i), said[i]);
  fprintf(out, "}\n");
  fclose(out);
}

int LLVMFuzzerInitialize(int *count, char ***arguments) {
  (void)count, (void)arguments;
  reference_sound = (int16_t *)malloc(SOUND_SAMPLES * sizeof *reference_sound);
  for (int i = 0; i < SOUND_SAMPLES; i++) reference_sound[i] = (int16_t)((i * i % 8191 - 4096) * (i % 97) / 20);
  begin_states(0);
  init_watched(states[0]);
  MUST(lsn_classify(states[0], reference_sound, SOUND_SAMPLES, 16000, &reference_result) == LSN_OK, "the reference");
  check_result(states[0], &reference_result);
  end_states();
  atexit(write_figures);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input = data;
  input_left = size;
  const uint32_t how = take(1);
  begin_states((uint8_t)(how * 85));
  /* The third is begun by a call, if at all. */
  for (int i = 0; i < STATES - 1; i++) init_watched(states[i]), check_after(i);
  memset(started, 0, sizeof started);
  for (int calls = 0; calls < CALLS && input_left > 0; calls++) one_call();
  for (int i = 0; i < STATES; i++) check_untouched(i);
  if (how % 4 == 0) check_reference(states[0]);
  end_states();
  return 0;
}
