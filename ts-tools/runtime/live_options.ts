import type { InputFormat } from "../abi/status.js";
import { STREAM_LIMITS } from "../abi/stream.js";
import { badArgument, checkNames } from "./errors.js";
import type { LiveAnswer } from "./live_answer.js";
import type { ModuleOptions } from "./module_options.js";
import { checkFormat, checkLayout } from "./sound_layout.js";

/** A moment of a stream. */
export interface LiveMoment {
  /** Milliseconds of sound since the stream began. */
  timeMs: number;
}

/** One frame of the front end, every 16 ms. */
export interface LiveFrame extends LiveMoment {
  /** Its 128 log mel energies; a copy, which is yours. */
  mel: Float32Array;
  /** Largest magnitude of its 16 ms, dB of full scale; -120 for digital silence. For meters. */
  peakDb: number;
  /** Whether somebody speaks. */
  speaking: boolean;
}

/** What a stream calls, during push() and finish(). */
export interface LiveHandlers {
  /** Every 0.512 s. */
  onAnswer?: ((answer: LiveAnswer) => void) | undefined;
  /** Somebody begins to speak. */
  onSpeechStart?: ((moment: LiveMoment) => void) | undefined;
  /** Nobody has spoken for a moment: 10 quiet frames, 0.16 s. */
  onSpeechEnd?: ((moment: LiveMoment) => void) | undefined;
  /** Every 16 ms: for meters and spectrograms. */
  onFrame?: ((frame: LiveFrame) => void) | undefined;
}

/** What may be changed while a stream runs. */
export interface LiveSettings {
  /** Answers whose probabilities are averaged, 1 to 16; default 1. Only those since speech began. */
  smoothing?: number | undefined;
  /** Answers that a label is shown at least before another takes its place, 0 to 64; default 0. */
  hold?: number | undefined;
}

/** What createLive() takes. */
export interface LiveOptions extends ModuleOptions, LiveSettings, LiveHandlers {
  /** Hz of the samples that are pushed, 8,000 to 192,000; default 16,000. */
  sampleRate?: number | undefined;
  /** Interleaved channels, default 1; they are mixed down to one. */
  channels?: number | undefined;
  /** Of bytes, little-endian: then bytes are pushed, and otherwise samples, which say it themselves. */
  format?: InputFormat | undefined;
  /** A speaker's statistics, for a model that adapts: `Live.adaptation` or `Recognizer.adaptation` of an earlier time. */
  adaptation?: Uint8Array | undefined;
}

const HANDLERS = ["onAnswer", "onSpeechStart", "onSpeechEnd", "onFrame"] as const satisfies (keyof LiveHandlers)[];
const SETTINGS = ["smoothing", "hold"] as const satisfies (keyof LiveSettings)[];

/** The largest settings. */
export const LARGEST_SETTINGS: { readonly smoothing: number; readonly hold: number } = STREAM_LIMITS;

/** Every option of createLive(). */
export const LIVE_OPTIONS = [
  ...["model", "module", "build", "sampleRate", "channels", "format", "adaptation"],
  ...SETTINGS,
  ...HANDLERS,
] as readonly string[];

/** Refuses, by name, handlers that are not functions. */
export function checkHandlers(handlers: object, names: readonly string[]): void {
  for (const name of names) {
    const handler = (handlers as Record<string, unknown>)[name];
    if (handler !== undefined && typeof handler !== "function") throw badArgument(name, "a function", handler);
  }
}

/** Refuses, by name, settings out of range. */
export function checkSettings(settings: LiveSettings): void {
  if (typeof settings !== "object" || settings === null) throw badArgument("the argument of set()", "an object of settings", settings);
  checkWhole("smoothing", settings.smoothing, 1, LARGEST_SETTINGS.smoothing);
  checkWhole("hold", settings.hold, 0, LARGEST_SETTINGS.hold);
}

/** Refuses a number that is given and not a whole number in the range. */
export function checkWhole(name: string, value: unknown, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)) return;
  throw badArgument(name, `a whole number from ${least} to ${most}`, value);
}

/** Refuses wrong options by name, but for those that choose the module. */
export function checkLiveOptions(options: LiveOptions): void {
  if (typeof options !== "object" || options === null) throw badArgument("the argument of createLive()", "an object of options", options);
  checkNames(options, LIVE_OPTIONS);
  checkHandlers(options, HANDLERS);
  checkSettings(options);
  const { sampleRate = 16000, channels = 1, format, adaptation } = options;
  checkLayout({ sampleRate, channels, format: "f32" });
  if (format !== undefined) checkFormat(format);
  if (adaptation !== undefined && !(adaptation instanceof Uint8Array)) throw badArgument("adaptation", "a Uint8Array", adaptation);
}
