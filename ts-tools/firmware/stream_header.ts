/** Of light_sernet.h: the stream, in models that have one. */
import { STREAM_ANSWER, STREAM_EVENT, STREAM_STATE, type StreamState } from "../abi/stream.js";
import type { Manifest } from "../model/model_types.js";

/** Also turns the functions of light_sernet.c on. */
export function streamMacros({ frontEnd }: Manifest): string {
  const { frameSamples, hopSamples, sampleRate } = frontEnd;
  return `/* lsn_stream_start() and what belongs to it are there. */
#define LSN_HAS_STREAM
/* Milliseconds from the first sample of a stream to the end of its frame number \`frames\`, of 1, 2, ... */
#define LSN_STREAM_MS(frames) (((uint64_t)(frames) * ${hopSamples} + ${frameSamples - hopSamples}) * 1000 / ${sampleRate})
`;
}

/** A field of lsn_stream_answer -> its place in the module's record. light_sernet.c copies them by these names. */
export const streamPlaces = (): string =>
  `/* The words of module_streamAnswer(). */\nenum { ${Object.keys(STREAM_ANSWER)
    .map((name) => `STREAM_${name}`)
    .join(", ")}, STREAM_WORDS };\n`;

const EVENT_DOCS: Readonly<Record<keyof typeof STREAM_EVENT, string>> = {
  ANSWER: "a new answer, every 32 frames: lsn_stream_get()",
  SPEECH_BEGAN: "somebody has begun to speak: lsn_stream_answer.changed says when",
  SPEECH_ENDED: "nobody speaks any more",
};

const STATE_DOCS: Readonly<Record<StreamState, string>> = {
  listening: "nobody speaks: the answer has no label",
  uncertain: "somebody spoke, but the label is not accepted",
  label: "somebody spoke, and lsn_stream_answer.label says how",
};

const values = (list: Readonly<Record<string, number>>, docs: Readonly<Record<string, string>>): string =>
  Object.entries(list)
    .map(
      ([name, value], index, { length }) =>
        `  LSN_STREAM_${name.toUpperCase()} = ${value}${index + 1 < length ? "," : ""} /* ${docs[name]} */`,
    )
    .join("\n");

/** The types; `fields` are what lsn_result has beyond a label, its probabilities and logits, too. */
export const streamTypes = (fields: string): string => `/* Bits of lsn_stream_events(). */
typedef enum {
${values(STREAM_EVENT, EVENT_DOCS)}
} lsn_stream_event;

typedef enum {
${values(STREAM_STATE, STATE_DOCS)}
} lsn_stream_state;

/* Times are frames since lsn_stream_start(), 1, 2, ...; LSN_STREAM_MS() makes milliseconds of them. */
typedef struct lsn_stream_answer {
  /* These move with every frame. */
  uint32_t frames;                   /* how many there were; 0 before the first is complete */
  bool speaking;                     /* whether somebody speaks now */
  float peak;                        /* largest magnitude of the newest 256 samples at 16 kHz, 0 to 1: for a meter */
  uint32_t changed;                  /* the frame at which speech last began or ended; 0: never */
  /* These are of the newest answer. */
  uint32_t answered;                 /* the frame at which it was made; 0: there is none yet */
  lsn_stream_state state;
  float level_db;                    /* tracked level of the speech in dB of full scale, -60 to 0 */
  int32_t label;                     /* index of the class, see lsn_class_name(); -1 while listening */
  bool accepted;                     /* as in lsn_result */
  int32_t heard_frames;              /* frames that it is over, 32 to 192 */
  int32_t frames_with_speech;        /* of them */
  uint32_t last_frame;               /* the last of them; answered while nobody has spoken for 3 s */
  float probabilities[LSN_CLASSES];  /* 0 to 1, after smoothing; 0 while listening */
  int32_t logits[LSN_CLASSES];       /* before it */
${fields}} lsn_stream_answer;

`;

/** The functions that light_sernet.c implements by hand. */
export const streamFunctions = (): string => `
/*
 * A stream: sound without an end, as a microphone delivers it. lsn_stream_start(), then lsn_stream_push() for whatever came, and after each push
 *
 *     if (lsn_stream_events(&state) & LSN_STREAM_ANSWER) lsn_stream_get(&state, &answer);
 *
 * It needs no level and no end. Any division into pieces returns the same bits. Work: a push of 256 samples at 16 kHz completes one frame, and
 * every 32nd of them also a row of each layer of the network and an answer; docs/firmware.md has the most that a push costs. So push from a
 * thread or the main loop that may take that long, never from an interrupt: an interrupt or DMA fills one half of a buffer, or a ring, while
 * the other half is pushed. A state is used by one thread at a time. lsn_classify() and every lsn_start_... function end the stream, and so
 * does lsn_set_input(): call that before lsn_stream_start().
 *
 * Pushes the next samples, mono, as set by lsn_set_input(state, LSN_FORMAT_S16, 1, rate); any number. More than 512 at once may contain more than
 * one answer, of which the newest stays. lsn_push() is for sounds with a length, and does nothing for a stream (LSN_NOT_STARTED).
 */
lsn_status lsn_stream_push(lsn_state *state, const int16_t *samples, size_t count);

/* The same for any other format: bytes that are whole frames of all channels; at most lsn_input_capacity() at once, to see every answer. */
lsn_status lsn_stream_push_bytes(lsn_state *state, const void *bytes, size_t count);

/*
 * Copies the newest answer, and what the stream says of its newest frame, which a meter may show between answers. LSN_NOT_STARTED before a stream was
 * started, and after whatever else was started or set; after the end of a stream, its last answer.
 */
lsn_status lsn_stream_get(lsn_state *state, lsn_stream_answer *answer);
`;
