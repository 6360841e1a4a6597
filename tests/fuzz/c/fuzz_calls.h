/* Every function of light_sernet.h, by a byte of the input. Included by fuzz_api.c alone. */

typedef struct {
  int32_t status;
  /* FREE: anything may have happened. CHANGES: a state may change, unless the status says otherwise. READS: it may not. */
  enum { FREE, CHANGES, READS } kind;
} called;

static called changes(int32_t status) {
  return (called){declared(status, 0), CHANGES};
}

static called reads(int32_t value) {
  return (called){value, READS};
}

/* A text that ends inside the state. */
static called reads_text(lsn_state *state, const char *text) {
  if (text != NULL) touch(state, text, strlen(text) + 1);
  return reads(0);
}

static called reads_place(lsn_state *state, const void *place, size_t bytes) {
  if (place != NULL) touch(state, place, bytes);
  MUST((place == NULL) == (state == NULL || inside(state)->begun != BEGUN), "a pointer without a state, or none with one");
  return reads(0);
}

static called call_push(lsn_state *state) {
  const size_t count = below(4) == 0 ? below(SOUND_SAMPLES) : below(300);
  int16_t *const samples = (int16_t *)bytes_of(2 * count, 1);
  /* More than half of all memory: refused before it is read. */
  const size_t given = take(1) == 255 ? SIZE_MAX / 2 + 1 + count : count;
  const called call = changes(lsn_push(state, samples, given));
  MUST(call.status != LSN_OK || given == count, "a sound longer than memory is taken");
  free(samples);
  return call;
}

static called call_push_bytes(lsn_state *state) {
  const size_t count = below(4) == 0 ? below(3000) : below(256);
  void *const bytes = bytes_of(count, 1);
  const called call = changes(lsn_push_bytes(state, bytes, count));
  free(bytes);
  return call;
}

/* The same, as much as may be pushed at once where the output is read each time. */
static called push_whole_frames(lsn_state *state) {
  if (state == NULL || inside(state)->begun != BEGUN) return changes(lsn_push_bytes(state, NULL, 0));
  const uint32_t frame = inside(state)->frame_bytes, capacity = (uint32_t)lsn_input_capacity(state);
  const size_t count = below(capacity / frame + 1) * frame;
  void *const bytes = bytes_of(count, 0);
  const called call = changes(lsn_push_bytes(state, bytes, count));
  free(bytes);
  return call;
}

static called push_wav(lsn_state *state) {
  const size_t count = below(5) == 0 ? below(1100) : below(60);
  uint8_t *const bytes = (uint8_t *)bytes_of(count, 1);
  /* A head that leads on, most of the time. */
  static const uint8_t head[] = {'R', 'I', 'F', 'F', 36, 0, 0, 0, 'W', 'A', 'V', 'E', 'f', 'm', 't', ' ', 16, 0, 0, 0, 1, 0,
                                 1, 0, 0x80, 0x3e, 0, 0, 0, 0x7d, 0, 0, 2, 0, 16, 0, 'd', 'a', 't', 'a', 16, 0, 0, 0};
  if (bytes != NULL && below(2) == 0) {
    lsn_wav_begin(state);
    memcpy(bytes, head, count < sizeof head ? count : sizeof head);
    for (uint32_t changed = below(4); changed > 0 && count > 0; changed--) bytes[below(sizeof head) % count] = (uint8_t)take(1);
  }
  const int32_t status = declared(lsn_wav_push(state, bytes, count), 1);
  MUST(status <= (int32_t)count, "more bytes of header than were given");
  free(bytes);
  return (called){status, FREE};
}

static called classify_any(lsn_state *state) {
  const size_t count = below(SOUND_SAMPLES);
  int16_t *const samples = (int16_t *)bytes_of(2 * count, 1);
  lsn_result result, *const place = take(1) == 255 ? NULL : &result;
  const size_t given = take(1) == 255 ? (size_t)INT32_MAX + 1 + count : count;
  const called call = changes(lsn_classify(state, samples, given, (uint32_t)drawn(16000), place));
  MUST(call.status != LSN_OK || given == count, "a sound longer than can be counted is taken");
  if (call.status == LSN_OK) check_result(state, &result);
  free(samples);
  return call;
}

static called read_output(lsn_state *state, int which) {
  const void *const output = lsn_output(state);
  const int32_t count = lsn_output_count(state);
  if (output != NULL && started[which] != OTHER) {
    MUST(count >= 0, "a negative number of outputs");
    const size_t bytes = (size_t)count * (started[which] == SAMPLES ? sizeof(int16_t) : COEFFICIENTS * sizeof(float));
    MUST(bytes <= OUTPUT_BYTES, "more output than there is place");
    touch(state, output, bytes);
  }
  return reads(count);
}

/* CRC-32 of IEEE 802.3, as the statistics of a speaker have it. */
static uint32_t crc32(const uint8_t *bytes, size_t count) {
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
  }
  return ~crc;
}

/* Good statistics with some changes, mostly with the checksum that belongs to them; of any length sometimes. */
static uint8_t *statistics_of(const uint8_t *good, size_t count) {
  static const uint32_t edges[] = {0x7fc00000, 0x7f800000, 0xff800000, 0x4b189680, 0x4b189681, 0xcb189680, 0x80000000, 1, 0xbf800000, 0x7fffffff};
  uint8_t *const bytes = (uint8_t *)malloc(count);
  for (size_t i = 0; i < count; i++) bytes[i] = i < LSN_ADAPTATION_BYTES ? good[i] : 0;
  for (uint32_t changes = below(4); changes > 0 && count > 0; changes--) {
    const size_t at = below((uint32_t)count);
    if (below(2) == 0) bytes[at] = (uint8_t)take(1);
    else if (at / 4 * 4 + 4 <= count) memcpy(bytes + at / 4 * 4, &edges[below(sizeof edges / sizeof edges[0])], 4);
  }
  if (count >= 8 && below(4) != 0) {
    const uint32_t checksum = crc32(bytes + 8, count - 8);
    memcpy(bytes + 4, &checksum, 4);
  }
  return bytes;
}

/* Statistics that are taken come back as they were; those that are refused change none. What grows from them can be loaded again. */
static called load_any(lsn_state *state) {
  uint8_t before[LSN_ADAPTATION_BYTES], after[LSN_ADAPTATION_BYTES];
  memset(before, 0, sizeof before);
  const lsn_status had = lsn_adaptation_save(state, before);
  if (had == LSN_OK && below(2) == 0) MUST(lsn_adaptation_load(state, before, sizeof before) == LSN_OK, "saved statistics are refused");
  const size_t count = below(3) == 0 ? below(1100) : LSN_ADAPTATION_BYTES;
  uint8_t *const bytes = below(16) == 0 ? NULL : statistics_of(before, count);
  const called call = changes(lsn_adaptation_load(state, bytes, take(1) == 255 ? SIZE_MAX - count : count));
  if (had == LSN_OK) {
    MUST(lsn_adaptation_save(state, after) == LSN_OK, "statistics are not saved");
    if (call.status == LSN_OK) MUST(bytes != NULL && memcmp(after, bytes, sizeof after) == 0, "other statistics than were loaded");
    else MUST(memcmp(after, before, sizeof after) == 0, "refused statistics change those that there are");
  }
  free(bytes);
  return call;
}

static called adapt_any(lsn_state *state) {
  uint8_t saved[LSN_ADAPTATION_BYTES];
  switch (below(8)) {
    case 0: lsn_adaptation_reset(state); return (called){0, FREE};
    case 1: { const int32_t frames = lsn_adaptation_frames(state); MUST(frames >= 0 || frames == LSN_NO_STATE, "the number of frames"); return reads(frames); }
    case 2: return changes(lsn_adaptation_save(state, below(4) == 0 ? NULL : saved));
    default: return load_any(state);
  }
}

/* A start function, and what is at lsn_output() after it unless it was refused. */
static called starts(int which, int32_t status, int what) {
  const called call = changes(status);
  started[which] = call.status == LSN_OK ? what : OTHER;
  return call;
}

#ifdef LSN_HAS_STREAM
static called stream_any(lsn_state *state, int which) {
  switch (below(8)) {
    case 0: return starts(which, lsn_stream_start(state), OTHER);
    case 1: { const int32_t smoothing = drawn(4); return changes(lsn_stream_set(state, smoothing, drawn(4))); }
    case 2: case 3: case 4: {
      const size_t count = below(4) == 0 ? below(SOUND_SAMPLES) : below(300);
      int16_t *const samples = (int16_t *)bytes_of(2 * count, 1);
      const called call = changes(lsn_stream_push(state, samples, count));
      free(samples);
      return call;
    }
    case 5: {
      const size_t count = below(4) == 0 ? below(3000) : below(256);
      void *const bytes = bytes_of(count, 1);
      const called call = changes(lsn_stream_push_bytes(state, bytes, count));
      free(bytes);
      return call;
    }
    case 6: {
      const int32_t events = lsn_stream_events(state);
      MUST(events == LSN_NO_STATE || (events >= 0 && events < 8), "the events of a stream");
      lsn_stream_answer answer, *const place = take(1) == 255 ? NULL : &answer;
      const lsn_status status = declared(lsn_stream_get(state, place), 0);
      if (status == LSN_OK) MUST(answer.label < LSN_CLASSES && answer.frames_with_speech <= answer.heard_frames, "the answer of a stream");
      return (called){status, FREE};
    }
    default: { const int32_t left = declared(lsn_stream_finish(state), 1); MUST(left <= 1, "what is left of a stream"); return (called){left, FREE}; }
  }
}
#endif

static called any_call(lsn_state *state, int which) {
  const int32_t window = 2400;
  lsn_result result;
  const uint32_t choice = take(1);
  if (choice >= 240) return adapt_any(state);
#ifdef LSN_HAS_STREAM
  if (choice >= 220) return stream_any(state, which);
#endif
  switch (choice % 62) {
    case 0: return starts(which, init_watched(state), OTHER);
    case 1: return classify_any(state);
    case 2: { const int32_t format = drawn(2), channels = drawn(1); return starts(which, lsn_set_input(state, format, channels, drawn(16000)), OTHER); }
    case 3: { const int32_t format = (int32_t)below(8), channels = (int32_t)below(8); return starts(which, lsn_set_input(state, format, channels, 8000 + (int32_t)(take(3) % 184001)), OTHER); }
    case 4: case 5: case 6: return call_push(state);
    case 7: case 8: return call_push_bytes(state);
    case 9: case 10: return push_whole_frames(state);
    case 11: { const int32_t capacity = lsn_input_capacity(state); MUST(capacity > 0 || capacity == LSN_NO_STATE, "the capacity"); return reads(capacity); }
    case 12: return (called){declared(lsn_get_result(state, take(1) % 8 == 0 ? NULL : &result), 0), READS};
    case 13: case 14: case 15: return push_wav(state);
    case 16: { const int32_t status = drawn(-1); MUST(lsn_status_sentence((lsn_status)status) != NULL && lsn_warning_sentence((lsn_warning)status) != NULL, "a sentence"); return reads(0); }
    case 17: return reads(lsn_abi_version(state));
    case 18: return reads_text(state, lsn_model_id(state));
    case 19: return reads_text(state, lsn_model_hash(state));
    case 20: return reads(lsn_class_count(state));
    case 21: return reads_text(state, lsn_class_name(state, drawn(3)));
    case 22: { const float threshold = lsn_accept_threshold(state); MUST(threshold >= 0 && threshold <= 1, "the threshold"); return reads(0); }
    case 23: return reads(lsn_sample_rate(state));
    case 24: return reads(lsn_window_samples(state));
    case 25: return reads(lsn_hop_samples(state));
    case 26: return reads(lsn_frame_count(state));
    case 27: return reads(lsn_coefficient_count(state));
    case 28: return reads(lsn_memory_needed(state));
    case 29: case 30: return starts(which, lsn_start_level(state, drawn(window)), OTHER);
    case 31: return changes(lsn_next_level(state));
    case 32: { const int32_t level = declared(lsn_finish_level(state), 1); MUST(level <= 32768000, "the level"); return (called){level, CHANGES}; }
    case 33: case 34: case 35: { const int32_t level = drawn(3000000); return starts(which, lsn_start(state, level, drawn(window)), OTHER); }
    case 36: case 37: return changes(lsn_finish(state));
    case 38: { const int32_t label = lsn_label(state); MUST(label < LSN_CLASSES, "the label"); return reads(label); }
    case 39: { const int32_t accepted = lsn_accepted(state); MUST(accepted == 0 || accepted == 1 || accepted == LSN_NO_STATE, "acceptance"); return reads(accepted); }
    case 40: return reads_place(state, lsn_logits(state), LSN_CLASSES * sizeof(int32_t));
    case 41: return reads_place(state, lsn_probabilities(state), LSN_CLASSES * sizeof(float));
    case 42: lsn_reset(state); started[which] = OTHER; return (called){0, FREE};
    case 43: return starts(which, lsn_start_samples(state), SAMPLES);
    case 44: return changes(lsn_finish_samples(state));
    case 45: return starts(which, lsn_start_features(state, drawn(3000000)), FEATURES);
    case 46: case 47: return read_output(state, which);
    case 48: { const int32_t frames = drawn(window); return reads(declared(lsn_resampled_length(state, frames, drawn(16000)), 1)); }
    case 49: lsn_wav_begin(state); return (called){0, FREE};
    case 50: {
      const int32_t count = drawn(3000), taken = declared(lsn_wav_take(state, count), 1);
      MUST(taken <= count || count < 0, "more bytes of samples than were given");
      return (called){declared(lsn_wav_end(state), 1) + lsn_wav_format(state) + lsn_wav_channels(state), FREE};
    }
    case 51: {
      lsn_input input, *const place = take(1) == 255 ? NULL : &input;
      const lsn_status status = declared(lsn_get_input(state, place), 0);
      if (status == LSN_OK) MUST(input.duration_ms >= 0 && input.peak >= 0 && input.rms_db >= -120 && input.clipped_share <= 1, "the figures of a sound");
      return (called){lsn_wav_rate(state) ^ lsn_wav_frames(state), FREE};
    }
    case 52: {
      int16_t *const frame = lsn_frame(state);
      if (frame != NULL) for (int i = 0; i < FRAME_SAMPLES; i++) frame[i] = i % 16 == 0 ? (int16_t)take(2) : (int16_t)(i * 3001);
      return (called){0, FREE};
    }
    case 53: lsn_stage_spectrum(state); return (called){0, FREE};
    case 54: fill_floats(state, lsn_spectrum(state), FRAME_SAMPLES / 2 + 1); return (called){0, FREE};
    case 55: lsn_stage_mel(state); return (called){0, FREE};
    case 56: fill_floats(state, lsn_mel(state), MEL_BANDS); return (called){0, FREE};
    case 57: lsn_stage_mfcc(state); return (called){0, FREE};
    case 58: fill_floats(state, lsn_mfcc(state), COEFFICIENTS); return (called){0, FREE};
    case 59: {
      lsn_start_network(state);
      started[which] = OTHER;
      for (uint32_t frames = below(12); frames > 0; frames--) declared(lsn_push_frame(state), 0);
      return (called){0, FREE};
    }
    case 60: { declared(lsn_push_frame(state), 0); return changes(lsn_finish_network(state)); }
    default: if (state != NULL && inside(state)->begun == BEGUN) classify_twice(state); started[which] = OTHER; return (called){0, FREE};
  }
}
