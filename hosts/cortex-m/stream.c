/*
 * A stream in firmware: a quiet room, then a recording in flash, play the microphone, and a line of JSON is printed for each answer. The last line has what it cost:
 * instructions of a push of one hop of samples, and of the pushes from one answer to the next. Arguments:
 *
 *     --piece=N        samples in a push: 256, a hop, if not given, at most 512
 *     --quiet=N        hops of the noise of a quiet room before the recording: 192 (3.07 s)
 *     --silence=N      hops of zeros after it: 256 (4.1 s)
 *     --megahertz=N    the clock of a chip, up to eight of them: how many samples wait at most while a push is busy, at 1.5 cycles an instruction
 *     FILE             raw samples, int16 mono 16 kHz, in place of the recording; each file is a stream
 *
 * Exit status: 0; 1 if a file failed; 2 if instructions are not counted; 3 after a fault.
 */
#include <string.h>

#include "instructions.h"
#include "light_sernet.h"
#include "print.h"
#include "semihosting.h"
#include "startup.h"

extern const int16_t sound_samples[], sound_samples_end[];

enum { HALF = 256, LONGEST_PIECE = 512, MOST_CHIPS = 8 };

static lsn_state state;

/* What a driver's DMA fills by turns: while one half fills, the other is pushed. */
static int16_t halves[2][HALF];

/* The microphone: the noise of a quiet room, then samples in flash or of an open file, then zeros. */
static struct {
  uint32_t quiet_left, silence_left;
  uint32_t seed;
  const int16_t *next, *end;
  int32_t file;
} microphone;

/* The chips that --megahertz names. */
static struct chip {
  uint32_t megahertz;
  uint64_t free_at; /* instructions until it is done with all that was pushed */
  uint32_t waiting; /* samples that waited at most */
} chips[MOST_CHIPS];
static size_t chip_count;

/* In instructions. An `open` hop is one of an answer over six rows; a `closed` one lies between two answers while nobody speaks: the network rests. */
static struct {
  uint64_t pushed_samples, pushes, all, largest, largest_closed, finish;
  uint64_t hop, open_hops, open, largest_open, closed_hops, closed, largest_hop_closed;
  bool was_listening;
} cost;

static uint32_t piece_samples = HALF, quiet_hops = 192, silence_hops = 256;

static uint64_t larger(uint64_t a, uint64_t b) {
  return a > b ? a : b;
}

static size_t record(int16_t *samples, size_t count) {
  size_t got = 0;
  for (; got < count && microphone.quiet_left > 0; microphone.quiet_left--) {
    microphone.seed = microphone.seed * 1664525u + 1013904223u;
    samples[got++] = (int16_t)((int32_t)(microphone.seed >> 29) - 4);
  }
  if (microphone.file >= 0) {
    got += host_read(microphone.file, samples + got, (count - got) * sizeof *samples) / sizeof *samples;
  } else {
    for (; got < count && microphone.next < microphone.end; got++) samples[got] = *microphone.next++;
  }
  for (; got < count && microphone.silence_left > 0; microphone.silence_left--) samples[got++] = 0;
  return got;
}

static void print_bits(const char *name, float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  print_count(name, bits);
}

static void print_answer(const char *file) {
  static const char *const states[] = {"listening", "uncertain", "label"};
  lsn_stream_answer answer;
  lsn_stream_get(&state, &answer);
  print_begin(file);
  print_count(", \"ms\": ", LSN_STREAM_MS(answer.answered));
  host_print(", \"state\": \"");
  host_print(states[answer.state]);
  host_print("\"");
  if (answer.label >= 0) {
    host_print(", \"label\": \"");
    host_print(lsn_class_name(&state, answer.label));
    host_print("\"");
  }
  host_print(answer.accepted ? ", \"accepted\": true" : ", \"accepted\": false");
  print_count(", \"frames\": ", answer.frames);
  print_count(", \"answered\": ", answer.answered);
  print_count(", \"changed\": ", answer.changed);
  host_print(answer.speaking ? ", \"speaking\": true" : ", \"speaking\": false");
  print_count(", \"heard\": ", (uint64_t)answer.heard_frames);
  print_count(", \"speech\": ", (uint64_t)answer.frames_with_speech);
  print_count(", \"lastFrame\": ", answer.last_frame);
  print_bits(", \"peak\": ", answer.peak);
  print_bits(", \"level\": ", answer.level_db);
  print_probabilities(", \"probabilities\": ", answer.probabilities, LSN_CLASSES);
  print_all_signed(", \"logits\": ", answer.logits, LSN_CLASSES);
  for (int i = 0; i < LSN_CLASSES; i++) print_bits(i == 0 ? ", \"bits\": [" : ", ", answer.probabilities[i]);
#ifdef LSN_HAS_ACTIVATION
  print_bits(", ", answer.activation);
#endif
#ifdef LSN_HAS_VALENCE
  print_bits(", ", answer.valence);
#endif
#ifdef LSN_HAS_VOICE
  print_bits(", ", answer.voice);
#endif
  host_print("]}\n");
}

/* The samples of a push have arrived at all chips at the same time; a chip starts on them when it is done with those before. */
static void wait_in_chips(uint64_t spent) {
  for (size_t i = 0; i < chip_count; i++) {
    struct chip *const chip = &chips[i];
    /* Instructions a sample: the clock by 16 kHz by 1.5. */
    const uint64_t arrived = cost.pushed_samples * chip->megahertz * 1000 / 24;
    chip->free_at = larger(chip->free_at, arrived) + spent;
    const uint64_t behind = (chip->free_at - arrived) * 24 / (1000 * (uint64_t)chip->megahertz);
    if (behind > chip->waiting) chip->waiting = (uint32_t)behind;
  }
}

static lsn_status push(const char *file, const int16_t *samples, size_t count) {
  const uint64_t begin = instructions();
  const lsn_status status = lsn_stream_push(&state, samples, count);
  const int32_t events = lsn_stream_events(&state);
  lsn_stream_answer answer;
  if ((events & LSN_STREAM_ANSWER) != 0) lsn_stream_get(&state, &answer);
  const uint64_t spent = instructions() - begin;
  cost.pushed_samples += count;
  cost.pushes++;
  cost.all += spent;
  cost.hop += spent;
  cost.largest = larger(cost.largest, spent);
  wait_in_chips(spent);
  if ((events & (LSN_STREAM_SPEECH_BEGAN | LSN_STREAM_SPEECH_ENDED)) != 0) {
    print_begin(file);
    host_print((events & LSN_STREAM_SPEECH_ENDED) != 0 ? ", \"event\": \"speech ended\"}\n" : ", \"event\": \"speech began\"}\n");
  }
  if ((events & LSN_STREAM_ANSWER) == 0) return status;
  const bool listening = answer.state == LSN_STREAM_LISTENING;
  /* Zeros cost less than the noise of a room: they need no transform. */
  if (listening && cost.was_listening && microphone.silence_left == silence_hops * HALF) {
    cost.closed_hops++;
    cost.closed += cost.hop;
    cost.largest_hop_closed = larger(cost.largest_hop_closed, cost.hop);
  } else if (!listening && answer.heard_frames == 192) {
    cost.open_hops++;
    cost.open += cost.hop;
    cost.largest_open = larger(cost.largest_open, cost.hop);
  }
  cost.hop = 0;
  cost.was_listening = listening;
  print_answer(file);
  return status;
}

static void print_cost(const char *file) {
  print_begin(file);
  print_count(", \"pushes\": ", cost.pushes);
  print_count(", \"samples\": ", piece_samples);
  print_count(", \"mean\": ", cost.pushes > 0 ? cost.all / cost.pushes : 0);
  print_count(", \"largest\": ", cost.largest);
  print_count(", \"finish\": ", cost.finish);
  print_count(", \"openHops\": ", cost.open_hops);
  print_count(", \"open\": ", cost.open_hops > 0 ? cost.open / cost.open_hops : 0);
  print_count(", \"largestOpen\": ", cost.largest_open);
  print_count(", \"closedHops\": ", cost.closed_hops);
  print_count(", \"closed\": ", cost.closed_hops > 0 ? cost.closed / cost.closed_hops : 0);
  print_count(", \"largestClosed\": ", cost.largest_hop_closed);
  for (size_t i = 0; i < chip_count; i++) {
    print_count(i == 0 ? ", \"waiting\": {\"" : ", \"", chips[i].megahertz);
    print_count("\": ", chips[i].waiting);
  }
  if (chip_count > 0) host_print("}");
  print_count(", \"ramBytes\": ", ram_bytes());
  print_count(", \"flashBytes\": ", flash_bytes());
  host_print("}\n");
}

static int stream(const char *file) {
  memset(&cost, 0, sizeof cost);
  cost.was_listening = true;
  microphone.quiet_left = quiet_hops * HALF;
  microphone.silence_left = silence_hops * HALF;
  microphone.seed = 1;
  for (size_t i = 0; i < chip_count; i++) chips[i].free_at = chips[i].waiting = 0;
  lsn_status status = lsn_init(&state);
  if (status == LSN_OK) status = lsn_stream_start(&state);
  /* As long as something comes. A piece that is not a hop is put together in both halves. */
  for (size_t turn = 0; status == LSN_OK; turn ^= 1) {
    int16_t *const half = piece_samples > HALF ? halves[0] : halves[turn];
    const size_t got = record(half, piece_samples);
    if (got == 0) break;
    status = push(file, half, got);
  }
  while (status == LSN_OK) {
    const uint64_t begin = instructions();
    const int32_t answers = lsn_stream_finish(&state);
    cost.finish = larger(cost.finish, instructions() - begin);
    if (answers <= 0) {
      status = (lsn_status)answers;
      break;
    }
    print_answer(file);
  }
  if (status != LSN_OK) {
    print_begin(file);
    print_error(lsn_status_sentence(status));
    return 1;
  }
  print_cost(file);
  return 0;
}

/* The number after `name` in a word, or 0. */
static uint32_t number_after(const char *word, const char *name) {
  const size_t length = strlen(name);
  uint32_t number = 0;
  if (strncmp(word, name, length) != 0) return 0;
  for (word += length; *word >= '0' && *word <= '9' && number < 1000000; word++) number = 10 * number + (uint32_t)(*word - '0');
  return number;
}

/* Whether the word was an option. */
static bool take_option(const char *word) {
  if (strncmp(word, "--", 2) != 0) return false;
  const uint32_t piece = number_after(word, "--piece="), megahertz = number_after(word, "--megahertz=");
  if (piece > 0 && piece <= LONGEST_PIECE) piece_samples = piece;
  if (megahertz > 0 && chip_count < MOST_CHIPS) chips[chip_count++].megahertz = megahertz;
  if (strncmp(word, "--quiet=", 8) == 0) quiet_hops = number_after(word, "--quiet=");
  if (strncmp(word, "--silence=", 10) == 0) silence_hops = number_after(word, "--silence=");
  return true;
}

static int stream_file(const char *path) {
  microphone.file = host_open(path);
  if (microphone.file < 0) {
    print_begin(path);
    print_error("there is no such file");
    return 1;
  }
  const int failed = stream(path);
  host_close(microphone.file);
  return failed;
}

int main(void) {
  static char arguments[1024];
  if (!instructions_begin()) {
    host_print("{\"error\": \"instructions are not counted: run QEMU with -icount shift=0\"}\n");
    return 2;
  }
  if (!host_arguments(arguments, sizeof arguments)) {
    host_print("{\"error\": \"the arguments are too long together: give fewer at once\"}\n");
    return 1;
  }
  int failed = 0, files = 0;
  for (char *word = arguments; *word != '\0';) {
    char *end = word;
    while (*end != '\0' && *end != ' ') end++;
    const bool last = *end == '\0';
    *end = '\0';
    if (!take_option(word)) failed |= stream_file(word), files++;
    word = last ? end : end + 1;
  }
  if (files > 0) return failed;
  microphone.file = -1;
  microphone.next = sound_samples;
  microphone.end = sound_samples_end;
  return stream("flash");
}
