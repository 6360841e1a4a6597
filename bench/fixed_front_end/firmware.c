/*
 * What hosts/cortex-m/main.c counts as the front end of 3 s of sound, with the module's level and this front end; in its place in hosts/cortex-m and
 * hosts/riscv. Prints a line of JSON with the instructions of both, and a hash of the rows, which are those of native.c.
 */
#include "front_end.h"
#include "instructions.h"
#include "light_sernet.h"
#include "print_number.h"
#include "semihosting.h"

extern const int16_t sound_samples[], sound_samples_end[];

static lsn_state module;
static fixed_front_end state;

/* The level of the sound, or a negative status. */
static int32_t level_of(size_t count) {
  lsn_status status = lsn_start_level(&module, (int32_t)count);
  if (status == LSN_OK) status = lsn_push(&module, sound_samples, count);
  if (status == LSN_OK) status = lsn_next_level(&module);
  if (status == LSN_OK) status = lsn_push(&module, sound_samples, count);
  return status == LSN_OK ? lsn_finish_level(&module) : (int32_t)status;
}

int main(void) {
  static int16_t rows[WINDOW_SAMPLES / HOP_SAMPLES][COEFFICIENTS];
  const size_t count = (size_t)(sound_samples_end - sound_samples);
  if (!instructions_begin() || count != WINDOW_SAMPLES) return 2;
  lsn_init(&module);
  const uint64_t begin = instructions();
  const int32_t level = level_of(count);
  const uint64_t middle = instructions();
  if (level < 0) return 1;
  size_t frames = 0;
  fixed_begin(&state, level);
  for (size_t at = 0; at + HOP_SAMPLES <= count; at += HOP_SAMPLES) frames += fixed_push(&state, sound_samples + at, rows[frames]);
  const uint64_t end = instructions();
  uint32_t hash = 0;
  for (size_t i = 0; i < frames * COEFFICIENTS; i++) hash = hash * 31 + (uint16_t)rows[0][i];
  print_count("{\"level\": ", middle - begin);
  print_count(", \"features\": ", end - middle);
  print_count(", \"hash\": ", hash);
  host_print("}\n");
  return 0;
}
