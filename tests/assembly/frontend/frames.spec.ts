import { frameEnd, frameRoom, samplesAdded, startFrames } from "../../../assembly/frontend/frames";
import { melLogarithm } from "../../../assembly/frontend/mel";
import { dct } from "../../../assembly/frontend/mfcc";
import { FRAME, MEL, MFCC } from "../../../assembly/generated/memory_map";
import { COEFFICIENTS, FRAME_SAMPLES, FRAMES, HOP_SAMPLES, MEL_BANDS, WINDOW_SAMPLES } from "../../../assembly/generated/model";
import { mfcc64 } from "../support/float64";
import { integer, seed } from "../support/random";

const HOPS: i32 = 12;
const SAMPLES: i32 = FRAME_SAMPLES + HOPS * HOP_SAMPLES;
const sound = new StaticArray<i32>(SAMPLES);
const frame = new StaticArray<i32>(FRAME_SAMPLES);
const expected = new StaticArray<f64>(COEFFICIENTS);

/** Frames that samplesAdded() has said are complete. */
let framesMade: i32 = 0;

function start(): void {
  startFrames();
  framesMade = 0;
}

function add(sample: i32): bool {
  store<i16>(frameEnd(), sample);
  const complete = samplesAdded(1);
  if (complete) framesMade++;
  return complete;
}

function mfcc(k: i32): f64 {
  return f64(load<f32>(MFCC + ((<usize>k) << 2)));
}

/** Whether MFCC holds the constant of a silent frame, to the bit. */
function isSilent(): bool {
  if (mfcc(0) != -10) return false;
  for (let k = 1; k < COEFFICIENTS; k++) if (mfcc(k) != 0) return false;
  return true;
}

/** Pushes the sound: the largest difference of an MFCC from float64 over all frames that are not zeros; Infinity where a frame comes at the wrong place. */
function largestError(): f64 {
  start();
  let largest: f64 = 0;
  for (let at = 0; at < SAMPLES; at++) {
    const complete = add(sound[at]);
    const made = at + 1 - FRAME_SAMPLES;
    if (complete != (made >= 0 && made % HOP_SAMPLES == 0)) return Infinity;
    if (!complete) continue;
    if (framesMade != made / HOP_SAMPLES + 1) return Infinity;
    let zeros = true;
    for (let n = 0; n < FRAME_SAMPLES; n++) {
      frame[n] = sound[made + n];
      if (frame[n] != 0) zeros = false;
    }
    if (zeros) {
      if (!isSilent()) return Infinity;
      continue;
    }
    mfcc64(frame, expected);
    for (let k = 0; k < COEFFICIENTS; k++) {
      const error = abs<f64>(mfcc(k) - expected[k]);
      largest = error >= 0 ? max<f64>(largest, error) : Infinity;
    }
  }
  return largest;
}

describe("frames", () => {
  it("gives the MFCCs of frames a hop apart: noise", () => {
    seed(35);
    for (let at = 0; at < SAMPLES; at++) sound[at] = integer(-20000, 20000);
    const largest = largestError();
    log<string>(`largest error of an MFCC: ${largest}`);
    expect<f64>(largest).toBeLessThan(0.00004);
    expect<i32>(framesMade).toBe(HOPS + 1);
  });
  it("gives them for a voice: harmonics of 120 Hz and a little noise, swelling", () => {
    seed(36);
    for (let at = 0; at < SAMPLES; at++) {
      const time = f64(at) / 16000;
      let value: f64 = 0;
      for (let harmonic = 1; harmonic <= 40; harmonic++) {
        value += NativeMath.sin(2 * NativeMath.PI * 120 * f64(harmonic) * time + f64(harmonic * harmonic)) / f64(harmonic);
      }
      sound[at] = i32(nearest<f64>((value * 9000 * f64(at)) / f64(SAMPLES))) + integer(-20, 20);
    }
    const largest = largestError();
    log<string>(`largest error of an MFCC: ${largest}`);
    expect<f64>(largest).toBeLessThan(0.00004);
  });
  it("gives them for a loud tone beside its rounding noise, where float32 has least room", () => {
    for (let at = 0; at < SAMPLES; at++) {
      sound[at] = i32(nearest<f64>(30000 * NativeMath.sin((2 * NativeMath.PI * 997 * f64(at)) / 16000)));
    }
    const largest = largestError();
    log<string>(`largest error of an MFCC: ${largest}`);
    expect<f64>(largest).toBeLessThan(0.02);
  });
  it("gives the constant for a frame of zeros, and computes a frame with one sample in it, wherever that is", () => {
    for (let place = 0; place < SAMPLES; place += 307) {
      for (let at = 0; at < SAMPLES; at++) sound[at] = at == place ? 1 + 1000 * (place & 1) : 0;
      expect<f64>(largestError()).toBeLessThan(0.001);
    }
    for (let at = 0; at < SAMPLES; at++) sound[at] = at == FRAME_SAMPLES - 1 ? -32768 : 0;
    expect<f64>(largestError()).toBeLessThan(0.001);
  });
  it("transforms a frame whose one sample the window removes: the MFCCs of an empty filter bank, with their rounding", () => {
    memory.fill(MEL, 0, (<usize>MEL_BANDS) << 2);
    melLogarithm();
    dct();
    let remainders = 0;
    for (let k = 0; k < COEFFICIENTS; k++) {
      expected[k] = mfcc(k);
      if (k > 0 && mfcc(k) != 0) remainders++;
    }
    // Else this would be the frame of zeros.
    expect<i32>(remainders).toBeGreaterThan(0);
    start();
    add(32767);
    for (let at = 1; at < FRAME_SAMPLES; at++) add(0);
    expect<i32>(framesMade).toBe(1);
    for (let k = 0; k < COEFFICIENTS; k++) expect<f64>(mfcc(k)).toBe(expected[k]);
  });
  it("counts zeros of two sounds apart", () => {
    start();
    for (let at = 0; at < FRAME_SAMPLES - 1; at++) add(0);
    expect<i32>(framesMade).toBe(0);
    start();
    expect<bool>(add(500)).toBe(false);
    for (let at = 1; at < FRAME_SAMPLES - 1; at++) expect<bool>(add(at)).toBe(false);
    expect<bool>(add(0)).toBe(true);
    expect<bool>(isSilent()).toBe(false);
  });
  it("keeps the last FRAME_SAMPLES - HOP_SAMPLES samples for the next frame", () => {
    start();
    for (let at = 0; at < FRAME_SAMPLES; at++) add(at);
    let wrong = 0;
    for (let n = 0; n < FRAME_SAMPLES - HOP_SAMPLES; n++) if (i32(load<i16>(FRAME + ((<usize>n) << 1))) != n + HOP_SAMPLES) wrong++;
    expect<i32>(wrong).toBe(0);
  });
  it("gives the same for samples that come in pieces of any length", () => {
    seed(37);
    for (let at = 0; at < SAMPLES; at++) sound[at] = integer(-300, 300);
    start();
    for (let at = 0; at < SAMPLES; at++) add(sound[at]);
    for (let k = 0; k < COEFFICIENTS; k++) expected[k] = mfcc(k);
    const frames = framesMade;
    start();
    for (let at = 0; at < SAMPLES; ) {
      const room = frameRoom();
      const count = min(min(integer(1, 500), room), SAMPLES - at);
      for (let n = 0; n < count; n++) store<i16>(frameEnd() + ((<usize>n) << 1), sound[at + n]);
      const complete = samplesAdded(count);
      if (complete) framesMade++;
      expect<bool>(complete).toBe(count == room);
      at += count;
    }
    expect<i32>(framesMade).toBe(frames);
    for (let k = 0; k < COEFFICIENTS; k++) expect<f64>(mfcc(k)).toBe(expected[k]);
  });
  it("makes the segment's number of frames of its samples", () => {
    start();
    for (let at = 0; at < WINDOW_SAMPLES; at++) add(0);
    expect<i32>(framesMade).toBe(FRAMES);
  });
});
