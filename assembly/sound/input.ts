/**
 * From pushed bytes to samples at 16 kHz, block by block: bytes -> decoded frames, int16 mono -> resampler. Usage:
 *
 *     setFormat(...), or not: int16, mono, 16 kHz
 *     startInput(whether its figures are needed)
 *     for every piece at INPUT:   beginPiece(bytes); while ((count = nextBlock()) > 0) use int16 [count] at blockAddress()
 *     at the end:                 endInput(), and the same loop, for what is still in the resampler
 */

import { INPUT, INPUT_CAPACITY, SAMPLE_BLOCK, SAMPLE_BLOCK_BYTES } from "../generated/memory_map";
import { SAMPLE_RATE } from "../generated/model";
import {
  FORMAT_S16,
  STATUS_BAD_CHANNELS,
  STATUS_BAD_FORMAT,
  STATUS_BAD_LENGTH,
  STATUS_BAD_RATE,
  STATUS_OK,
  STATUS_TOO_LONG,
  sampleBytes,
} from "../generated/status";
import { decodeFrames } from "./decode";
import { measureMix, measureMono, measuring, startMeasuring, stopMeasuring } from "./measure";
import { isRate } from "./rates";
import { addInputs, inputRoom, nextOutputs, outputReady, startResampler } from "./resample";

const BLOCK_SAMPLES: i32 = SAMPLE_BLOCK_BYTES >> 1;

/** How pushed bytes are read; all zero until setFormat() or the first startInput(). */
let format: i32 = 0;
let channels: i32 = 0;
let rate: i32 = 0;
let frameBytes: i32 = 0;

/** What is left of the piece: its next frame, and how many. */
let frame: usize = 0;
let framesLeft: i32 = 0;
/** Whether that was the last piece. */
let ended: bool = false;
/** The newest block. */
let block: usize = 0;
/** Since startInput(): frames pushed, the samples at 16 kHz that they amount to, and those that the resampler has made. */
let framesPushed: i64 = 0;
let samplesDue: i64 = 0;
let samplesMade: i64 = 0;

/** Format (FORMAT_*), channels and rate in Hz of what is pushed from now on; STATUS_OK or what is wrong. */
export function setFormat(newFormat: i32, newChannels: i32, newRate: i32): i32 {
  const bytes = sampleBytes(newFormat);
  if (bytes == 0) return STATUS_BAD_FORMAT;
  if (newChannels < 1 || newChannels > INPUT_CAPACITY / bytes) return STATUS_BAD_CHANNELS;
  if (!isRate(newRate)) return STATUS_BAD_RATE;
  format = newFormat;
  channels = newChannels;
  rate = newRate;
  frameBytes = bytes * channels;
  return STATUS_OK;
}

/** A new sound begins; with `measures` new figures of it begin, too. */
export function startInput(measures: bool): void {
  if (rate == 0) setFormat(FORMAT_S16, 1, SAMPLE_RATE);
  if (measures) startMeasuring(format, channels, rate);
  else stopMeasuring();
  ended = false;
  framesPushed = 0;
  samplesDue = 0;
  samplesMade = 0;
  startResampler(rate);
}

/** ceil(16000 frames / rate) */
export function lengthAt16k(frames: i64, fromRate: i32): i64 {
  return (i64(SAMPLE_RATE) * frames + i64(fromRate - 1)) / i64(fromRate);
}

/** Samples at 16 kHz of all that was pushed. */
export function samplesPushed(): i64 {
  return samplesDue;
}

/** An export, see ts-tools/abi/exports.ts. */
export function resampledLength(frames: i32, fromRate: i32): i32 {
  if (!isRate(fromRate)) return STATUS_BAD_RATE;
  if (frames < 0) return STATUS_BAD_LENGTH;
  const length = lengthAt16k(i64(frames), fromRate);
  return length > i64(i32.MAX_VALUE) ? STATUS_TOO_LONG : i32(length);
}

/** The next bytes of the sound are at INPUT. False when they are not whole frames or more than fit there; then nothing changes. */
export function beginPiece(bytes: i32): bool {
  if (bytes < 0 || bytes > INPUT_CAPACITY || bytes % frameBytes != 0) return false;
  frame = INPUT;
  framesLeft = bytes / frameBytes;
  framesPushed += i64(framesLeft);
  samplesDue = lengthAt16k(framesPushed, rate);
  return true;
}

/** After the last piece: nextBlock() then makes what is still to come, with zeros for the inputs after the end. */
export function endInput(): void {
  ended = true;
}

/** Where the newest block is. */
export function blockAddress(): usize {
  return block;
}

/** Makes the next block; returns its samples, 0 when the piece is used up, or after endInput() the whole sound. */
export function nextBlock(): i32 {
  if (rate == SAMPLE_RATE) return decodeBlock(framesLeft, 0);
  const most = i32(min<i64>(samplesDue - samplesMade, BLOCK_SAMPLES));
  let count = 0;
  while (count < most) {
    if (!outputReady()) {
      let inputs = decodeBlock(inputRoom(), count);
      if (inputs == 0) {
        if (!ended) break;
        inputs = 1;
        block = endOfBlock(count);
        store<i16>(block, 0);
      }
      addInputs(block, inputs);
    }
    count += nextOutputs(endOfBlock(count), most - count);
  }
  block = SAMPLE_BLOCK;
  samplesMade += i64(count);
  return count;
}

/** Where the block goes on after `count` samples. */
function endOfBlock(count: i32): usize {
  return SAMPLE_BLOCK + ((<usize>count) << 1);
}

/**
 * Decodes the next frames of the piece, at most `most`; int16 mono is a block as it is, other formats go where the block has room after `made` samples. Returns
 * how many.
 */
function decodeBlock(most: i32, made: i32): i32 {
  let count = min(most, framesLeft);
  if (format == FORMAT_S16 && channels == 1) {
    block = frame;
    frame += (<usize>count) << 1;
    if (measuring) measureMono(block, count);
  } else {
    count = min(count, BLOCK_SAMPLES - made);
    block = endOfBlock(made);
    frame = decodeFrames(frame, count, format, channels, block);
    if (measuring) measureMix(block, count);
  }
  framesLeft -= count;
  return count;
}
