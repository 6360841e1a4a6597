/*
 * A STAND-IN for a digital microphone, which no board of QEMU has: a driver with the DMIC API that plays sound.raw (int16, mono, 16 kHz) from flash, a block
 * whenever one would be full, and after it five seconds of a quiet room. Like the nRF's driver it stops when no block is free. Once all is played it does
 * not start again.
 */
#define DT_DRV_COMPAT light_sernet_wav_dmic

#include <string.h>
#include <zephyr/audio/dmic.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

#define RATE 16000
#define MOST_BLOCKS 16

static const uint8_t sound[] __attribute__((aligned(2))) = {
#include <sound.inc>
};
#define SOUND_SAMPLES (sizeof sound / sizeof(int16_t))
#define QUIET_SAMPLES (5 * RATE)

K_MSGQ_DEFINE(full_blocks, sizeof(void *), MOST_BLOCKS, 4);
static struct k_mem_slab *slab;
static size_t block_bytes;
static size_t played; /* samples */
static uint32_t seed = 1;

static int16_t next_sample(void) {
  int16_t sample;
  if (played++ < SOUND_SAMPLES) {
    memcpy(&sample, sound + sizeof sample * (played - 1), sizeof sample);
    return sample;
  }
  seed = seed * 1664525u + 1013904223u;
  return (int16_t)((int32_t)(seed >> 29) - 4);
}

/* In an interrupt. */
static void block_is_full(struct k_timer *timer) {
  void *block;
  if (played >= SOUND_SAMPLES + QUIET_SAMPLES || k_mem_slab_alloc(slab, &block, K_NO_WAIT) != 0) {
    k_timer_stop(timer);
    return;
  }
  int16_t *const samples = block;
  for (size_t i = 0; i < block_bytes / sizeof *samples; i++) samples[i] = next_sample();
  if (k_msgq_put(&full_blocks, &block, K_NO_WAIT) == 0) return;
  k_mem_slab_free(slab, block);
  k_timer_stop(timer);
}

K_TIMER_DEFINE(clock, block_is_full, NULL);

static int wav_configure(const struct device *device, struct dmic_cfg *config) {
  const struct pcm_stream_cfg *const stream = &config->streams[0];
  if (stream->pcm_rate != RATE || stream->pcm_width != 16 || config->channel.req_num_chan != 1) return -ENOTSUP;
  slab = stream->mem_slab;
  block_bytes = stream->block_size;
  config->channel.act_num_chan = 1;
  config->channel.act_num_streams = 1;
  config->channel.act_chan_map_lo = config->channel.req_chan_map_lo;
  printk("%s: a stand-in for a microphone, plays %u samples from flash\n", device->name, (unsigned)SOUND_SAMPLES);
  return 0;
}

static int wav_trigger(const struct device *device, enum dmic_trigger command) {
  ARG_UNUSED(device);
  if (slab == NULL) return -EIO;
  if (command == DMIC_TRIGGER_STOP || command == DMIC_TRIGGER_PAUSE) {
    k_timer_stop(&clock);
    return 0;
  }
  if (command != DMIC_TRIGGER_START && command != DMIC_TRIGGER_RELEASE) return -EINVAL;
  if (played >= SOUND_SAMPLES + QUIET_SAMPLES) return -ENODATA;
  const k_timeout_t period = K_USEC(1000000ull * block_bytes / sizeof(int16_t) / RATE);
  k_timer_start(&clock, period, period);
  return 0;
}

static int wav_read(const struct device *device, uint8_t stream, void **block, size_t *bytes, int32_t timeout) {
  ARG_UNUSED(device);
  ARG_UNUSED(stream);
  *bytes = block_bytes;
  return k_msgq_get(&full_blocks, block, SYS_TIMEOUT_MS(timeout));
}

static const struct _dmic_ops operations = {.configure = wav_configure, .trigger = wav_trigger, .read = wav_read};

DEVICE_DT_INST_DEFINE(0, NULL, NULL, NULL, NULL, POST_KERNEL, CONFIG_AUDIO_DMIC_INIT_PRIORITY, &operations);
