/*
 * Listens to the board's digital microphone without end (DMIC API), and prints a line twice a second: when, and what is heard. The driver fills blocks in
 * its interrupt; this thread pushes them, and while a push is busy for longer than a block lasts, the others fill.
 */
#include <string.h>
#include <zephyr/audio/dmic.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

#include "light_sernet.h"

#define RATE 16000
#define BLOCK_SAMPLES 256 /* a hop: 16 ms */
#define BLOCKS 9          /* 144 ms: one is pushed, up to two are the driver's, and the others wait, as long as any push takes */
#define TIMEOUT 1000      /* ms */

K_MEM_SLAB_DEFINE_STATIC(blocks, BLOCK_SAMPLES * sizeof(int16_t), BLOCKS, 4);

static const struct device *const microphone = DEVICE_DT_GET(DT_NODELABEL(dmic_dev));
static lsn_state state; /* 63 KB: not on a stack */

static int configure(void) {
  struct pcm_stream_cfg stream = {
      .pcm_rate = RATE, .pcm_width = 16, .block_size = BLOCK_SAMPLES * sizeof(int16_t), .mem_slab = &blocks};
  struct dmic_cfg config = {
      .io = {.min_pdm_clk_freq = 1000000, .max_pdm_clk_freq = 3500000, .min_pdm_clk_dc = 40, .max_pdm_clk_dc = 60},
      .streams = &stream,
      .channel = {.req_num_streams = 1, .req_num_chan = 1, .req_chan_map_lo = dmic_build_channel_map(0, 0, PDM_CHAN_LEFT)},
  };
  return device_is_ready(microphone) ? dmic_configure(microphone, &config) : -ENODEV;
}

static void print_answer(void) {
  lsn_stream_answer answer;
  if (lsn_stream_get(&state, &answer) != LSN_OK) return;
  const unsigned tenths = (unsigned)(LSN_STREAM_MS(answer.answered) / 100);
  printk("%u.%u s: ", tenths / 10, tenths % 10);
  if (answer.state == LSN_STREAM_LISTENING) printk("listening\n");
  else if (answer.state == LSN_STREAM_UNCERTAIN) printk("uncertain\n");
  else printk("%s %u %%\n", lsn_class_name(&state, answer.label), (unsigned)(100.0f * answer.probabilities[answer.label] + 0.5f));
#ifdef LISTEN_BITS
  for (int i = 0; i < LSN_CLASSES; i++) printk(i > 0 ? " %d" : "%d", (int)answer.logits[i]);
  for (int i = 0; i < LSN_CLASSES; i++) {
    uint32_t bits;
    memcpy(&bits, &answer.probabilities[i], sizeof bits);
    printk(" %u", (unsigned)bits);
  }
  printk("\n");
#endif
}

/* The driver stops when no block is free; then some sound is missing, and it begins again. An error once there is nothing more to hear. */
static int listen(void) {
  int error = dmic_trigger(microphone, DMIC_TRIGGER_START);
  while (error == 0) {
    void *block;
    size_t bytes;
    if (dmic_read(microphone, 0, &block, &bytes, TIMEOUT) != 0) return 0;
    const lsn_status status = lsn_stream_push(&state, block, bytes / sizeof(int16_t));
    k_mem_slab_free(&blocks, block);
    if (status != LSN_OK) {
      printk("%s\n", lsn_status_sentence(status));
      return -EINVAL;
    }
    if (lsn_stream_events(&state) & LSN_STREAM_ANSWER) print_answer();
  }
  return error;
}

int main(void) {
  lsn_init(&state);
  lsn_stream_start(&state);
  int error = configure();
  while (error == 0) {
    error = listen();
    if (error == 0) printk("the microphone paused: some sound may be missing\n");
  }
  /* Whoever spoke last is answered. */
  while (lsn_stream_finish(&state) > 0) print_answer();
  printk("the microphone has stopped: error %d\n", error);
  return 0;
}
