/* The microphone of the stand-in: whole blocks of standard input, and then nothing more. Pauses after PAUSE blocks, if that variable is set, as when none was free. */
#include <stdlib.h>
#include <string.h>
#include <zephyr/audio/dmic.h>
#include <zephyr/sys/printk.h>

const struct device dmic_dev = {"microphone"};
static struct k_mem_slab *slab;
static size_t block_bytes;
static bool ended, active;
static long pause_after = -1;

void k_mem_slab_free(struct k_mem_slab *from, void *block) {
  (void)block;
  if (from->used == 0) abort();
  from->used--;
}

int dmic_configure(const struct device *device, struct dmic_cfg *config) {
  const struct pcm_stream_cfg *const stream = &config->streams[0];
  if (device != &dmic_dev || stream->pcm_rate != 16000 || stream->pcm_width != 16 || config->channel.req_num_chan != 1) return -ENOTSUP;
  slab = stream->mem_slab;
  block_bytes = stream->block_size;
  if (block_bytes != slab->bytes) return -EINVAL;
  const char *const pause = getenv("PAUSE");
  if (pause != NULL) pause_after = strtol(pause, NULL, 10);
  return 0;
}

int dmic_trigger(const struct device *device, enum dmic_trigger command) {
  if (device != &dmic_dev || slab == NULL) return -EIO;
  if (command == DMIC_TRIGGER_START && ended) return -ENODATA;
  active = command == DMIC_TRIGGER_START;
  return 0;
}

int dmic_read(const struct device *device, uint8_t stream, void **buffer, size_t *size, int32_t timeout) {
  if (device != &dmic_dev || stream != 0 || timeout <= 0) return -EINVAL;
  if (!active) return -EAGAIN;
  if (pause_after-- == 0 || slab->used == slab->count) {
    active = false;
    return -EAGAIN;
  }
  *buffer = slab->memory + slab->bytes * slab->next;
  slab->next = (slab->next + 1) % slab->count;
  if (fread(*buffer, 1, block_bytes, stdin) != block_bytes) {
    ended = true;
    active = false;
    return -EAGAIN;
  }
  slab->used++;
  *size = block_bytes;
  return 0;
}
