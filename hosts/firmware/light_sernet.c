/*
 * The functions of light_sernet.h, on top of the translated module. Compile this file only; the headers beside it
 * (_runtime, _sqrt, _module, _weights, _exports) are parts of it.
 */
#include "light_sernet.h"

#include "light_sernet_runtime.h"

#include "light_sernet_weights.h"
#include "light_sernet_target.h"

/* wasm2c makes a variable of every value in the module, and not all are read. */
#if defined(__GNUC__) || defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#endif
#include "light_sernet_module.h"
#if defined(__GNUC__) || defined(__clang__)
#pragma GCC diagnostic pop
#endif

/* The contents of a state. */
struct LSN_MAY_ALIAS engine {
  u32 begun;
  u32 frame_bytes; /* one sample of every channel */
  s32 format, channels, rate; /* of the last lsn_set_input() */
  u32 streams; /* whether a stream was started after everything else, so that logits and probabilities are its own */
  LSN_ALIGNED module_instance module;
};

#define BEGUN 0x4c534e31u

typedef char state_is_large_enough[sizeof(struct engine) <= sizeof(lsn_state) ? 1 : -1];

static struct engine *engine_of(lsn_state *state) {
  struct engine *const engine_there = (struct engine *)state;
  return engine_there != NULL && engine_there->begun == BEGUN ? engine_there : NULL;
}

/* The pointer to an address of the module; NULL for 0. */
static void *at(struct engine *engine, u32 address) {
  return address == 0 || address >= LSN_MEMORY_BYTES ? NULL : engine->module.memory.data + address;
}

#include "light_sernet_exports.h"

size_t lsn_state_size(void) {
  return sizeof(lsn_state);
}

lsn_status lsn_init(lsn_state *state) {
  if (state == NULL) return LSN_NO_STATE;
  struct engine *const engine_here = (struct engine *)state;
  begin_module(&engine_here->module);
  engine_here->begun = BEGUN;
  return lsn_set_input(state, LSN_FORMAT_S16, 1, 16000);
}

lsn_status lsn_set_input(lsn_state *state, int32_t format, int32_t channels, int32_t rate) {
  static const u8 sample_bytes[] = LSN_SAMPLE_BYTES;
  struct engine *const engine = engine_of(state);
  if (engine == NULL) return LSN_NO_STATE;
  engine->streams = 0;
  const lsn_status status = (lsn_status)(s32)module_setInput(&engine->module, (u32)format, (u32)channels, (u32)rate);
  if (status != LSN_OK) return status;
  engine->frame_bytes = sample_bytes[format] * (u32)channels;
  engine->format = format;
  engine->channels = channels;
  engine->rate = rate;
  return LSN_OK;
}

/* module_push(), or that of a stream: a program that has no stream does not refer to it, and the linker can leave it out. */
typedef u32 push_function(module_instance *, u32);

/* Copies the bytes to the module's input buffer and pushes them, as many whole frames at a time as fit. */
static lsn_status push_pieces(struct engine *engine, push_function *push, const u8 *bytes, size_t count) {
  module_instance *const module = &engine->module;
  u8 *const input = module->memory.data + module_inputAddress(module);
  const u32 capacity = module_inputCapacity(module);
  /* Only if something else has written into the state. */
  if (engine->frame_bytes == 0 || engine->frame_bytes > capacity) LSN_TRAP();
  const u32 most = capacity - capacity % engine->frame_bytes;
  size_t taken = 0;
  do {
    const size_t left = count - taken;
    const u32 piece = left < most ? (u32)left : most;
    if (piece > 0) memcpy(input, bytes + taken, piece); /* bytes may be NULL when there are none */
    const lsn_status status = (lsn_status)(s32)push(module, piece);
    if (status != LSN_OK) return status;
    taken += piece;
  } while (taken < count);
  return LSN_OK;
}

int32_t lsn_input_capacity(lsn_state *state) {
  struct engine *const engine = engine_of(state);
  return engine == NULL ? (int32_t)LSN_NO_STATE : (int32_t)module_inputCapacity(&engine->module);
}

static lsn_status push_bytes(lsn_state *state, push_function *push, const void *bytes, size_t count) {
  struct engine *const engine = engine_of(state);
  if (engine == NULL) return LSN_NO_STATE;
  if (bytes == NULL && count > 0) return LSN_NO_SOUND;
  return push_pieces(engine, push, (const u8 *)bytes, count);
}

static lsn_status push_samples(lsn_state *state, push_function *push, const int16_t *samples, size_t count) {
  if (engine_of(state) == NULL) return LSN_NO_STATE;
  if (count > SIZE_MAX / sizeof *samples) return LSN_TOO_LONG;
  return push_bytes(state, push, samples, count * sizeof *samples);
}

lsn_status lsn_push(lsn_state *state, const int16_t *samples, size_t count) {
  return push_samples(state, module_push, samples, count);
}

lsn_status lsn_push_bytes(lsn_state *state, const void *bytes, size_t count) {
  return push_bytes(state, module_push, bytes, count);
}

int32_t lsn_wav_push(lsn_state *state, const void *bytes, size_t count) {
  struct engine *const engine = engine_of(state);
  if (engine == NULL) return LSN_NO_STATE;
  if (bytes == NULL && count > 0) return LSN_NO_SOUND;
  module_instance *const module = &engine->module;
  if (count > module_inputCapacity(module)) return LSN_BAD_PIECE;
  if (count > 0) memcpy(module->memory.data + module_inputAddress(module), bytes, count);
  return (int32_t)module_wavPush(module, (u32)count);
}

lsn_status lsn_get_result(lsn_state *state, lsn_result *result) {
  struct engine *const engine = engine_of(state);
  if (engine == NULL) return LSN_NO_STATE;
  if (result == NULL) return LSN_NO_SOUND;
  module_instance *const module = &engine->module;
  const int32_t label = (int32_t)module_label(module);
  if (label < 0) return LSN_NOT_STARTED;
  result->label = label;
  result->accepted = module_accepted(module) != 0;
  COPY_FIGURES(module, result);
#ifdef LSN_LEAST_SPEECH_FRAMES
  result->speech_frames = (int32_t)module_speechFrames(module);
#endif
  return LSN_OK;
}

lsn_status lsn_get_input(lsn_state *state, lsn_input *input) {
  struct engine *const engine = engine_of(state);
  if (engine == NULL) return LSN_NO_STATE;
  if (input == NULL) return LSN_NO_SOUND;
  int32_t figures[7];
  memcpy(figures, engine->module.memory.data + module_inputFigures(&engine->module), sizeof figures);
  input->duration_ms = figures[0];
  input->sample_rate = figures[1];
  input->channels = figures[2];
  input->peak = (float)figures[3] / 10000.0f;
  input->rms_db = (float)figures[4] / 100.0f;
  input->clipped_share = (float)figures[5] / 1000000.0f;
  input->warnings = (uint32_t)figures[6];
  return LSN_OK;
}

#ifdef LSN_ADAPTATION_BYTES
lsn_status lsn_adaptation_save(lsn_state *state, void *statistics) {
  struct engine *const engine = engine_of(state);
  if (engine == NULL) return LSN_NO_STATE;
  if (statistics == NULL) return LSN_NO_SOUND;
  module_instance *const module = &engine->module;
  (void)module_adaptationSave(module);
  memcpy(statistics, module->memory.data + module_inputAddress(module), LSN_ADAPTATION_BYTES);
  return LSN_OK;
}

lsn_status lsn_adaptation_load(lsn_state *state, const void *statistics, size_t count) {
  struct engine *const engine = engine_of(state);
  if (engine == NULL) return LSN_NO_STATE;
  module_instance *const module = &engine->module;
  if (statistics == NULL || count > module_inputCapacity(module)) return LSN_ADAPTATION_DAMAGED;
  memcpy(module->memory.data + module_inputAddress(module), statistics, count);
  return (lsn_status)(s32)module_adaptationLoad(module, (u32)count);
}
#endif

#ifdef LSN_HAS_STREAM
lsn_status lsn_stream_push(lsn_state *state, const int16_t *samples, size_t count) {
  return push_samples(state, module_pushStream, samples, count);
}

lsn_status lsn_stream_push_bytes(lsn_state *state, const void *bytes, size_t count) {
  return push_bytes(state, module_pushStream, bytes, count);
}

lsn_status lsn_stream_get(lsn_state *state, lsn_stream_answer *answer) {
  struct engine *const engine = engine_of(state);
  if (engine == NULL) return LSN_NO_STATE;
  if (answer == NULL) return LSN_NO_SOUND;
  if (engine->streams == 0) return LSN_NOT_STARTED;
  module_instance *const module = &engine->module;
  int32_t words[STREAM_WORDS];
  memcpy(words, module->memory.data + module_streamAnswer(module), sizeof words);
  answer->frames = (uint32_t)words[STREAM_FRAMES];
  answer->speaking = words[STREAM_SPEAKING] != 0;
  answer->peak = (float)words[STREAM_PEAK] / 32768.0f;
  answer->changed = (uint32_t)words[STREAM_CHANGED];
  answer->answered = (uint32_t)words[STREAM_ANSWERED];
  answer->level_db = (float)words[STREAM_LEVEL] / 100.0f;
  answer->state = (lsn_stream_state)words[STREAM_STATE];
  answer->label = words[STREAM_LABEL];
  answer->accepted = words[STREAM_ACCEPTED] != 0;
  answer->heard_frames = words[STREAM_HEARD];
  answer->frames_with_speech = words[STREAM_SPEECH];
  answer->last_frame = (uint32_t)words[STREAM_LAST_FRAME];
  COPY_FIGURES(module, answer);
  return LSN_OK;
}
#endif

#define TRY(call)                             \
  do {                                        \
    const lsn_status status = (call);         \
    if (status != LSN_OK) return status;      \
  } while (0)

static lsn_status classify(lsn_state *state, const int16_t *samples, size_t count, int32_t length) {
  TRY(lsn_start_level(state, length));
  TRY(lsn_push(state, samples, count));
  TRY(lsn_next_level(state));
  TRY(lsn_push(state, samples, count));
  const int32_t level = lsn_finish_level(state);
  if (level < 0) return (lsn_status)level;
  TRY(lsn_start(state, level, length));
  TRY(lsn_push(state, samples, count));
  return lsn_finish(state);
}

lsn_status lsn_classify(lsn_state *state, const int16_t *samples, size_t count, uint32_t rate, lsn_result *result) {
  const struct engine *const engine_here = engine_of(state);
  if (engine_here == NULL) return LSN_NO_STATE;
  if (result == NULL || (samples == NULL && count > 0)) return LSN_NO_SOUND;
  if (rate > INT32_MAX) return LSN_BAD_RATE;
  if (count > INT32_MAX) return LSN_TOO_LONG;
  const int32_t length = lsn_resampled_length(state, (int32_t)count, (int32_t)rate);
  if (length < 0) return (lsn_status)length;
  const s32 format = engine_here->format, channels = engine_here->channels, rate_before = engine_here->rate;
  TRY(lsn_set_input(state, LSN_FORMAT_S16, 1, (int32_t)rate));
  const lsn_status status = classify(state, samples, count, length);
  /* A stream that begins afterward has the format it had before. */
  lsn_set_input(state, format, channels, rate_before);
  return status == LSN_OK ? lsn_get_result(state, result) : status;
}
