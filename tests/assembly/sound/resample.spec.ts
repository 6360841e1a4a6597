import { SAMPLE_RATE, SINC_ZERO_CROSSINGS } from "../../../assembly/generated/model";
import { addInputs, nextOutputs, outputReady, startResampler } from "../../../assembly/sound/resample";
import { integer, seed } from "../support/random";

const SAMPLE: usize = memory.data(2);

function addInput(sample: i32): void {
  store<i16>(SAMPLE, sample);
  addInputs(SAMPLE, 1);
}

function nextOutput(): i32 {
  return nextOutputs(SAMPLE, 1) == 1 ? i32(load<i16>(SAMPLE)) : i32.MIN_VALUE;
}

const MOST_OUTPUTS: i32 = 192000;
const outputs = new StaticArray<i32>(MOST_OUTPUTS);
const RATES: StaticArray<i32> = [
  8000, 8001, 11025, 12000, 15999, 16001, 22050, 24000, 32000, 44100, 48000, 48001, 88200, 96000, 96001, 191999, 192000,
];

/** Inputs at and after an output's place that it waits for: the kernel's zero crossings lie max(rate, 16000) / 16000 inputs apart. */
function inputsAhead(rate: i32): i32 {
  return i32(NativeMath.ceil((f64(SINC_ZERO_CROSSINGS) * f64(max(rate, SAMPLE_RATE))) / f64(SAMPLE_RATE)));
}

/** ceil(16000 n / rate) */
function lengthOf(n: i32, rate: i32): i32 {
  const product = i64(n) * 16000;
  const quotient = product / i64(rate);
  return i32(quotient * i64(rate) < product ? quotient + 1 : quotient);
}

// The sound that is resampled: amplitude * sin(2 pi frequency t + phase), or a constant.
let amplitude: f64 = 0;
let frequency: f64 = 0;
let phase: f64 = 0;

function tone(index: i64, rate: i32): f64 {
  // Whole cycles are taken off first: the sine of large arguments would lose digits.
  const cycles = (f64(index) * frequency) / f64(rate);
  return amplitude * NativeMath.sin(2 * NativeMath.PI * (cycles - NativeMath.floor(cycles)) + phase);
}

/** n inputs of the tone at a rate to `outputs`, zeros after the end; how many outputs. */
function resample(n: i32, rate: i32): i32 {
  startResampler(rate);
  const all = lengthOf(n, rate);
  let count = 0;
  for (let index = 0; count < all; index++) {
    addInput(index < n ? i32(nearest<f64>(tone(i64(index), rate))) : 0);
    while (count < all && outputReady()) outputs[count++] = nextOutput();
  }
  return count;
}

/** Signal to noise in decibels of outputs first..last against the ideal tone at 16 kHz. */
function signalToNoise(first: i32, last: i32): f64 {
  let signal: f64 = 0;
  let noise: f64 = 0;
  for (let m = first; m <= last; m++) {
    const ideal = tone(i64(m), SAMPLE_RATE);
    signal += ideal * ideal;
    noise += (f64(outputs[m]) - ideal) * (f64(outputs[m]) - ideal);
  }
  return 10 * NativeMath.log10(signal / noise);
}

/** Worst signal to noise of a quarter second of tones from 100 Hz to `highest`, the edges of the recording left out. */
function worstTone(rate: i32, highest: f64): f64 {
  let worst: f64 = Infinity;
  for (let step = 0; step <= 8; step++) {
    amplitude = 30000;
    frequency = step == 0 ? 100 : (highest * f64(step)) / 8;
    phase = f64(step);
    const count = resample(rate / 4, rate);
    worst = min<f64>(worst, signalToNoise(100, count - 101));
  }
  return worst;
}

describe("resampler", () => {
  it("keeps tones up to 6 kHz, or 3/4 of a lower input's band, at 60 dB signal to noise and more", () => {
    for (let i = 0; i < RATES.length; i++) {
      const rate = RATES[i];
      const worst = worstTone(rate, min<f64>(6000, 0.375 * f64(rate)));
      log<string>(`${rate} Hz: ${worst} dB`);
      expect<f64>(worst).toBeGreaterThan(60);
    }
  });
  it("does not drift: the last of 12 seconds is as good as the first, at rates that never come back to a whole place", () => {
    amplitude = 30000;
    frequency = 5000;
    phase = 1;
    const count = resample(12 * 44101, 44101);
    expect<i32>(count).toBe(192000);
    const first = signalToNoise(100, 16000);
    const last = signalToNoise(count - 16000, count - 101);
    log<string>(`${first} dB, ${last} dB`);
    expect<f64>(abs<f64>(first - last)).toBeLessThan(0.5);
    expect<f64>(last).toBeGreaterThan(60);
  });
  it("keeps aliases of tones from 8 kHz on below -60 dB", () => {
    let worst: f64 = -Infinity;
    for (let i = 0; i < RATES.length; i++) {
      const rate = RATES[i];
      if (rate < 22050) continue;
      for (let step = 0; step < 12; step++) {
        amplitude = 30000;
        frequency = 8000 + ((f64(rate) / 2 - 8000) * f64(step)) / 12;
        phase = 0.5 + f64(step);
        const count = resample(rate / 4, rate);
        let sum: f64 = 0;
        for (let m = 100; m < count - 100; m++) sum += f64(outputs[m]) * f64(outputs[m]);
        // Rounding to int16 alone leaves 1/12.
        const level = 10 * NativeMath.log10(sum / f64(count - 200) / (amplitude * amplitude * 0.5));
        if (level > worst) worst = level;
        if (level > -60) log<string>(`${frequency} Hz at ${rate} Hz: ${level} dB`);
      }
    }
    log<string>(`loudest alias: ${worst} dB`);
    expect<f64>(worst).toBeLessThan(-60);
  });
  it("keeps a constant", () => {
    frequency = 0;
    phase = NativeMath.PI / 2;
    let largest: f64 = 0;
    for (let i = 0; i < RATES.length; i++) {
      for (let level = -30000; level <= 30000; level += 15000) {
        amplitude = f64(level);
        const count = resample(RATES[i] / 8, RATES[i]);
        for (let m = 100; m < count - 100; m++) largest = max<f64>(largest, abs<f64>(f64(outputs[m]) - amplitude));
      }
    }
    log<string>(`largest difference: ${largest} steps of 30000`);
    // A thousandth is 60 dB.
    expect<f64>(largest).toBeLessThan(30);
  });
  it("gives ceil(16000 n / rate) outputs, as soon as their inputs are there, and the next not before", () => {
    seed(44);
    let wrong = 0;
    for (let i = 0; i < RATES.length; i++) {
      const rate = RATES[i];
      const ahead = inputsAhead(rate);
      startResampler(rate);
      let made = 0;
      for (let n = 1; n <= 3000; n++) {
        addInput(integer(-100, 100));
        while (outputReady()) {
          nextOutput();
          made++;
        }
        // Output m lies at input floor(m rate / 16000): those with that place + ahead < n.
        const expected = n > ahead ? lengthOf(n - ahead, rate) : 0;
        if (made != expected) wrong++;
      }
    }
    expect<i32>(wrong).toBe(0);
  });
  it("takes an output from its inputs alone: an impulse is over after the kernel, on both sides", () => {
    let wrong = 0;
    for (let i = 0; i < RATES.length; i++) {
      const rate = RATES[i];
      const n = rate / 4;
      const place = n / 2;
      startResampler(rate);
      const all = lengthOf(n, rate);
      let count = 0;
      let largest = 0;
      for (let index = 0; count < all; index++) {
        addInput(index == place ? 32767 : 0);
        while (count < all && outputReady()) {
          const value = nextOutput();
          const distance = abs<f64>((f64(count) * f64(rate)) / 16000 - f64(place));
          if (value != 0 && distance > f64(inputsAhead(rate))) wrong++;
          // The output nearest to the impulse, which may lie half an output away: sinc(0.875 / 2) = 0.71 of the kernel's height.
          if (distance <= 0.5 * max<f64>(1, f64(rate) / 16000)) largest = max(largest, value);
          count++;
        }
      }
      const height = 32767.0 * 0.875 * min<f64>(1, 16000.0 / f64(rate));
      if (f64(largest) > height * 1.01 || f64(largest) < height * 0.7) wrong++;
    }
    expect<i32>(wrong).toBe(0);
  });
  it("forgets the sound before", () => {
    amplitude = 30000;
    frequency = 700;
    phase = 0;
    const count = resample(4410, 44100);
    const before = new StaticArray<i32>(count);
    for (let m = 0; m < count; m++) before[m] = outputs[m];
    startResampler(8000);
    for (let n = 0; n < 2000; n++) addInput(-32768);
    resample(4410, 44100);
    let wrong = 0;
    for (let m = 0; m < count; m++) if (outputs[m] != before[m]) wrong++;
    expect<i32>(wrong).toBe(0);
  });
  it("saturates where the sound rings beyond full scale", () => {
    frequency = 1000;
    phase = 0;
    amplitude = 30000;
    startResampler(44100);
    let largest = 0;
    let smallest = 0;
    let tooFar = 0;
    for (let n = 0; n < 44100; n++) {
      addInput(tone(i64(n), 44100) >= 0 ? 32767 : -32768);
      while (outputReady()) {
        const value = nextOutput();
        largest = max(largest, value);
        smallest = min(smallest, value);
        if (value > 32767 || value < -32768) tooFar++;
      }
    }
    expect<i32>(tooFar).toBe(0);
    expect<i32>(largest).toBe(32767);
    expect<i32>(smallest).toBe(-32768);
  });
});
