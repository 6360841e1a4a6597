#include "both_models.h"

#include <stdio.h>

#include "big_light_sernet.h"
#include "small_light_sernet.h"

/* The models work one after the other, so their states may share memory. Each is initialized before its turn. */
static union {
  big_state big;
  small_state small;
} memory;

static void print_answer(const char *model, const char *label, const int32_t *logits, int classes) {
  printf("{\"model\": \"%s\", \"label\": \"%s\", \"logits\": [", model, label);
  for (int i = 0; i < classes; i++) printf(i > 0 ? ", %ld" : "%ld", (long)logits[i]);
  printf("]}\n");
}

static big_status classify_with_big(const int16_t *samples, size_t count) {
  big_result result;
  big_init(&memory.big);
  const big_status status = big_classify(&memory.big, samples, count, 16000, &result);
  if (status == BIG_OK) print_answer(BIG_MODEL_ID, big_class_name(&memory.big, result.label), result.logits, BIG_CLASSES);
  else printf("%s\n", big_status_sentence(status));
  return status;
}

static small_status classify_with_small(const int16_t *samples, size_t count) {
  small_result result;
  small_init(&memory.small);
  const small_status status = small_classify(&memory.small, samples, count, 16000, &result);
  if (status == SMALL_OK) print_answer(SMALL_MODEL_ID, small_class_name(&memory.small, result.label), result.logits, SMALL_CLASSES);
  else printf("%s\n", small_status_sentence(status));
  return status;
}

int classify_with_both(const int16_t *samples, size_t count) {
  const big_status big = classify_with_big(samples, count);
  const small_status small = classify_with_small(samples, count);
  return big == BIG_OK && small == SMALL_OK ? 0 : 1;
}
