import { convolveDepthwise } from "../../../assembly/kernels/convolve_depthwise";
import { integer, seed } from "../support/random";

const CHANNELS: i32 = 12;
const TAPS: i32 = 4;
const DILATION: i32 = 3;
const ROWS: i32 = 40;
/** uint8 [ROWS][CHANNELS]: all that was heard. */
const HEARD: usize = memory.data(480);
const WEIGHTS: usize = memory.data(60);
const MEANS: usize = memory.data(26);
const OUT: usize = memory.data(26);

describe("convolveDepthwise", () => {
  it("equals the sum over rows, with a mean that moves by its part of the distance", () => {
    seed(82);
    for (let meanShift = 1; meanShift <= 8; meanShift++) {
      for (let i = 0; i < ROWS * CHANNELS; i++) store<u8>(HEARD + <usize>i, meanShift == 1 ? 255 : <u8>integer(0, 255));
      for (let i = 0; i < (TAPS + 1) * CHANNELS; i++) store<i8>(WEIGHTS + <usize>i, meanShift == 1 ? -127 : <i8>integer(-127, 127));
      memory.fill(MEANS, 0, 26);
      const means = new StaticArray<i32>(CHANNELS);
      for (let row = (TAPS - 1) * DILATION; row < ROWS; row++) {
        store<i16>(OUT + 24, 12345);
        store<u16>(MEANS + 24, 54321);
        const newest = HEARD + <usize>(row * CHANNELS);
        convolveDepthwise(newest, <usize>(DILATION * CHANNELS), WEIGHTS, TAPS, MEANS, meanShift, CHANNELS, 6, OUT);
        for (let channel = 0; channel < CHANNELS; channel++) {
          const distance = 128 * i32(load<u8>(newest + <usize>channel)) - means[channel];
          means[channel] += i32(Math.floor(f64(distance) / f64(1 << meanShift)));
          let sum: i32 = 0;
          for (let tap = 0; tap < TAPS; tap++) {
            const value = i32(load<u8>(HEARD + <usize>((row - tap * DILATION) * CHANNELS + channel)));
            sum += value * i32(load<i8>(WEIGHTS + <usize>(tap * CHANNELS + channel)));
          }
          sum += i32(Math.floor(f64(means[channel] * i32(load<i8>(WEIGHTS + <usize>(TAPS * CHANNELS + channel)))) / 128));
          expect<i32>(i32(load<i16>(OUT + ((<usize>channel) << 1)))).toBe(i32(Math.floor(f64(sum + 32) / 64)));
          expect<i32>(i32(load<u16>(MEANS + ((<usize>channel) << 1)))).toBe(means[channel]);
        }
        expect<i16>(load<i16>(OUT + 24)).toBe(12345);
        expect<u16>(load<u16>(MEANS + 24)).toBe(54321);
      }
    }
  });
});
