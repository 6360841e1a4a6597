/** What both entries export. */

export type { WarningCode } from "../abi/status.js";
export type { Build, ModuleBuild } from "../model/builds.js";
export type { CreateOptions } from "./create.js";
export type { ModelInfo } from "./engine.js";
export { RecognizerError, type RecognizerStatus } from "./errors.js";
export type { Features } from "./features.js";
export { shortestFloat32 } from "./float32.js";
export { recognitionJson } from "./json.js";
export type { Live, LiveMeter, LiveSamples } from "./live.js";
export type { LiveAnswer, LiveState } from "./live_answer.js";
export type { LiveFrame, LiveHandlers, LiveMoment, LiveOptions, LiveSettings } from "./live_options.js";
export type { ByteOptions, ClassifyOptions, PushOptions, Recognizer, RecognizerOptions } from "./recognizer.js";
export type { InputFigures, Recognition, Segment, Timing } from "./result.js";
export type { SampleOptions, Samples } from "./samples.js";
export type { PackagedModel } from "./shipped_models.js";
export { type DecodedSound, decodeSoundFile, type SoundFile } from "./sound_file.js";
export type { LongMode } from "./windows.js";
