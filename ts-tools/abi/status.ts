import { LARGEST_LEVEL } from "../model/levels.js";
import { withCommas } from "../text/with_commas.js";

/**
 * Status codes and input formats of the module. `assembly/generated/` gets them as constants, hosts as numbers and sentences.
 * A sentence completes "FILE: ..." and says what to do.
 */
export const INPUT_FORMAT = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 5, f64: 6, mulaw: 7, alaw: 8 } as const;
export type InputFormat = keyof typeof INPUT_FORMAT;
/** Bytes of one sample. */
export const SAMPLE_BYTES: Readonly<Record<InputFormat, number>> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8, mulaw: 1, alaw: 1 };

/** What a function returned: a code, and a sentence that says what it means. */
export interface Status {
  code: number;
  sentence: string;
}

const CONVERT = "convert it: ffmpeg -i SOUND sound.wav";

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
    sentence: `the level is outside 0 to ${withCommas(LARGEST_LEVEL)}; pass one that the level passes returned`,
  },
  BAD_LENGTH: { code: -9, sentence: "the length is negative; pass the number of samples" },
  TOO_LONG: { code: -10, sentence: "the sound is too long to count; cut it into parts" },
  BAD_STREAM: { code: -13, sentence: "smoothing is 1 to 16 answers and hold 0 to 64; choose values in these ranges" },
  WAV_NOT_RIFF: { code: -20, sentence: "this is not a WAV file (no RIFF/WAVE header); convert it to WAV" },
  WAV_BIG_ENDIAN: { code: -21, sentence: `this is a big-endian WAV file (RIFX); ${CONVERT}` },
  WAV_NO_FORMAT: { code: -22, sentence: "the WAV file has no usable format chunk before its samples; write it again with an audio tool" },
  WAV_COMPRESSED: { code: -23, sentence: `the WAV file holds a compressed or proprietary coding; ${CONVERT}` },
  WAV_BAD_BITS: { code: -24, sentence: "the WAV file's bits per sample are not supported; convert it to 16-bit PCM" },
  WAV_NO_CHANNELS: { code: -25, sentence: "the WAV file says it has no channels; write it again with an audio tool" },
  WAV_TOO_MANY_CHANNELS: { code: -26, sentence: "the WAV file has too many channels; mix it down" },
  WAV_BAD_RATE: { code: -27, sentence: "the WAV file's sample rate is outside 8,000 to 192,000 Hz; resample it" },
  WAV_BAD_BLOCK: {
    code: -28,
    sentence: "the WAV file's header contradicts itself (block size, channels or bits); write it again with an audio tool",
  },
  WAV_NO_DATA: {
    code: -29,
    sentence: "the WAV file ends before its samples begin; it is truncated or has no data chunk: write it again with an audio tool",
  },
  WAV_WAVE64: { code: -30, sentence: `this is a Sony Wave64 file; ${CONVERT}` },
  WAV_EMPTY: { code: -31, sentence: "the file holds no complete sample; record it again" },
  WAV_ADPCM: { code: -32, sentence: `the WAV file holds ADPCM; ${CONVERT}` },
  WAV_GSM: { code: -33, sentence: `the WAV file holds GSM 6.10; ${CONVERT}` },
  WAV_MPEG: { code: -34, sentence: `the WAV file holds MP3 or other MPEG audio; ${CONVERT}` },
  EMPTY_FILE: { code: -50, sentence: "this is an empty file; record or download the sound again" },
  WEB_PAGE: { code: -51, sentence: "this is a web page or JSON text, not a sound; download the sound itself" },
  LFS_POINTER: { code: -52, sentence: "this is a Git LFS pointer, not the sound; fetch the sound: git lfs pull" },
  IS_FLAC: { code: -53, sentence: `this is a FLAC file, not WAV; ${CONVERT}` },
  IS_MP3: { code: -54, sentence: `this is an MP3 file, not WAV; ${CONVERT}` },
  IS_OGG: { code: -55, sentence: `this is an Ogg file (Vorbis or Opus), not WAV; ${CONVERT}` },
  IS_MP4: { code: -56, sentence: `this is an MP4 or M4A file, not WAV; ${CONVERT}` },
  IS_WEBM: { code: -57, sentence: `this is a WebM or Matroska file, not WAV; ${CONVERT}` },
  IS_AAC: { code: -58, sentence: `this is an AAC file, not WAV; ${CONVERT}` },
  IS_AMR: { code: -59, sentence: `this is an AMR file, not WAV; ${CONVERT}` },
  IS_AIFF: { code: -60, sentence: `this is an AIFF file, not WAV; ${CONVERT}` },
  IS_CAF: { code: -61, sentence: `this is a CAF file, not WAV; ${CONVERT}` },
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

/** One bit of a set, and a sentence that says what it means. */
export interface Warning {
  bit: number;
  sentence: string;
}

const namedWarnings = <Name extends string>(list: Record<Name, Warning>): Readonly<Record<Name, Warning>> => list;

/**
 * What can be wrong with a sound that is classified all the same: bits of a set, in the order in which they are reported. Those of a file's length come from
 * wavEnd(), the others from inputFigures(). A sentence completes "FILE: warning: ...".
 */
export const WARNING = namedWarnings({
  WAV_LENGTH_UNKNOWN: {
    bit: 1,
    sentence:
      "the WAV header does not say how long the sound is (a pipe, or a recording that was not finished); all of it up to the end was used",
  },
  WAV_SHORTER: { bit: 2, sentence: "the WAV file ends before the length in its header; the whole frames that are there were used" },
  PARTIAL_FRAME: { bit: 4, sentence: "the last frame of the sound is incomplete; it was left out" },
  FAR_ABOVE_FULL_SCALE: {
    bit: 8,
    sentence: "most samples lie above full scale, which is 1 for floats; divide them by the full scale of their unit (32,768 for 16 bits)",
  },
  CHANNELS_CANCEL: { bit: 16, sentence: "the channels cancel each other when they are mixed; invert one of them, or use one alone" },
  SILENT: { bit: 32, sentence: "the sound is silent; check the microphone" },
  CONSTANT: { bit: 64, sentence: "the samples hardly change (direct current without a voice); check the microphone" },
  DC_OFFSET: {
    bit: 128,
    sentence: "direct current is stronger than the voice; remove it with a high-pass filter, or check the microphone",
  },
  CLIPPED: { bit: 256, sentence: "more than 1 % of the samples are clipped; record at a lower volume" },
  NOT_A_NUMBER: { bit: 512, sentence: "some samples are not numbers (NaN); they count as 0" },
});

/** What can be wrong with a sound, for programs. */
export type WarningCode = keyof typeof WARNING;

/** The codes of a set of bits. */
export function warningsIn(bits: number): WarningCode[] {
  return (Object.keys(WARNING) as WarningCode[]).filter((code) => (bits & WARNING[code].bit) !== 0);
}

/** The sentence of a code, known or not. */
export function statusSentence(code: number): string {
  for (const entry of Object.values(ALL_STATUS)) if (entry.code === code) return entry.sentence;
  return `unknown status ${code}`;
}
