/*
 * RUNTIME MODULE REPEAT WAV...: a line of JSON for each sound, {"runtime", "file", "label", "logits", "medianMs", "minMs", "runtimeBytes", "residentBytes"}.
 * Any WAV file; the module takes the center of a longer one. Reading the header is not timed.
 */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint8_t *read_file(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  fseek(file, 0, SEEK_END);
  *bytes = (size_t)ftell(file);
  rewind(file);
  uint8_t *content = malloc(*bytes);
  if (content == NULL || fread(content, 1, *bytes, file) != *bytes) {
    fprintf(stderr, "%s: cannot be read\n", path);
    exit(1);
  }
  fclose(file);
  return content;
}

static int32_t call(const char *function, int count, int32_t a, int32_t b, int32_t c) {
  const int32_t parameters[] = {a, b, c};
  return runtime_call(function, count, parameters);
}

static int32_t checked(const char *function, int32_t result) {
  if (result < 0) {
    fprintf(stderr, "%s returned %d\n", function, (int)result);
    exit(1);
  }
  return result;
}

/* A WAV file after its header. */
typedef struct {
  const uint8_t *samples;
  size_t bytes;
  int32_t format, channels, rate, frames;
  size_t frame_bytes;
} sound;

static sound read_header(const uint8_t *wav, size_t bytes) {
  static const uint8_t sample_bytes[] = {0, 1, 2, 3, 4, 4, 8, 1, 1};
  const size_t capacity = (size_t)call("inputCapacity", 0, 0, 0, 0);
  const int32_t input = call("inputAddress", 0, 0, 0, 0);
  size_t position = 0;
  call("wavBegin", 0, 0, 0, 0);
  for (;;) {
    const size_t piece = bytes - position < capacity ? bytes - position : capacity;
    memcpy(runtime_memory() + input, wav + position, piece);
    const int32_t header = checked("wavPush", call("wavPush", 1, (int32_t)piece, 0, 0));
    if (header > 0) {
      position += (size_t)header;
      break;
    }
    position += piece;
  }
  sound found = {.samples = wav + position, .format = call("wavFormat", 0, 0, 0, 0), .channels = call("wavChannels", 0, 0, 0, 0)};
  found.rate = call("wavRate", 0, 0, 0, 0);
  found.frames = call("wavFrames", 0, 0, 0, 0);
  found.frame_bytes = (size_t)found.channels * sample_bytes[found.format];
  found.bytes = (size_t)found.frames * found.frame_bytes;
  if (found.bytes > bytes - position) {
    fprintf(stderr, "the WAV file is truncated\n");
    exit(1);
  }
  return found;
}

static void push_all(const sound *sound) {
  const size_t capacity = (size_t)call("inputCapacity", 0, 0, 0, 0), most = capacity - capacity % sound->frame_bytes;
  const int32_t input = call("inputAddress", 0, 0, 0, 0);
  for (size_t done = 0; done < sound->bytes;) {
    const size_t piece = sound->bytes - done < most ? sound->bytes - done : most;
    memcpy(runtime_memory() + input, sound->samples + done, piece);
    checked("push", call("push", 1, (int32_t)piece, 0, 0));
    done += piece;
  }
}

static void classify(const sound *sound) {
  checked("setInput", call("setInput", 3, sound->format, sound->channels, sound->rate));
  const int32_t count = checked("resampledLength", call("resampledLength", 2, sound->frames, sound->rate, 0));
  checked("startLevel", call("startLevel", 1, count, 0, 0));
  push_all(sound);
  checked("nextLevel", call("nextLevel", 0, 0, 0, 0));
  push_all(sound);
  const int32_t level = checked("finishLevel", call("finishLevel", 0, 0, 0, 0));
  checked("start", call("start", 2, level, count, 0));
  push_all(sound);
  checked("finish", call("finish", 0, 0, 0, 0));
}

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The most memory that the process has had at once (Linux). */
static size_t resident_bytes(void) {
  FILE *status = fopen("/proc/self/status", "r");
  char line[256];
  size_t kilobytes = 0;
  while (status != NULL && fgets(line, sizeof line, status) != NULL) sscanf(line, "VmHWM: %zu", &kilobytes);
  if (status != NULL) fclose(status);
  return kilobytes * 1024;
}

static int smaller_first(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int count, char **words) {
  if (count < 4) {
    fprintf(stderr, "usage: %s MODULE REPEAT WAV...\n", words[0]);
    return 2;
  }
  size_t bytes;
  uint8_t *module = read_file(words[1], &bytes);
  const int repeat = atoi(words[2]) > 0 ? atoi(words[2]) : 1;
  runtime_begin(module, bytes);
  double *times = malloc((size_t)repeat * sizeof *times);
  for (int word = 3; word < count; word++) {
    uint8_t *wav = read_file(words[word], &bytes);
    const sound sound = read_header(wav, bytes);
    for (int round = 0; round < repeat; round++) {
      const double begin = milliseconds();
      classify(&sound);
      times[round] = milliseconds() - begin;
    }
    qsort(times, (size_t)repeat, sizeof *times, smaller_first);
    const uint8_t *memory = runtime_memory();
    const int32_t label = call("label", 0, 0, 0, 0);
    const char *name = (const char *)memory + call("classNameAddress", 1, label, 0, 0);
    const uint8_t *logits = memory + call("logitsAddress", 0, 0, 0, 0);
    printf("{\"runtime\": \"%s\", \"file\": \"%s\", \"label\": \"%s\", \"logits\": [", runtime_name(), words[word], name);
    for (int32_t i = 0; i < call("classCount", 0, 0, 0, 0); i++) {
      int32_t logit;
      memcpy(&logit, logits + 4 * i, sizeof logit);
      printf(i == 0 ? "%d" : ", %d", (int)logit);
    }
    printf("], \"medianMs\": %.3f, \"minMs\": %.3f, \"runtimeBytes\": %zu, \"residentBytes\": %zu}\n", times[repeat / 2], times[0], runtime_bytes(),
           resident_bytes());
    free(wav);
  }
  return 0;
}
