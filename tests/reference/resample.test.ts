import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { resample, resampledLength, SINC_TABLE } from "./resample.js";

const OUTPUT_RATE = 16000;
/** The odd ones are the lowest whose phases are rounded, to 500 and to 250. */
const RATES = [8000, 11025, 22050, 32000, 44100, 48000, 48001, 96000, 96001, 192000];
const AMPLITUDE = 30000;
const SECONDS = 0.2;
/** Output samples next to an edge that the filter still reaches over, for 8 kHz. */
const EDGE = 48;
const TONES = 40;

/** int16 samples of a tone whose phase differs from frequency to frequency. */
function tone(hz: number, rate: number): Int16Array {
  return Int16Array.from({ length: Math.ceil(SECONDS * rate) }, (_, n) => Math.round(toneAt(hz, n / rate)));
}

function toneAt(hz: number, seconds: number): number {
  return AMPLITUDE * Math.sin(2 * Math.PI * hz * seconds + 1.7 * hz);
}

function decibels(power: number): number {
  return 10 * Math.log10(power);
}

/** The resampled tone against the exact one: signal to noise as it is, and after the gain is fitted. */
function toneQuality(hz: number, rate: number): { plain: number; fitted: number; gain: number } {
  const output = resample(tone(hz, rate), rate, OUTPUT_RATE);
  let [energy, product, outputEnergy] = [0, 0, 0];
  for (let m = EDGE; m < output.length - EDGE; m++) {
    const exact = toneAt(hz, m / OUTPUT_RATE);
    energy += exact * exact;
    product += exact * output[m]!;
    outputEnergy += output[m]! * output[m]!;
  }
  const gain = product / energy;
  const plain = decibels(energy / (outputEnergy - 2 * product + energy));
  return { plain, fitted: decibels((gain * gain * energy) / (outputEnergy - gain * product)), gain };
}

/** What is left of a tone that must not pass, in dB relative to it. */
function aliasLevel(hz: number, rate: number): number {
  const inside = resample(tone(hz, rate), rate, OUTPUT_RATE).slice(EDGE, -EDGE);
  const power = inside.reduce((sum, value) => sum + value * value, 0) / inside.length;
  return decibels((power + 1e-9) / (AMPLITUDE ** 2 / 2));
}

for (const rate of RATES) {
  test(`${rate} Hz: tones keep 60 dB, aliases are below -60 dB`, (t) => {
    const highest = Math.min(6000, (0.75 * rate) / 2);
    const tones = Array.from({ length: TONES }, (_, i) => toneQuality(50 + ((highest - 50) * i) / (TONES - 1), rate));
    const plain = Math.min(...tones.map((quality) => quality.plain));
    const fitted = Math.min(...tones.map((quality) => quality.fitted));
    const gains = tones.map((quality) => decibels(quality.gain ** 2));
    const gainText = `${Math.min(...gains).toFixed(4)} to ${Math.max(...gains).toFixed(4)} dB`;
    t.diagnostic(`${rate} Hz: signal to noise ${plain.toFixed(1)} dB, ${fitted.toFixed(1)} dB beside the gain, which is ${gainText}`);
    assert.ok(plain >= 60);
    // The frequencies crowd just above 8 kHz, where the filter is still falling.
    const aliases = rate <= OUTPUT_RATE ? [] : Array.from({ length: TONES }, (_, i) => 8000 + (rate / 2 - 8000) * (i / TONES) ** 3);
    const loudest = Math.max(-Infinity, ...aliases.map((hz) => aliasLevel(hz, rate)));
    if (aliases.length > 0) t.diagnostic(`${rate} Hz: loudest alias ${loudest.toFixed(1)} dB`);
    assert.ok(loudest <= -60);
  });
}

test("the table is a windowed sinc in int16", () => {
  assert.equal(SINC_TABLE.length, 1281);
  assert.equal(SINC_TABLE[0], 32767);
  assert.equal(SINC_TABLE[512], 0); // 0.875 * 512 / 64 = 7: a zero of the sinc
  assert.ok(SINC_TABLE.length * 2 <= 4096);
});

test("16 kHz passes unchanged, silence stays silent, a constant keeps its level", () => {
  const samples = Int16Array.of(1, -2, 3, 32767, -32768);
  assert.deepEqual(resample(samples, OUTPUT_RATE, OUTPUT_RATE), samples);
  for (const rate of RATES) {
    assert.ok(resample(new Int16Array(rate / 25), rate, OUTPUT_RATE).every((value) => value === 0));
    const constant = resample(new Int16Array(Math.floor(rate / 20)).fill(20000), rate, OUTPUT_RATE).slice(EDGE, -EDGE);
    assert.ok(constant.every((value) => Math.abs(value - 20000) <= 12));
  }
});

test("a square wave of full scale is clamped, not wrapped", () => {
  const square = Int16Array.from({ length: 4410 }, (_, n) => (Math.floor(n / 100) % 2 === 0 ? 32767 : -32768));
  const output = resample(square, 44100, OUTPUT_RATE);
  assert.equal(Math.max(...output), 32767);
  assert.equal(Math.min(...output), -32768);
  for (let m = 1; m < output.length; m++) assert.ok(Math.abs(output[m]! - output[m - 1]!) < 60000);
});

test("n samples make the least number of outputs that reach the end", () => {
  assert.equal(resampledLength(0, 44100, OUTPUT_RATE), 0);
  assert.equal(resampledLength(1, 192000, OUTPUT_RATE), 1);
  assert.equal(resampledLength(441, 44100, OUTPUT_RATE), 160);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 8000, max: 192000 }), (samples, rate) => {
      const length = resampledLength(samples, rate, OUTPUT_RATE);
      assert.ok(length * rate >= samples * OUTPUT_RATE && (length - 1) * rate < samples * OUTPUT_RATE);
    }),
  );
});

test("a delay by a whole number of output samples delays the output exactly", () => {
  const samples = fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(samples, fc.constantFrom(8000, 32000, 48000), fc.integer({ min: 1, max: 5 }), (values, rate, delay) => {
      const outputs = delay * (rate === 8000 ? 2 : 1);
      const plain = resample(Int16Array.from([...new Array<number>(2000).fill(0), ...values]), rate, OUTPUT_RATE);
      const inputs = (outputs * rate) / OUTPUT_RATE;
      const delayed = resample(Int16Array.from([...new Array<number>(2000 + inputs).fill(0), ...values]), rate, OUTPUT_RATE);
      assert.deepEqual(delayed.slice(outputs), plain);
    }),
    { numRuns: 20 },
  );
});
