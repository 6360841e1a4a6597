/*
 * Classifies a sound in flash, then the WAV files named by the arguments, which it reads in pieces; prints a line of JSON for each. The argument
 * --pushes counts the instructions of each push of one hop of samples, as for live sound.
 * Exit status: 0; 1 if a file failed; 2 if instructions are not counted; 3 after a fault.
 */
#include <string.h>

#include "instructions.h"
#include "light_sernet.h"
#include "print.h"
#include "semihosting.h"
#include "startup.h"

extern const int16_t sound_samples[], sound_samples_end[];

static lsn_state state;

static void print_result(const lsn_result *result) {
  host_print(", \"label\": \"");
  host_print(lsn_class_name(&state, result->label));
  host_print(result->accepted ? "\", \"accepted\": true" : "\", \"accepted\": false");
  /* With -fpack-struct the members need not be aligned. */
  float probabilities[LSN_CLASSES];
  int32_t logits[LSN_CLASSES];
  for (size_t i = 0; i < LSN_CLASSES; i++) {
    probabilities[i] = result->probabilities[i];
    logits[i] = result->logits[i];
  }
  print_probabilities(", \"probabilities\": ", probabilities, LSN_CLASSES);
  print_all_signed(", \"logits\": ", logits, LSN_CLASSES);
}

/* The level of a sound, or a negative status. */
static int32_t level_of(const int16_t *samples, size_t count) {
  lsn_status status = lsn_start_level(&state, (int32_t)count);
  if (status == LSN_OK) status = lsn_push(&state, samples, count);
  if (status == LSN_OK) status = lsn_next_level(&state);
  if (status == LSN_OK) status = lsn_push(&state, samples, count);
  return status == LSN_OK ? lsn_finish_level(&state) : (int32_t)status;
}

/* Level and MFCCs alone, as lsn_classify() computes them. */
static lsn_status front_end(const int16_t *samples, size_t count) {
  const int32_t level = level_of(samples, count);
  const lsn_status status = level < 0 ? (lsn_status)level : lsn_start_features(&state, level);
  return status == LSN_OK ? lsn_push(&state, samples, count) : status;
}

static int classify_flash(void) {
  const size_t count = (size_t)(sound_samples_end - sound_samples);
  lsn_result result;
  lsn_init(&state);
  const uint64_t begin = instructions();
  lsn_status status = lsn_classify(&state, sound_samples, count, 16000, &result);
  const uint64_t middle = instructions();
  if (status == LSN_OK) status = front_end(sound_samples, count);
  const uint64_t end = instructions();
  print_begin("flash");
  if (status != LSN_OK) {
    print_error(lsn_status_sentence(status));
    return 1;
  }
  const uint64_t total = middle - begin, frontend = end - middle;
  print_result(&result);
  print_count(", \"instructions\": {\"frontend\": ", frontend);
  print_count(", \"network\": ", total - frontend);
  print_count(", \"total\": ", total);
  print_count(", \"exactTo\": ", instructions_of_tick());
  print_count("}, \"ramBytes\": ", ram_bytes());
  print_count(", \"flashBytes\": ", flash_bytes());
  host_print("}\n");
  return 0;
}

/* A layer computes a row when it has enough input rows: most pushes are cheap, some are not, and finish() computes the last rows. */
static int count_pushes(void) {
  const size_t count = (size_t)(sound_samples_end - sound_samples), hop = (size_t)lsn_hop_samples(&state);
  uint64_t pushes = 0, sum = 0, largest = 0;
  const int32_t level = level_of(sound_samples, count);
  lsn_status status = level < 0 ? (lsn_status)level : lsn_start(&state, level, (int32_t)count);
  for (size_t at = 0; at < count && status == LSN_OK; at += hop) {
    const uint64_t begin = instructions();
    status = lsn_push(&state, sound_samples + at, count - at < hop ? count - at : hop);
    const uint64_t spent = instructions() - begin;
    if (spent > largest) largest = spent;
    sum += spent;
    pushes++;
  }
  const uint64_t begin = instructions();
  if (status == LSN_OK) status = lsn_finish(&state);
  const uint64_t finish = instructions() - begin;
  print_begin("--pushes");
  if (status != LSN_OK) {
    print_error(lsn_status_sentence(status));
    return 1;
  }
  print_count(", \"samples\": ", hop);
  print_count(", \"pushes\": ", pushes);
  print_count(", \"mean\": ", sum / pushes);
  print_count(", \"largest\": ", largest);
  print_count(", \"finish\": ", finish);
  host_print("}\n");
  return 0;
}

static uint8_t piece[480];

/* One pass over the samples of a WAV file, which begin at `position`, in pieces of whole frames. */
static lsn_status push_file(int32_t file, size_t position, size_t bytes, size_t frame_bytes) {
  const size_t most = sizeof piece - sizeof piece % frame_bytes;
  if (host_seek(file, position) < 0) return LSN_TOO_FEW_SAMPLES;
  while (bytes > 0) {
    const size_t wanted = bytes < most ? bytes : most;
    const size_t got = host_read(file, piece, wanted);
    if (got < wanted) return LSN_TOO_FEW_SAMPLES;
    const lsn_status status = lsn_push_bytes(&state, piece, got);
    if (status != LSN_OK) return status;
    bytes -= got;
  }
  return LSN_OK;
}

/* Bytes of samples in the file from `position` on, whatever its header claims. */
static size_t count_samples(int32_t file, size_t position) {
  size_t bytes = 0, got;
  int32_t taken;
  if (host_seek(file, position) < 0) return 0;
  do {
    got = host_read(file, piece, sizeof piece);
    taken = lsn_wav_take(&state, (int32_t)got);
    bytes += (size_t)taken;
  } while (got > 0 && (size_t)taken == got);
  return bytes;
}

/* Where the samples begin, or a negative status. */
static int32_t read_header(int32_t file) {
  int32_t position = 0;
  lsn_wav_begin(&state);
  for (;;) {
    const size_t got = host_read(file, piece, 64);
    if (got == 0) return lsn_wav_end(&state);
    const int32_t header = lsn_wav_push(&state, piece, got);
    if (header < 0) return header;
    if (header > 0) return position + header;
    position += (int32_t)got;
  }
}

static lsn_status classify_opened(int32_t file, lsn_result *result, uint32_t *warnings) {
  static const uint8_t sample_bytes[] = LSN_SAMPLE_BYTES;
  const int32_t position = read_header(file);
  if (position < 0) return (lsn_status)position;
  const int32_t format = lsn_wav_format(&state), channels = lsn_wav_channels(&state), rate = lsn_wav_rate(&state);
  const size_t frame_bytes = (size_t)channels * sample_bytes[format];
  const int32_t frames = (int32_t)(count_samples(file, (size_t)position) / frame_bytes);
  const size_t bytes = (size_t)frames * frame_bytes;
  const int32_t ended = lsn_wav_end(&state);
  if (ended < 0) return (lsn_status)ended;
  if (channels > 6) return LSN_WAV_TOO_MANY_CHANNELS;
  lsn_status status = lsn_set_input(&state, format, channels, rate);
  const int32_t samples = lsn_resampled_length(&state, frames, rate);
  if (status == LSN_OK && samples < 0) status = (lsn_status)samples;
  if (status == LSN_OK) status = lsn_start_level(&state, samples);
  if (status == LSN_OK) status = push_file(file, (size_t)position, bytes, frame_bytes);
  if (status == LSN_OK) status = lsn_next_level(&state);
  if (status == LSN_OK) status = push_file(file, (size_t)position, bytes, frame_bytes);
  if (status != LSN_OK) return status;
  const int32_t level = lsn_finish_level(&state);
  status = level < 0 ? (lsn_status)level : lsn_start(&state, level, samples);
  if (status == LSN_OK) status = push_file(file, (size_t)position, bytes, frame_bytes);
  if (status == LSN_OK) status = lsn_finish(&state);
  lsn_input input;
  if (status == LSN_OK) status = lsn_get_input(&state, &input);
  if (status != LSN_OK) return status;
  *warnings = input.warnings | (uint32_t)ended;
  return lsn_get_result(&state, result);
}

static int classify_file(const char *path) {
  print_begin(path);
  const int32_t file = host_open(path);
  if (file < 0) {
    print_error("there is no such file");
    return 1;
  }
  lsn_result result;
  uint32_t warnings = 0;
  const lsn_status status = classify_opened(file, &result, &warnings);
  host_close(file);
  if (status != LSN_OK) {
    print_error(lsn_status_sentence(status));
    return 1;
  }
  print_result(&result);
  print_count(", \"warnings\": ", warnings);
  host_print("}\n");
  return 0;
}

int main(void) {
  static char arguments[4096];
  if (!instructions_begin()) {
    host_print("{\"error\": \"instructions are not counted: run QEMU with -icount shift=0\"}\n");
    return 2;
  }
  int failed = classify_flash();
  if (!host_arguments(arguments, sizeof arguments)) {
    host_print("{\"error\": \"the names of the files are too long together: give fewer at once\"}\n");
    return 1;
  }
  for (char *word = arguments; *word != '\0';) {
    char *end = word;
    while (*end != '\0' && *end != ' ') end++;
    const bool last = *end == '\0';
    *end = '\0';
    failed |= strcmp(word, "--pushes") == 0 ? count_pushes() : classify_file(word);
    word = last ? end : end + 1;
  }
  return failed;
}
