import type { FrontEnd } from "../../ts-tools/model/model_types.js";

/**
 * MFCCs from their textbook definition in float64: a Fourier sum instead of an FFT, filters drawn as triangles, a DCT that is not folded.
 * It shares no code with the float32 reference. Float64Array [frames, coefficients].
 */
export function mfccFloat64(samples: Int16Array, frontEnd: FrontEnd): Float64Array {
  const { frameSamples, hopSamples, coefficients, clip } = frontEnd;
  const filters = triangles(frontEnd);
  const rows: number[] = [];
  for (let start = 0; start + frameSamples <= samples.length; start += hopSamples) {
    const spectrum = magnitudes(samples.subarray(start, start + frameSamples));
    const logBands = filters.map((filter) => Math.log(dot(filter, spectrum) + frontEnd.logFloor));
    for (let k = 0; k < coefficients; k++) rows.push(Math.min(Math.max(dctTwo(logBands, k), -clip), clip));
  }
  return Float64Array.from(rows);
}

/** |X[k]|, k = 0..F/2, of one frame under a periodic Hann window, full scale being 1. */
function magnitudes(frame: Int16Array): number[] {
  const length = frame.length;
  const turn = (2 * Math.PI) / length;
  const x = Array.from(frame, (y, n) => (y / 32768) * (0.5 - 0.5 * Math.cos(turn * n)));
  const cosines = Array.from(x, (_, n) => Math.cos(turn * n));
  const sines = Array.from(x, (_, n) => Math.sin(turn * n));
  return Array.from({ length: length / 2 + 1 }, (_, k) => {
    let [re, im] = [0, 0];
    for (let n = 0; n < length; n++) {
      re += x[n]! * cosines[(n * k) % length]!;
      im -= x[n]! * sines[(n * k) % length]!;
    }
    return Math.hypot(re, im);
  });
}

/** One weight for each bin and filter: corners evenly spaced in mel, straight lines in mel between them; the DC bin weighs nothing. */
function triangles(frontEnd: FrontEnd): number[][] {
  const mel = (hz: number): number => 1127 * Math.log(1 + hz / 700);
  const low = mel(frontEnd.melLowHz);
  const width = (mel(frontEnd.melHighHz) - low) / (frontEnd.melBands + 1);
  return Array.from({ length: frontEnd.melBands }, (_, band) => {
    const peak = low + (band + 1) * width;
    return Array.from({ length: frontEnd.frameSamples / 2 + 1 }, (_, bin) => {
      const distance = Math.abs(mel((bin * frontEnd.sampleRate) / frontEnd.frameSamples) - peak) / width;
      return bin === 0 ? 0 : Math.max(0, 1 - distance);
    });
  });
}

function dctTwo(values: readonly number[], k: number): number {
  const bands = values.length;
  const sum = values.reduce((partial, value, n) => partial + value * Math.cos((Math.PI * (2 * n + 1) * k) / (2 * bands)), 0);
  return (2 * sum) / Math.sqrt(2 * bands);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
