/** What both entries export. */

export type { WarningCode } from "../abi/status.js";
export type { Build, ModuleBuild } from "../model/builds.js";
export type { CreateOptions } from "./create.js";

export { RecognizerError, type RecognizerStatus } from "./errors.js";
export { shortestFloat32 } from "./float32.js";
export { recognitionJson } from "./json.js";
export type { Live, LiveMeter } from "./live.js";
export type { LiveAnswer, LiveState } from "./live_answer.js";
export type { LiveFrame, LiveHandlers, LiveMoment, LiveOptions, LiveSettings } from "./live_options.js";
export type { ModelInfo } from "./model_info.js";
export type { OpenRecording } from "./open_recording.js";
export type { Recognizer } from "./recognizer.js";
export type {
  AudioBufferOptions,
  ByteOptions,
  ClassifyOptions,
  OpenOptions,
  PushOptions,
  RecognizerOptions,
  RecordingChoices,
  SoundPiece,
} from "./recording_options.js";
export type { Features, InputFigures, Recognition, Segment, Timing } from "./result.js";
export type { AudioBufferLike, PlanarSamples, SampleOptions, Samples, Sound } from "./samples.js";
export type { PackagedModel } from "./shipped_models.js";
export { type DecodedSound, decodeSoundFile, type SoundFile } from "./sound_file.js";
export type { SoundSource } from "./sound_source.js";
export type { LongMode } from "./windows.js";
