/** The stages in their order, without the network: its weights are not there (tests/ of the whole module have them). */

import { INPUT, INPUT_CAPACITY, OUTPUT, OUTPUT_BYTES } from "../../assembly/generated/memory_map";
import { COEFFICIENTS, FRAME_SAMPLES, HOP_SAMPLES, SAMPLE_RATE, WINDOW_SAMPLES } from "../../assembly/generated/model";
import * as status from "../../assembly/generated/status";
import {
  finish,
  finishLevel,
  finishSamples,
  nextLevel,
  outputCount,
  push,
  resampledLength,
  reset,
  setInput,
  start,
  startFeatures,
  startLevel,
  startSamples,
} from "../../assembly/pushed_sound";
import { integer, seed } from "./support/random";

const MOST: i32 = 200000;
const sound = new StaticArray<i16>(MOST);
const samples = new StaticArray<i32>(MOST);
const otherSamples = new StaticArray<i32>(MOST);
const features = new StaticArray<f32>(200 * COEFFICIENTS);
/** The input's frames, each `channels` int16. */
let channels: i32 = 1;
let result: i32 = 0;

function noise(count: i32, loudness: i32): void {
  for (let i = 0; i < count; i++) sound[i] = <i16>integer(-loudness, loudness);
}

/** Copies int16 values first..first + count - 1 of the sound to the input and pushes them. */
function pushPiece(first: i32, count: i32): i32 {
  for (let i = 0; i < count; i++) store<i16>(INPUT + ((<usize>i) << 1), sound[first + i]);
  return push(2 * count);
}

/** Pushes n frames in pieces of up to `most`; the last answer that is not OK, or OK. */
function pushAll(n: i32, most: i32): i32 {
  let answer = status.STATUS_OK;
  for (let at = 0; at < n; ) {
    const count = min(integer(1, min(most, INPUT_CAPACITY / (2 * channels))), n - at);
    const one = pushPiece(at * channels, count * channels);
    if (one != status.STATUS_OK) answer = one;
    at += count;
  }
  return answer;
}

function keepSamples(to: StaticArray<i32>, at: i32): i32 {
  if (2 * outputCount() > OUTPUT_BYTES) return i32.MIN_VALUE;
  for (let i = 0; i < outputCount(); i++) to[at + i] = i32(load<i16>(OUTPUT + ((<usize>i) << 1)));
  return at + outputCount();
}

/** n frames at a rate to int16 samples at 16 kHz; how many. */
function convert(n: i32, rate: i32, most: i32, to: StaticArray<i32>): i32 {
  result = setInput(status.FORMAT_S16, channels, rate);
  if (result == status.STATUS_OK) result = startSamples();
  let count = 0;
  for (let at = 0; at < n; ) {
    const piece = min(integer(1, min(most, INPUT_CAPACITY / (2 * channels))), n - at);
    if (pushPiece(at * channels, piece * channels) != status.STATUS_OK) return -1;
    count = keepSamples(to, count);
    at += piece;
  }
  if (finishSamples() != status.STATUS_OK) return -1;
  return keepSamples(to, count);
}

/** The level of n mono samples at 16 kHz, in pieces. */
function level(n: i32): i32 {
  if (startLevel(n) != status.STATUS_OK) return -1;
  if (pushAll(n, 512) != status.STATUS_OK) return -2;
  if (nextLevel() != status.STATUS_OK) return -3;
  if (pushAll(n, 512) != status.STATUS_OK) return -4;
  return finishLevel();
}

describe("samples", () => {
  it("are ceil(16000 n / rate), however short the sound", () => {
    seed(70);
    channels = 1;
    const rates: StaticArray<i32> = [8000, 11025, 16000, 16001, 22050, 44100, 48000, 96000, 192000];
    for (let i = 0; i < rates.length; i++) {
      const rate = rates[i];
      for (let n = 0; n < 2000; n = n < 10 ? n + 1 : 2 * n - 3) {
        noise(n, 20000);
        const expected = i32(NativeMath.ceil((16000.0 * f64(n)) / f64(rate)));
        expect<i32>(convert(n, rate, 512, samples)).toBe(expected);
        expect<i32>(resampledLength(n, rate)).toBe(expected);
      }
    }
  });
  it("are the same in pieces of any size", () => {
    seed(71);
    const rates: StaticArray<i32> = [8000, 16000, 44100, 191999];
    for (channels = 1; channels <= 3; channels++) {
      noise(30000, 32767);
      for (let i = 0; i < rates.length; i++) {
        const count = convert(10000, rates[i], 512, samples);
        for (let most = 1; most <= 64; most *= 8) {
          expect<i32>(convert(10000, rates[i], most, otherSamples)).toBe(count);
          let different = 0;
          for (let m = 0; m < count; m++) if (samples[m] != otherSamples[m]) different++;
          expect<i32>(different).toBe(0);
        }
      }
    }
    channels = 1;
  });
  it("at 16 kHz are the input", () => {
    seed(72);
    noise(5000, 32767);
    expect<i32>(convert(5000, SAMPLE_RATE, 512, samples)).toBe(5000);
    let different = 0;
    for (let m = 0; m < 5000; m++) if (samples[m] != i32(sound[m])) different++;
    expect<i32>(different).toBe(0);
  });
  it("of the fullest piece fit the output", () => {
    expect<i32>(setInput(status.FORMAT_U8, 1, 8000)).toBe(status.STATUS_OK);
    expect<i32>(startSamples()).toBe(status.STATUS_OK);
    let most = 0;
    for (let piece = 0; piece < 5; piece++) {
      expect<i32>(push(INPUT_CAPACITY)).toBe(status.STATUS_OK);
      most = max(most, outputCount());
    }
    expect<i32>(most).toBe(2 * INPUT_CAPACITY);
    expect<bool>(2 * most <= OUTPUT_BYTES).toBe(true);
    expect<i32>(finishSamples()).toBe(status.STATUS_OK);
    expect<bool>(2 * outputCount() <= OUTPUT_BYTES).toBe(true);
  });
});

describe("resampledLength", () => {
  it("is exact up to the longest sound", () => {
    expect<i32>(resampledLength(i32.MAX_VALUE, 16000)).toBe(i32.MAX_VALUE);
    expect<i32>(resampledLength(i32.MAX_VALUE, 192000)).toBe(178956971);
    expect<i32>(resampledLength(i32.MAX_VALUE, 44100)).toBe(779132389);
    expect<i32>(resampledLength(1073741823, 8000)).toBe(2147483646);
    expect<i32>(resampledLength(1073741824, 8000)).toBe(status.STATUS_TOO_LONG);
    expect<i32>(resampledLength(0, 8000)).toBe(0);
    expect<i32>(resampledLength(-1, 8000)).toBe(status.STATUS_BAD_LENGTH);
    expect<i32>(resampledLength(1, 7999)).toBe(status.STATUS_BAD_RATE);
    expect<i32>(resampledLength(1, 192001)).toBe(status.STATUS_BAD_RATE);
  });
});

describe("a level", () => {
  it("is that of the samples the crop leaves", () => {
    seed(73);
    channels = 1;
    setInput(status.FORMAT_S16, 1, SAMPLE_RATE);
    const lengths: StaticArray<i32> = [
      0,
      1,
      2,
      777,
      1000,
      1001,
      WINDOW_SAMPLES - 1,
      WINDOW_SAMPLES,
      WINDOW_SAMPLES + 1,
      WINDOW_SAMPLES + 7777,
    ];
    for (let i = 0; i < lengths.length; i++) {
      const n = lengths[i];
      noise(n, 12000);
      // Loud samples that the crop cuts off.
      const front = max(n - WINDOW_SAMPLES, 0) / 2;
      const kept = min(n, WINDOW_SAMPLES);
      for (let at = 0; at < n; at++) if (at < front || at >= front + kept) sound[at] = -32768;
      // Counting from above: the rank 0.999 (n - 1) has (n - 1) / 1000 samples above it.
      const counts = new StaticArray<i32>(32769);
      for (let at = 0; at < kept; at++) counts[abs(i32(sound[front + at]))]++;
      const q = (999 * (kept - 1)) / 1000;
      let lower = -1;
      let upper = -1;
      let seen = 0;
      for (let value = 0; value <= 32768; value++) {
        seen += counts[value];
        if (lower < 0 && seen > q) lower = value;
        if (upper < 0 && seen > q + 1) upper = value;
      }
      if (upper < 0) upper = lower;
      const r = 999 * (kept - 1) - 1000 * q;
      const expected = kept == 0 ? 0 : 1000 * lower + r * (upper - lower);
      expect<i32>(level(n)).toBe(expected);
    }
  });
  it("needs every announced sample, and no other", () => {
    seed(74);
    noise(2000, 100);
    setInput(status.FORMAT_S16, 1, SAMPLE_RATE);
    expect<i32>(startLevel(1000)).toBe(status.STATUS_OK);
    expect<i32>(pushAll(999, 100)).toBe(status.STATUS_OK);
    expect<i32>(nextLevel()).toBe(status.STATUS_TOO_FEW_SAMPLES);
    expect<i32>(pushAll(1, 1)).toBe(status.STATUS_OK);
    expect<i32>(nextLevel()).toBe(status.STATUS_OK);
    expect<i32>(pushAll(1000, 100)).toBe(status.STATUS_OK);
    expect<i32>(pushAll(1, 1)).toBe(status.STATUS_TOO_MANY_SAMPLES);
    expect<i32>(finishLevel()).toBe(status.STATUS_TOO_MANY_SAMPLES);
    expect<i32>(startLevel(-1)).toBe(status.STATUS_BAD_LENGTH);
    expect<i32>(push(0)).toBe(status.STATUS_NOT_STARTED);
    expect<i32>(finishLevel()).toBe(status.STATUS_NOT_STARTED);
  });
  it("at another rate counts resampled samples", () => {
    seed(75);
    noise(4410, 3000);
    setInput(status.FORMAT_S16, 1, 44100);
    expect<i32>(resampledLength(4409, 44100)).toBe(1600);
    expect<i32>(startLevel(1600)).toBe(status.STATUS_OK);
    expect<i32>(pushAll(4000, 512)).toBe(status.STATUS_OK);
    expect<i32>(nextLevel()).toBe(status.STATUS_TOO_FEW_SAMPLES);
    expect<i32>(pushAll(409, 512)).toBe(status.STATUS_OK);
    expect<i32>(nextLevel()).toBe(status.STATUS_OK);
    expect<i32>(pushAll(4409, 512)).toBe(status.STATUS_OK);
    const resampled = finishLevel();
    // The same from the samples themselves.
    expect<i32>(convert(4409, 44100, 512, samples)).toBe(1600);
    for (let m = 0; m < 1600; m++) sound[m] = <i16>samples[m];
    setInput(status.FORMAT_S16, 1, SAMPLE_RATE);
    expect<i32>(level(1600)).toBe(resampled);
  });
});

describe("features", () => {
  it("come a hop apart, the same in pieces of any size", () => {
    seed(76);
    channels = 1;
    noise(FRAME_SAMPLES + 20 * HOP_SAMPLES + 100, 8000);
    setInput(status.FORMAT_S16, 1, SAMPLE_RATE);
    for (let most = 512; most > 0; most /= 8) {
      expect<i32>(startFeatures(9000000)).toBe(status.STATUS_OK);
      let rows = 0;
      let different = 0;
      for (let at = 0; at < FRAME_SAMPLES + 20 * HOP_SAMPLES + 100; ) {
        const count = min(integer(1, most), FRAME_SAMPLES + 20 * HOP_SAMPLES + 100 - at);
        if (pushPiece(at, count) != status.STATUS_OK) different++;
        at += count;
        for (let row = 0; row < outputCount(); row++) {
          for (let k = 0; k < COEFFICIENTS; k++) {
            const value = load<f32>(OUTPUT + ((<usize>(row * COEFFICIENTS + k)) << 2));
            if (most == 512) features[rows * COEFFICIENTS + k] = value;
            else if (features[rows * COEFFICIENTS + k] != value) different++;
          }
          rows++;
        }
      }
      expect<i32>(rows).toBe(21);
      expect<i32>(different).toBe(0);
    }
  });
});

describe("the order of calls", () => {
  it("is kept: what is not started is refused", () => {
    reset();
    expect<i32>(push(0)).toBe(status.STATUS_NOT_STARTED);
    expect<i32>(nextLevel()).toBe(status.STATUS_NOT_STARTED);
    expect<i32>(finishLevel()).toBe(status.STATUS_NOT_STARTED);
    expect<i32>(finishSamples()).toBe(status.STATUS_NOT_STARTED);
    expect<i32>(finish()).toBe(status.STATUS_NOT_STARTED);
    expect<i32>(startSamples()).toBe(status.STATUS_OK);
    expect<i32>(nextLevel()).toBe(status.STATUS_NOT_STARTED);
    expect<i32>(push(0)).toBe(status.STATUS_OK);
    reset();
    expect<i32>(push(0)).toBe(status.STATUS_NOT_STARTED);
  });
  it("and ranges: formats, channels, rates, levels, lengths, pieces", () => {
    for (let format = status.FORMAT_U8 - 1; format <= status.FORMAT_ALAW + 1; format++) {
      const known = format >= status.FORMAT_U8 && format <= status.FORMAT_ALAW;
      expect<i32>(setInput(format, 1, 8000)).toBe(known ? status.STATUS_OK : status.STATUS_BAD_FORMAT);
    }
    expect<i32>(setInput(status.FORMAT_S16, 0, 8000)).toBe(status.STATUS_BAD_CHANNELS);
    expect<i32>(setInput(status.FORMAT_S16, -1, 8000)).toBe(status.STATUS_BAD_CHANNELS);
    expect<i32>(setInput(status.FORMAT_S16, INPUT_CAPACITY / 2, 8000)).toBe(status.STATUS_OK);
    expect<i32>(setInput(status.FORMAT_S16, INPUT_CAPACITY / 2 + 1, 8000)).toBe(status.STATUS_BAD_CHANNELS);
    expect<i32>(setInput(status.FORMAT_S16, i32.MAX_VALUE, 8000)).toBe(status.STATUS_BAD_CHANNELS);
    expect<i32>(setInput(status.FORMAT_S16, 2, 7999)).toBe(status.STATUS_BAD_RATE);
    expect<i32>(setInput(status.FORMAT_S16, 2, 192001)).toBe(status.STATUS_BAD_RATE);
    expect<i32>(setInput(status.FORMAT_S24, 2, 192000)).toBe(status.STATUS_OK);
    expect<i32>(start(-1, 100)).toBe(status.STATUS_BAD_LEVEL);
    expect<i32>(start(32768001, 100)).toBe(status.STATUS_BAD_LEVEL);
    expect<i32>(start(1000, -1)).toBe(status.STATUS_BAD_LENGTH);
    expect<i32>(startFeatures(-1)).toBe(status.STATUS_BAD_LEVEL);
    expect<i32>(startFeatures(32768001)).toBe(status.STATUS_BAD_LEVEL);
    expect<i32>(push(0)).toBe(status.STATUS_NOT_STARTED);
    expect<i32>(startSamples()).toBe(status.STATUS_OK);
    for (let bytes = -6; bytes <= INPUT_CAPACITY + 6; bytes++) {
      const fits = bytes >= 0 && bytes <= INPUT_CAPACITY && bytes % 6 == 0;
      expect<i32>(push(bytes)).toBe(fits ? status.STATUS_OK : status.STATUS_BAD_PIECE);
    }
  });
});
