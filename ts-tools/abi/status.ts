import { LARGEST_LEVEL } from "../model/levels.js";

/**
 * Status codes and input formats of the module. `assembly/generated/` gets them as constants, hosts as numbers and sentences.
 * A sentence completes "FILE: ..." and says what to do.
 */
export const INPUT_FORMAT = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 5, f64: 6 } as const;
export type InputFormat = keyof typeof INPUT_FORMAT;
/** Bytes of one sample. */
export const SAMPLE_BYTES: Readonly<Record<InputFormat, number>> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 };

/** What a function returned: a code, and a sentence that says what it means. */
export interface Status {
  code: number;
  sentence: string;
}

/** Keeps the names in the type, not the sentences: the package's types would repeat all of them. */
const named = <Name extends string>(list: Record<Name, Status>): Readonly<Record<Name, Status>> => list;

export const STATUS = named({
  OK: { code: 0, sentence: "done" },
  NOT_STARTED: { code: -1, sentence: "nothing was started that this call could continue; call the start function first" },
  TOO_MANY_SAMPLES: { code: -2, sentence: "more samples were pushed than were announced; announce the length of the whole recording" },
  TOO_FEW_SAMPLES: { code: -3, sentence: "fewer samples were pushed than were announced; push the whole recording before finishing" },
  BAD_RATE: { code: -4, sentence: "the sample rate is outside 8,000 to 192,000 Hz; resample the sound first" },
  BAD_CHANNELS: { code: -5, sentence: "the number of channels is zero or too large; mix the sound down to fewer channels" },
  BAD_FORMAT: { code: -6, sentence: "the sample format is unknown; use 8, 16, 24 or 32-bit integers or floats" },
  BAD_PIECE: { code: -7, sentence: "a piece of sound must be whole frames and fit the input buffer; push smaller, whole pieces" },
  BAD_LEVEL: {
    code: -8,
    sentence: `the level is outside 0 to ${LARGEST_LEVEL.toLocaleString("en-US")}; pass one that the level passes returned`,
  },
  BAD_LENGTH: { code: -9, sentence: "the length is negative; pass the number of samples" },
  TOO_LONG: { code: -10, sentence: "the sound is too long to count; cut it into parts" },
  WAV_NOT_RIFF: { code: -20, sentence: "this is not a WAV file (no RIFF/WAVE header); convert it to WAV" },
  WAV_RF64: { code: -21, sentence: "this is a 64-bit or big-endian WAV variant (RF64, RIFX or similar); convert it to plain WAV" },
  WAV_NO_FORMAT: { code: -22, sentence: "the WAV file has no usable format chunk before its samples; write it again with an audio tool" },
  WAV_COMPRESSED: { code: -23, sentence: "the WAV file is compressed; convert it to PCM or float samples" },
  WAV_BAD_BITS: { code: -24, sentence: "the WAV file's bits per sample are not supported; convert it to 16-bit PCM" },
  WAV_NO_CHANNELS: { code: -25, sentence: "the WAV file says it has no channels; write it again with an audio tool" },
  WAV_TOO_MANY_CHANNELS: { code: -26, sentence: "the WAV file has too many channels; mix it down" },
  WAV_BAD_RATE: { code: -27, sentence: "the WAV file's sample rate is outside 8,000 to 192,000 Hz; resample it" },
  WAV_BAD_BLOCK: {
    code: -28,
    sentence: "the WAV file's header contradicts itself (block size, channels, bits or length); write it again with an audio tool",
  },
  WAV_NO_DATA: {
    code: -29,
    sentence: "the WAV file ends before its samples begin; it is truncated or has no data chunk: write it again with an audio tool",
  },
  WAV_TRUNCATED: {
    code: -30,
    sentence: "the WAV file is shorter than its header says; it is truncated, or was written to a pipe: write it again to a file",
  },
  WAV_EMPTY: { code: -31, sentence: "the WAV file holds no samples; record it again" },
});

/** Statuses of modules that normalize, and of no others. */
export const ADAPTATION_STATUS = named({
  ADAPTATION_DAMAGED: {
    code: -11,
    sentence: "these are not a speaker's statistics for this model, or they are damaged; start without them and save new ones",
  },
  ADAPTATION_OF_OTHER_MODEL: {
    code: -12,
    sentence: "these statistics of a speaker are of a model with another front end or network; start without them and save new ones",
  },
});

export type StatusName = keyof typeof STATUS;
export type AdaptationStatusName = keyof typeof ADAPTATION_STATUS;

export const ALL_STATUS = { ...STATUS, ...ADAPTATION_STATUS };

/** The sentence of a code, known or not. */
export function statusSentence(code: number): string {
  for (const entry of Object.values(ALL_STATUS)) if (entry.code === code) return entry.sentence;
  return `unknown status ${code}`;
}
