import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { FrontEnd } from "../../ts-tools/model/model_types.js";
import { readNpyFloat32 } from "../support/npy.js";
import { sharedFolder } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { voice } from "../support/sounds.js";
import { leveledSegment } from "./classify.js";
import { levelOf } from "./level.js";
import { frameCount, mfccMatrix } from "./mfcc.js";
import { mfccFloat64 } from "./mfcc_float64.js";
import { cropCenter } from "./segment.js";

/** Largest and mean difference that float32 may make. */
const LARGEST = 1e-3;
const MEAN = 1e-5;

function mfccOf(samples: Int16Array, frontEnd: FrontEnd): Float32Array {
  const level = levelOf(cropCenter(samples, frontEnd.windowSamples));
  return mfccMatrix(leveledSegment(samples, level, frontEnd), frontEnd).values;
}

function differences(a: ArrayLike<number>, b: ArrayLike<number>): { largest: number; sum: number } {
  assert.equal(a.length, b.length);
  let [largest, sum] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    largest = Math.max(largest, difference);
    sum += difference;
  }
  return { largest, sum };
}

const golden = sharedFolder("reference");
const recordings = sharedFolder("emodb");
const missing = golden === undefined || recordings === undefined;

test("MFCCs of EMO-DB recordings agree with the golden ones", {
  skip: missing && "../shared/reference and ../shared/emodb are not there: golden MFCCs are not compared",
}, (t) => {
  const files = readdirSync(golden!).filter((file) => file.endsWith(".mfcc.npy"));
  assert.ok(files.length > 0, "there are no golden MFCCs");
  let [largest, sum, count] = [0, 0, 0];
  for (const file of files) {
    const expected = readNpyFloat32(join(golden!, file));
    assert.deepEqual(expected.shape, [frameCount(REFERENCE_FRONT_END), REFERENCE_FRONT_END.coefficients]);
    const name = basename(file, ".mfcc.npy");
    const found = differences(mfccOf(readPcmWav(join(recordings!, "wav", `${name}.wav`)), REFERENCE_FRONT_END), expected.values);
    t.diagnostic(`${name}: largest ${found.largest.toExponential(2)}, mean ${(found.sum / expected.values.length).toExponential(2)}`);
    largest = Math.max(largest, found.largest);
    sum += found.sum;
    count += expected.values.length;
  }
  t.diagnostic(`all ${files.length} files: largest ${largest.toExponential(2)}, mean ${(sum / count).toExponential(2)}`);
  assert.ok(largest <= LARGEST);
  assert.ok(sum / count <= MEAN);
});

const OTHER_FRONT_ENDS: Record<string, FrontEnd> = {
  "the reference front end, short": { ...REFERENCE_FRONT_END, windowSamples: 8000 },
  "frames of 512, 64 bands": {
    ...REFERENCE_FRONT_END,
    windowSamples: 6000,
    frameSamples: 512,
    hopSamples: 160,
    melBands: 64,
    coefficients: 20,
  },
  "frames of 256, 40 bands, 8 kHz": {
    sampleRate: 8000,
    windowSamples: 3000,
    frameSamples: 256,
    hopSamples: 100,
    melBands: 40,
    melLowHz: 125,
    melHighHz: 3900,
    logFloor: 1e-3,
    coefficients: 13,
    clip: 25,
  },
};

for (const [name, frontEnd] of Object.entries(OTHER_FRONT_ENDS)) {
  test(`MFCCs agree with float64 and a plain Fourier sum: ${name}`, (t) => {
    const samples = leveledSegment(voice(frontEnd.windowSamples - 700, frontEnd.sampleRate, 3), 20_000_000, frontEnd);
    const exact = mfccFloat64(samples, frontEnd);
    const { largest, sum } = differences(mfccMatrix(samples, frontEnd).values, exact);
    t.diagnostic(`largest ${largest.toExponential(2)}, mean ${(sum / exact.length).toExponential(2)}`);
    assert.ok(largest <= LARGEST);
    assert.ok(sum / exact.length <= MEAN);
  });
}

test("a frame of zeros is the clip and exact zeros; one sample of 1 is not", () => {
  const frontEnd = { ...REFERENCE_FRONT_END, windowSamples: 1024 + 256 };
  const silent = Float32Array.from({ length: 40 }, (_, k) => (k === 0 ? -10 : 0));
  assert.deepEqual(mfccMatrix(new Int16Array(1280), frontEnd).values.slice(0, 40), silent);
  const samples = new Int16Array(1280);
  samples[1200] = 1;
  const values = mfccMatrix(samples, frontEnd).values;
  assert.deepEqual(values.slice(0, 40), silent);
  assert.ok(values.slice(41).some((value) => value !== 0));
});

test("bands that cannot be folded in two are refused", () => {
  const frontEnd = { ...REFERENCE_FRONT_END, windowSamples: 1024, melBands: 127 };
  assert.throws(() => mfccMatrix(new Int16Array(1024).fill(1), frontEnd), /even number/);
});
