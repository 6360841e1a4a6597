/*
 * States whose memory the sanitizers watch: nobody may touch the gaps that spread_model.ts left in the page, nor the rest of the page, nor what lies
 * after the used part; constant tables keep their bytes; and a call changes no other state. Included by fuzz_api.c alone.
 */
#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>

#define STATES 3
#define UNWATCHED __attribute__((no_sanitize("address", "undefined", "coverage")))

static lsn_state *states[STATES];
/* Of each state after its last call; others must not have changed it. */
static uint64_t hashes[STATES];
static uint8_t *tables; /* as they are at first: LSN_MEMORY_BYTES - TABLES_BEGIN bytes */
static uint32_t used; /* bytes of the page that the module says it needs */

#define SAY(...) (fprintf(stderr, __VA_ARGS__), fprintf(stderr, "\n"), abort())
#define MUST(condition, what)                                  \
  do {                                                         \
    if (!(condition)) SAY("must not happen: %s (%s)", what, #condition); \
  } while (0)

static struct engine *inside(lsn_state *state) {
  return (struct engine *)(void *)state;
}

/* FNV-1a over words, in four lanes side by side; sizeof(struct engine) is a multiple of 8. */
UNWATCHED static uint64_t hash_of(const lsn_state *state) {
  const size_t words = sizeof(struct engine) / 8;
  uint64_t lanes[4] = {0xcbf29ce484222325ull, 1, 2, 3};
  size_t at = 0;
  for (; at + 4 <= words; at += 4)
    for (size_t lane = 0; lane < 4; lane++) lanes[lane] = (lanes[lane] ^ state->opaque[at + lane]) * 0x100000001b3ull;
  for (; at < words; at++) lanes[0] = (lanes[0] ^ state->opaque[at]) * 0x100000001b3ull;
  return ((lanes[0] * 31 + lanes[1]) * 31 + lanes[2]) * 31 + lanes[3];
}

UNWATCHED static void keep_tables(const uint8_t *page) {
  for (uint32_t at = TABLES_BEGIN; at < LSN_MEMORY_BYTES; at++) tables[at - TABLES_BEGIN] = page[at];
}

UNWATCHED static void check_tables(const uint8_t *page) {
  uint64_t changed = 0;
  for (uint32_t at = TABLES_BEGIN; at + 8 <= LSN_MEMORY_BYTES; at += 8) {
    uint64_t before, now;
    __builtin_memcpy(&before, tables + (at - TABLES_BEGIN), 8);
    __builtin_memcpy(&now, page + at, 8);
    changed |= before ^ now;
  }
  for (uint32_t at = TABLES_BEGIN; changed != 0 && at < LSN_MEMORY_BYTES; at++)
    if (tables[at - TABLES_BEGIN] != page[at]) SAY("must not happen: a constant table is changed at byte %u of the page", (unsigned)at);
}

/* Pads after tables, by what is in them. Whole groups of eight bytes alone can be poisoned from their beginning on. */
UNWATCHED static void poison_pads(const uint8_t *page) {
  for (uint32_t at = TABLES_BEGIN, run = 0; at < used; at++) {
    run = page[at] == PAD_BYTE ? run + 1 : 0;
    if (run >= PAD_BYTES && (at + 1 == used || page[at + 1] != PAD_BYTE || run % PAD_BYTES == 0))
      ASAN_POISON_MEMORY_REGION(page + at + 1 - PAD_BYTES, PAD_BYTES);
  }
}

static void poison(lsn_state *state) {
  const uint8_t *const page = inside(state)->module.memory.data;
  for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) ASAN_POISON_MEMORY_REGION(page + gaps[i][0], gaps[i][1] - gaps[i][0]);
  poison_pads(page);
  ASAN_POISON_MEMORY_REGION(page + used, LSN_MEMORY_BYTES - used);
  ASAN_POISON_MEMORY_REGION((uint8_t *)state + sizeof(struct engine), sizeof(lsn_state) - sizeof(struct engine));
}

/* lsn_init() writes all of the page once. */
static lsn_status init_watched(lsn_state *state) {
  if (state == NULL) return lsn_init(state);
  ASAN_UNPOISON_MEMORY_REGION(state, sizeof(struct engine));
  const lsn_status status = lsn_init(state);
  if (used == 0) {
    used = (uint32_t)lsn_memory_needed(state);
    MUST(used > TABLES_BEGIN && used <= LSN_MEMORY_BYTES, "memoryNeeded");
    tables = (uint8_t *)malloc(LSN_MEMORY_BYTES - TABLES_BEGIN);
    keep_tables(inside(state)->module.memory.data);
  }
  poison(state);
  return status;
}

/* Memory of exactly that many bytes. What was there before lsn_init() may be anything. */
static void begin_states(uint8_t before) {
  for (int i = 0; i < STATES; i++) {
    states[i] = (lsn_state *)malloc(sizeof(lsn_state));
    memset(states[i], before, sizeof(lsn_state));
    hashes[i] = hash_of(states[i]);
  }
}

static void end_states(void) {
  for (int i = 0; i < STATES; i++) {
    ASAN_UNPOISON_MEMORY_REGION(states[i], sizeof(lsn_state));
    free(states[i]);
  }
}

/* Before a call of one state: the calls of others have left it alone. */
static void check_untouched(int which) {
  MUST(hashes[which] == hash_of(states[which]), "a state changes without a call");
}

static void check_after(int which) {
  if (inside(states[which])->begun == BEGUN) check_tables(inside(states[which])->module.memory.data);
  hashes[which] = hash_of(states[which]);
}
