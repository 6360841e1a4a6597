/*
 * Changes the contents of a state in the middle of a sound, and calls functions on it. light_sernet.c is compiled as a part of this file, so that
 * its variables are known, and a check that fails comes back here.
 *
 *     corrupt_states PLACE KIND FIRST COUNT MILLISECONDS
 *
 * PLACE  malloc: exactly as many bytes as are used, for AddressSanitizer.
 *        edge: the used bytes end where the next 8 GiB cannot be accessed, so that every access outside the page stops the processor.
 *        middle: in the middle of a block whose other bytes are looked at after each case.
 * KIND   module: the module's variables and page. wrapper: also what light_sernet.c itself keeps, but the mark that the state was begun.
 *
 * A line of JSON says how many of the COUNT cases came back, failed a check, took more than a given time, or left the state.
 */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

static void check_failed(void) __attribute__((noreturn));
#define LSN_TRAP() check_failed()
#include "light_sernet.c"

/* How a case may end. */
enum { RETURNED, TRAPPED, LATE, DIVIDED, OUTSIDE, ENDS };

#define REACH (8ull << 30)
#define MARGIN 65536
#define MARGIN_BYTE 0xa5
#define SAMPLES 3000

static sigjmp_buf back;
static lsn_state *state;
static struct engine *corrupted;
static int16_t *samples;
static uint64_t bits;

static void check_failed(void) {
  siglongjmp(back, TRAPPED);
}

static void on_signal(int signal) {
  siglongjmp(back, signal == SIGVTALRM ? LATE : signal == SIGFPE ? DIVIDED : OUTSIDE);
}

/* xorshift64, Marsaglia 2003. */
static uint32_t random_bits(void) {
  bits ^= bits << 13;
  bits ^= bits >> 7;
  bits ^= bits << 17;
  return (uint32_t)(bits >> 32);
}

static uint32_t below(uint32_t limit) {
  return (uint32_t)(((uint64_t)random_bits() * limit) >> 32);
}

/* Numbers that lead to an edge, or anywhere. */
static uint32_t odd_number(void) {
  static const uint32_t edges[] = {0, 1, 2, 0xffffffffu, 0x7fffffffu, 0x80000000u, 0x40000000u, 0x10000u, LSN_MEMORY_BYTES};
  switch (below(5)) {
    case 0: return edges[below(sizeof edges / sizeof edges[0])];
    case 1: return LSN_MEMORY_BYTES - 300 + below(600);
    case 2: return below(LSN_MEMORY_BYTES);
    case 3: return below(5000);
    default: return random_bits();
  }
}

static void *state_memory(const char *place) {
  const size_t used = sizeof(struct engine);
  if (strcmp(place, "malloc") == 0) return malloc(used);
  if (strcmp(place, "middle") == 0) {
    uint8_t *const block = (uint8_t *)malloc(used + 2 * MARGIN);
    if (block == NULL) return NULL;
    memset(block, MARGIN_BYTE, used + 2 * MARGIN);
    return block + MARGIN;
  }
  const size_t page = (size_t)sysconf(_SC_PAGESIZE), mapped = (used + page - 1) / page * page;
  uint8_t *const begin = (uint8_t *)mmap(NULL, mapped + REACH, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (begin == MAP_FAILED || mprotect(begin, mapped, PROT_READ | PROT_WRITE) != 0) return NULL;
  return begin + mapped - used;
}

static int margins_are_whole(void) {
  const uint8_t *const begin = (const uint8_t *)corrupted;
  for (size_t i = 1; i <= MARGIN; i++)
    if (begin[-(ptrdiff_t)i] != MARGIN_BYTE || begin[sizeof(struct engine) - 1 + i] != MARGIN_BYTE) return 0;
  return 1;
}

static int32_t odd_argument(void) {
  switch (below(4)) {
    case 0: return (int32_t)below(10);
    case 1: return (int32_t)below(50000);
    case 2: return (int32_t)below(32768001);
    default: return (int32_t)odd_number();
  }
}

/* Every pointer that a function returns points into the state. */
static void inside(const void *place) {
  const uintptr_t at = (uintptr_t)place, begin = (uintptr_t)corrupted;
  if (place != NULL && (at < begin || at >= begin + sizeof(struct engine))) siglongjmp(back, OUTSIDE);
}

/* So many of the samples, which end where they must not be read on. */
static void push_some(void) {
  const uint32_t count = below(3) ? below(400) : below(SAMPLES);
  if (below(2)) lsn_push(state, samples + SAMPLES - count, count);
  else lsn_push_bytes(state, (const uint8_t *)(samples + SAMPLES) - count, count);
}

static void any_call(void) {
  lsn_result result;
  switch (below(29)) {
    case 0: lsn_set_input(state, (int32_t)below(8), (int32_t)below(6), below(4) ? 16000 : odd_argument()); break;
    case 1: lsn_start_level(state, odd_argument()); break;
    case 2: lsn_next_level(state); break;
    case 3: lsn_finish_level(state); break;
    case 4: lsn_start(state, (int32_t)below(32768001), odd_argument()); break;
    case 5: case 6: lsn_finish(state); break;
    case 7: lsn_label(state); break;
    case 8: lsn_accepted(state); break;
    case 9: lsn_get_result(state, &result); break;
    case 10: lsn_start_samples(state); break;
    case 11: lsn_finish_samples(state); break;
    case 12: lsn_start_features(state, (int32_t)below(32768001)); break;
    case 13: inside(lsn_output(state)); lsn_output_count(state); break;
    case 14: inside(lsn_class_name(state, odd_argument())); break;
    case 15: lsn_wav_begin(state); break;
    case 16: case 17: { const uint32_t count = below(600); lsn_wav_push(state, (const uint8_t *)(samples + SAMPLES) - count, count); break; }
    case 18: lsn_stage_spectrum(state); break;
    case 19: lsn_stage_mel(state); break;
    case 20: lsn_stage_mfcc(state); break;
    case 21: lsn_start_network(state); break;
    case 22: case 23: for (uint32_t i = below(20); i > 0; i--) lsn_push_frame(state); break;
    case 24: lsn_finish_network(state); break;
    case 25: lsn_classify(state, samples, below(SAMPLES), 8000 + below(90000), &result); break;
    default: push_some();
  }
}

/* Some way into what a state does. */
static void begin_something(void) {
  const int32_t length = (int32_t)below(SAMPLES);
  if (below(2)) lsn_set_input(state, LSN_FORMAT_S16, 1, below(2) ? 16000 : (int32_t)(8000 + below(90000)));
  switch (below(7)) {
    case 0: return;
    case 1: lsn_start_level(state, length); break;
    case 2: lsn_start_level(state, 0); lsn_next_level(state); lsn_finish_level(state); break;
    case 3: lsn_start_features(state, 3000000); break;
    case 4: lsn_start_samples(state); break;
    case 5: lsn_start_network(state); for (uint32_t i = below(6); i > 0; i--) lsn_push_frame(state); return;
    default: lsn_start(state, 3000000, length);
  }
  if (below(2)) lsn_push(state, samples, below((uint32_t)length + 1));
}

/* Words of a part of the state: all of them, or a few; random, odd, or a little off. */
static void corrupt(void *begin, size_t bytes) {
  uint8_t *const at = (uint8_t *)begin;
  const size_t words = bytes / sizeof(uint32_t);
  const int all = below(4) != 0;
  const uint32_t how = below(3);
  for (size_t left = all ? words : 1 + below(4); left > 0; left--) {
    const size_t index = all ? left - 1 : below((uint32_t)words);
    uint32_t word;
    memcpy(&word, at + 4 * index, sizeof word);
    word = how == 0 ? random_bits() : how == 1 ? odd_number() : word + below(8192) - 4096;
    memcpy(at + 4 * index, &word, sizeof word);
  }
}

static void corrupt_state(int wrapper) {
  uint8_t *const variables = (uint8_t *)&corrupted->module, *const page = corrupted->module.memory.data;
  const uint32_t what = below(4);
  if (what != 0) corrupt(variables, (size_t)(page - variables));
  if (what <= 1) {
    /* Tables are small: a few words somewhere in the page would hardly meet them. */
    const size_t begin = below(2) ? 0 : below(LSN_MEMORY_BYTES / 64) * 64;
    const size_t most = LSN_MEMORY_BYTES - begin;
    corrupt(page + begin, begin == 0 || most < 256 ? most : 256);
  }
  if (wrapper) corrupted->frame_bytes = odd_number();
}

int main(int count_of_arguments, char **arguments) {
  if (count_of_arguments != 6) return 2;
  const int middle = strcmp(arguments[1], "middle") == 0, wrapper = strcmp(arguments[2], "wrapper") == 0;
  const unsigned long first = strtoul(arguments[3], NULL, 10), count = strtoul(arguments[4], NULL, 10);
  const long milliseconds = strtol(arguments[5], NULL, 10);
  corrupted = (struct engine *)state_memory(arguments[1]);
  samples = (int16_t *)malloc(SAMPLES * sizeof *samples);
  if (corrupted == NULL || samples == NULL) return 2;
  state = (lsn_state *)(void *)corrupted;

  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_NODEFER;
  sigaction(SIGVTALRM, &action, NULL);
  sigaction(SIGFPE, &action, NULL);
  /* AddressSanitizer has its own way to say so. */
  if (strcmp(arguments[1], "edge") == 0) {
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
  }

  static unsigned long ends[ENDS];
  static volatile unsigned long one;
  for (one = first; one < first + count; one++) {
    bits = 0x9e3779b97f4a7c15ull * (one + 1);
    for (int i = 0; i < 8; i++) random_bits();
    for (int i = 0; i < SAMPLES; i++) samples[i] = (int16_t)random_bits();
    const struct itimerval limit = {{0, 0}, {milliseconds / 1000, milliseconds % 1000 * 1000}}, none = {{0, 0}, {0, 0}};
    int end = sigsetjmp(back, 1);
    if (end == 0) {
      setitimer(ITIMER_VIRTUAL, &limit, NULL);
      lsn_init(state);
      begin_something();
      corrupt_state(wrapper);
      for (uint32_t calls = 1 + below(12); calls > 0; calls--) any_call();
    }
    setitimer(ITIMER_VIRTUAL, &none, NULL);
    if (middle && !margins_are_whole()) end = OUTSIDE;
    if (end == OUTSIDE) fprintf(stderr, "case %lu left the state\n", one);
    ends[end]++;
  }
  printf("{\"returned\": %lu, \"trapped\": %lu, \"late\": %lu, \"divided\": %lu, \"outside\": %lu}\n", ends[RETURNED], ends[TRAPPED],
         ends[LATE], ends[DIVIDED], ends[OUTSIDE]);
  return 0;
}
