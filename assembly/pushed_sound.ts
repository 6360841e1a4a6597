import { frameEnd, frameRoom, samplesAdded, startFrames } from "./frontend/frames";
import { LARGEST_LEVEL, levelled, levelSamples, setLevel } from "./frontend/gain";
import {
  addCoarse,
  addCoarseSamples,
  addFine,
  addFineSamples,
  finishLevel as levelOfHistograms,
  startCoarse,
  startFine,
} from "./frontend/level";
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
import { COEFFICIENTS, FRAMES, SAMPLE_RATE } from "./generated/model";
import * as status from "./generated/status";
import { INPUT, INPUT_CAPACITY, MFCC, OUTPUT } from "./memory_map";
import { startNetwork as beginNetwork, finishNetwork as endNetwork, framesPushed, pushFrame as pushRow } from "./network/network";
import { decodeFrame, sampleBytes } from "./sound/decode";
import { isRate } from "./sound/rates";
import { addInput, addInputs, inputRoom, nextOutput, outputReady, startResampler } from "./sound/resample";

/**
 * What the pushed sound is for. One sound at a time: bytes -> int16 frames -> 16 kHz -> one of these.
 */
const IDLE: i32 = 0;
const LEVEL_COARSE: i32 = 1;
const LEVEL_FINE: i32 = 2;
const CLASSIFY: i32 = 3;
const FEATURES: i32 = 4;
const SAMPLES: i32 = 5;
const NETWORK: i32 = 6;

// Initial values are literals: a named one would make the compiler emit a start function.
let mode: i32 = 0;
/** How pushed bytes are read; all zero until setInput() or the first start, see useDefaultInput(). */
let format: i32 = 0;
let channels: i32 = 0;
let rate: i32 = 0;
/** Input frames pushed since the start, and outputs of the resampler. */
let given: i64 = 0;
let taken: i64 = 0;
/** Samples or MFCC rows at OUTPUT. */
let outputs: i32 = 0;
let tooMany: bool = false;
let finished: bool = false;

export function setInput(newFormat: i32, newChannels: i32, newRate: i32): i32 {
  mode = IDLE;
  const bytes = sampleBytes(newFormat);
  if (bytes == 0) return status.STATUS_BAD_FORMAT;
  if (newChannels < 1 || newChannels > INPUT_CAPACITY / bytes) return status.STATUS_BAD_CHANNELS;
  if (!isRate(newRate)) return status.STATUS_BAD_RATE;
  format = newFormat;
  channels = newChannels;
  rate = newRate;
  return status.STATUS_OK;
}

/** ceil(16000 frames / rate) */
function lengthAt16k(frames: i64, fromRate: i32): i64 {
  return (i64(SAMPLE_RATE) * frames + i64(fromRate - 1)) / i64(fromRate);
}

export function resampledLength(frames: i32, fromRate: i32): i32 {
  if (!isRate(fromRate)) return status.STATUS_BAD_RATE;
  if (frames < 0) return status.STATUS_BAD_LENGTH;
  const length = lengthAt16k(i64(frames), fromRate);
  return length > i64(i32.MAX_VALUE) ? status.STATUS_TOO_LONG : i32(length);
}

/** Without setInput(): int16, mono, at the network's rate. */
function useDefaultInput(): void {
  format = status.FORMAT_S16;
  channels = 1;
  rate = SAMPLE_RATE;
}

function startSound(newMode: i32): void {
  if (rate == 0) useDefaultInput();
  mode = newMode;
  given = 0;
  taken = 0;
  outputs = 0;
  tooMany = false;
  startResampler(rate);
}

export function push(bytes: i32): i32 {
  if (mode == IDLE || mode == NETWORK) return status.STATUS_NOT_STARTED;
  const frameBytes = sampleBytes(format) * channels;
  if (bytes < 0 || bytes > INPUT_CAPACITY || bytes % frameBytes != 0) return status.STATUS_BAD_PIECE;
  outputs = 0;
  if (rate == SAMPLE_RATE && format == status.FORMAT_S16 && channels == 1) {
    given += i64(bytes >> 1);
    takeSamples(INPUT, bytes >> 1);
    return tooMany ? status.STATUS_TOO_MANY_SAMPLES : status.STATUS_OK;
  }
  if (ASC_FEATURE_SIMD && rate != SAMPLE_RATE) {
    resampleInput(bytes / frameBytes, frameBytes);
    return tooMany ? status.STATUS_TOO_MANY_SAMPLES : status.STATUS_OK;
  }
  const end = INPUT + <usize>bytes;
  for (let at: usize = INPUT; at < end; at += <usize>frameBytes) {
    const sample = decodeFrame(at, format, channels);
    given++;
    if (rate == SAMPLE_RATE) {
      takeSample(sample);
    } else {
      addInput(sample);
      while (outputReady()) takeSample(nextOutput());
    }
  }
  return tooMany ? status.STATUS_TOO_MANY_SAMPLES : status.STATUS_OK;
}

/** As many inputs as there is room for, then all outputs that they make: those that wait for an input just stored would wait for that store, too. */
function resampleInput(frames: i32, frameBytes: i32): void {
  const plain = format == status.FORMAT_S16 && channels == 1;
  given += i64(frames);
  let at: usize = INPUT;
  for (let left = frames; left > 0; ) {
    const some = min(left, inputRoom());
    const end = at + <usize>(some * frameBytes);
    if (plain) addInputs(at, some);
    else for (let frame = at; frame < end; frame += <usize>frameBytes) addInput(decodeFrame(frame, format, channels));
    while (outputReady()) takeSample(nextOutput());
    at = end;
    left -= some;
  }
}

/** The resampler's last outputs: zeros behind the end of the recording. */
function flushResampler(): void {
  const all = lengthAt16k(given, rate);
  while (taken < all) {
    addInput(0);
    while (taken < all && outputReady()) takeSample(nextOutput());
  }
}

/** One sample at 16 kHz. */
function takeSample(sample: i32): void {
  taken++;
  if (mode == SAMPLES) {
    store<i16>(OUTPUT + ((<usize>outputs) << 1), sample);
    outputs++;
  } else if (mode == FEATURES) {
    addSample(levelled(sample));
  } else if (segmentPosition() >= announcedSamples()) {
    tooMany = true;
  } else {
    const inside = firstInside(1) < endInside(1);
    samplesReceived(1);
    if (!inside) return;
    if (mode == LEVEL_COARSE) addCoarse(sample);
    else if (mode == LEVEL_FINE) addFine(sample);
    else addSample(levelled(sample));
  }
}

/** The same for int16 samples that lie one behind the other: what most hosts push, without a decision for every sample. */
function takeSamples(at: usize, count: i32): void {
  taken += i64(count);
  if (mode == SAMPLES) {
    memory.copy(OUTPUT, at, (<usize>count) << 1);
    outputs = count;
    return;
  }
  if (mode == FEATURES) {
    addLevelled(at, count);
    return;
  }
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
  else addLevelled(at, inside);
}

/** Levels samples into the frame; at each frame that they complete its MFCCs go on. */
function addLevelled(at: usize, count: i32): void {
  while (count > 0) {
    const some = min(count, frameRoom());
    levelSamples(at, frameEnd(), some);
    if (samplesAdded(some)) takeMfcc();
    at += (<usize>some) << 1;
    count -= some;
  }
}

function addSample(sample: i32): void {
  store<i16>(frameEnd(), sample);
  if (samplesAdded(1)) takeMfcc();
}

/** The padding of a short recording. */
function addZeros(count: i32): void {
  while (count > 0) {
    const some = min(count, frameRoom());
    memory.fill(frameEnd(), 0, (<usize>some) << 1);
    if (samplesAdded(some)) takeMfcc();
    count -= some;
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

/** Ends a pass over a recording: every announced sample must have come. */
function endPass(): i32 {
  if (tooMany) return status.STATUS_TOO_MANY_SAMPLES;
  const owed = i64(announcedSamples()) - lengthAt16k(given, rate);
  if (owed > 0) return status.STATUS_TOO_FEW_SAMPLES;
  flushResampler();
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
  beginNetwork();
  addZeros(zerosBefore());
  return status.STATUS_OK;
}

export function finish(): i32 {
  if (mode != CLASSIFY) return status.STATUS_NOT_STARTED;
  const result = endPass();
  if (result != status.STATUS_OK) return result;
  addZeros(zerosAfter());
  endNetwork();
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
  flushResampler();
  mode = IDLE;
  return status.STATUS_OK;
}

export function outputCount(): i32 {
  return outputs;
}

export function startNetwork(): void {
  finished = false;
  beginNetwork();
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
  mode = IDLE;
  finished = true;
  return status.STATUS_OK;
}

export function isFinished(): bool {
  return finished;
}

export function reset(): void {
  mode = IDLE;
  finished = false;
}
