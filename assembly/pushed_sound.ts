/**
 * What a host pushes: one sound at a time, for one use at a time. sound/input.ts turns the pushed bytes into blocks of 16 kHz samples;
 * takeSamples() passes them to the use that was started:
 *
 *     startLevel, nextLevel, finishLevel    two passes over a segment for its level        frontend/level.ts
 *     start, finish                         crop, level, frames -> MFCCs -> network        frontend/, network/
 *     startFeatures                         the MFCCs of every frame, at OUTPUT
 *     startSamples, finishSamples           the samples at 16 kHz, at OUTPUT
 *     startNetwork, pushFrame, finishNetwork    MFCCs of the host into the network
 *     startStream, pushStream, finishStream     sound without end                       stream/
 *
 * All exported functions but the last ones, from startStreaming() on, are exports of the module; ts-tools/abi/exports.ts documents them.
 */
import { frameEnd, frameRoom, samplesAdded, startFrames } from "./frontend/frames";
import { levelSamples, setLevel } from "./frontend/gain";
import { addCoarseSamples, addFineSamples, finishLevel as levelOfHistograms, startCoarse, startFine } from "./frontend/level";
import { segmentSpeech } from "./frontend/normalization";
import {
  announcedSamples,
  croppedSamples,
  endInside,
  firstInside,
  samplesReceived,
  segmentPosition,
  startSegment,
  zerosAfter,
  zerosBefore,
} from "./frontend/segment";
import { LEARNS_ANSWERS, LEAST_SPEECH_FRAMES, LEAST_SPEECH_LEARNED } from "./generated/answer_rules";
import { MFCC, OUTPUT } from "./generated/memory_map";
import { COEFFICIENTS, FRAMES, LARGEST_LEVEL } from "./generated/model";
import * as status from "./generated/status";
import { startNetwork as beginNetwork, finishNetwork as endNetwork, framesPushed, pushFrame as pushRow } from "./network/network";
import { learnAnswer } from "./network/speaker_answers";
import { beginPiece, blockAddress, endInput, nextBlock, samplesPushed, setFormat, startInput } from "./sound/input";

export { resampledLength } from "./sound/input";

// What was started; from CLASSIFY on its figures are measured, once for each sound.
const IDLE: i32 = 0;
const LEVEL_COARSE: i32 = 1;
const LEVEL_FINE: i32 = 2;
const CLASSIFY: i32 = 3;
const FEATURES: i32 = 4;
const SAMPLES: i32 = 5;
const NETWORK: i32 = 6;
/** Its functions are in stream/: firmware that does not call them does not contain them. */
const STREAM: i32 = 7;

// Initial values are literals: a named one would make the compiler emit a start function.
/** The use that was started. */
let mode: i32 = 0;
/** Samples or MFCC rows at OUTPUT. */
let outputs: i32 = 0;
/** Whether more samples came than were announced. */
let tooMany: bool = false;
/** Whether logits and probabilities are those of a finished sound. */
let finished: bool = false;
/** Frames with speech in that sound, in a model whose answers need some. */
let speech: i32 = 0;

export function setInput(format: i32, channels: i32, rate: i32): i32 {
  mode = IDLE;
  return setFormat(format, channels, rate);
}

function startSound(newMode: i32): void {
  mode = newMode;
  outputs = 0;
  tooMany = false;
  startInput(newMode >= CLASSIFY && newMode != STREAM);
}

export function push(bytes: i32): i32 {
  if (mode == IDLE || mode >= NETWORK) return status.STATUS_NOT_STARTED;
  if (!beginPiece(bytes)) return status.STATUS_BAD_PIECE;
  outputs = 0;
  takeBlocks();
  return tooMany ? status.STATUS_TOO_MANY_SAMPLES : status.STATUS_OK;
}

function takeBlocks(): void {
  for (let count = nextBlock(); count > 0; count = nextBlock()) takeSamples(blockAddress(), count);
}

/** int16 [count] samples at 16 kHz, for whatever was started. */
function takeSamples(at: usize, count: i32): void {
  if (mode == SAMPLES) {
    memory.copy(OUTPUT + ((<usize>outputs) << 1), at, (<usize>count) << 1);
    outputs += count;
  } else if (mode == FEATURES) {
    addSamples(at, count);
  } else {
    takeSegment(at, count);
  }
}

/** Samples of a recording of announced length: of those that the crop leaves the level is measured, or they go into frames. */
function takeSegment(at: usize, count: i32): void {
  const announced = announcedSamples() - segmentPosition();
  if (count > announced) {
    tooMany = true;
    count = announced;
  }
  const first = firstInside(count);
  const inside = endInside(count) - first;
  samplesReceived(count);
  at += (<usize>first) << 1;
  if (mode == LEVEL_COARSE) addCoarseSamples(at, inside);
  else if (mode == LEVEL_FINE) addFineSamples(at, inside);
  else addSamples(at, inside);
}

/** Levels samples into the frame; every frame that they complete becomes MFCCs. */
function addSamples(at: usize, count: i32): void {
  while (count > 0) {
    const part = min(count, frameRoom());
    levelSamples(at, frameEnd(), part);
    if (samplesAdded(part)) takeMfcc();
    at += (<usize>part) << 1;
    count -= part;
  }
}

/** The padding of a short recording. */
function addZeros(count: i32): void {
  while (count > 0) {
    const part = min(count, frameRoom());
    memory.fill(frameEnd(), 0, (<usize>part) << 1);
    if (samplesAdded(part)) takeMfcc();
    count -= part;
  }
}

/** The MFCCs of a frame: to the host or into the network. */
function takeMfcc(): void {
  if (mode == FEATURES) {
    memory.copy(OUTPUT + <usize>(outputs * (COEFFICIENTS << 2)), MFCC, COEFFICIENTS << 2);
    outputs++;
  } else if (framesPushed() < FRAMES) {
    pushRow();
  }
}

/** Ends a pass over a recording: every announced sample must have been pushed. */
function endPass(): i32 {
  if (tooMany) return status.STATUS_TOO_MANY_SAMPLES;
  if (samplesPushed() < i64(announcedSamples())) return status.STATUS_TOO_FEW_SAMPLES;
  endInput();
  takeBlocks();
  return tooMany ? status.STATUS_TOO_MANY_SAMPLES : status.STATUS_OK;
}

export function startLevel(samples: i32): i32 {
  mode = IDLE;
  if (samples < 0) return status.STATUS_BAD_LENGTH;
  startSound(LEVEL_COARSE);
  startSegment(samples);
  startCoarse(croppedSamples());
  return status.STATUS_OK;
}

export function nextLevel(): i32 {
  if (mode != LEVEL_COARSE) return status.STATUS_NOT_STARTED;
  const result = endPass();
  if (result != status.STATUS_OK) return result;
  startFine();
  startSound(LEVEL_FINE);
  startSegment(announcedSamples());
  return status.STATUS_OK;
}

export function finishLevel(): i32 {
  if (mode != LEVEL_FINE) return status.STATUS_NOT_STARTED;
  const result = endPass();
  if (result != status.STATUS_OK) return result;
  mode = IDLE;
  return levelOfHistograms(croppedSamples());
}

export function start(level: i32, samples: i32): i32 {
  mode = IDLE;
  if (level < 0 || level > LARGEST_LEVEL) return status.STATUS_BAD_LEVEL;
  if (samples < 0) return status.STATUS_BAD_LENGTH;
  finished = false;
  startSound(CLASSIFY);
  startSegment(samples);
  setLevel(level);
  startFrames();
  beginNetwork(false);
  addZeros(zerosBefore());
  return status.STATUS_OK;
}

export function finish(): i32 {
  if (mode != CLASSIFY) return status.STATUS_NOT_STARTED;
  const result = endPass();
  if (result != status.STATUS_OK) return result;
  addZeros(zerosAfter());
  endNetwork();
  if (LEARNS_ANSWERS && segmentSpeech() >= LEAST_SPEECH_LEARNED) learnAnswer();
  if (LEAST_SPEECH_FRAMES > 0) speech = segmentSpeech();
  mode = IDLE;
  finished = true;
  return status.STATUS_OK;
}

export function startFeatures(level: i32): i32 {
  mode = IDLE;
  if (level < 0 || level > LARGEST_LEVEL) return status.STATUS_BAD_LEVEL;
  startSound(FEATURES);
  setLevel(level);
  startFrames();
  return status.STATUS_OK;
}

export function startSamples(): i32 {
  startSound(SAMPLES);
  return status.STATUS_OK;
}

export function finishSamples(): i32 {
  if (mode != SAMPLES) return status.STATUS_NOT_STARTED;
  outputs = 0;
  endInput();
  takeBlocks();
  mode = IDLE;
  return status.STATUS_OK;
}

export function outputCount(): i32 {
  return outputs;
}

export function startNetwork(): void {
  finished = false;
  beginNetwork(false);
  mode = NETWORK;
}

export function pushFrame(): i32 {
  if (mode != NETWORK) return status.STATUS_NOT_STARTED;
  if (framesPushed() == FRAMES) return status.STATUS_TOO_MANY_SAMPLES;
  pushRow();
  return status.STATUS_OK;
}

export function finishNetwork(): i32 {
  if (mode != NETWORK) return status.STATUS_NOT_STARTED;
  if (framesPushed() < FRAMES) return status.STATUS_TOO_FEW_SAMPLES;
  endNetwork();
  // Whoever runs the network alone has decided that there is something in the frames.
  if (LEAST_SPEECH_FRAMES > 0) speech = FRAMES;
  mode = IDLE;
  finished = true;
  return status.STATUS_OK;
}

export function reset(): void {
  mode = IDLE;
  finished = false;
}

/** A stream begins: it ends what was started before, and whatever is started next ends it. */
export function startStreaming(): void {
  startSound(STREAM);
  finished = false;
}

export function isStreaming(): bool {
  return mode == STREAM;
}

/** A stream has an answer, to that many frames with speech; or none. */
export function streamAnswered(answered: bool, speechFrames: i32): void {
  finished = answered;
  speech = speechFrames;
}

/** Whether the module has the answer to a finished sound. */
export function isFinished(): bool {
  return finished;
}

export function speechOfAnswer(): i32 {
  return speech;
}
