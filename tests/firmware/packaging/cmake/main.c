/* What users write: the sound on standard input, int16 samples at 16 kHz, and its emotion as a line of JSON. */
#include <inttypes.h>
#include <light_sernet.h>
#include <stdio.h>

static lsn_state state;
static int16_t samples[160000];

int main(void) {
  const size_t count = fread(samples, sizeof samples[0], sizeof samples / sizeof samples[0], stdin);
  lsn_result result;
  lsn_init(&state);
  const lsn_status status = lsn_classify(&state, samples, count, 16000, &result);
  if (status != LSN_OK) {
    fprintf(stderr, "%s\n", lsn_status_sentence(status));
    return 1;
  }
  printf("{\"label\": \"%s\", \"logits\": [", lsn_class_name(&state, result.label));
  for (int i = 0; i < LSN_CLASSES; i++) printf(i > 0 ? ", %" PRId32 : "%" PRId32, result.logits[i]);
  printf("]}\n");
  return 0;
}
