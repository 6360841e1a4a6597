import { spreadPixels } from "../../../assembly/kernels/word/spread_pixels";
import { integer, seed } from "../support/random";

const LIST: usize = memory.data(8);
const ROWS: usize = memory.data(2048);
const ROW_BYTES: i32 = 1024;
const OUT: usize = memory.data(2056);
const VALUES: usize = OUT + 4;
const GUARD: i32 = 0x5a5a5a5a;

function activation(pixel: i32, stride: i32, channel: i32): i32 {
  return i32(load<u8>(ROWS + <usize>((pixel & 1) * ROW_BYTES + (pixel >> 1) * stride + channel)));
}

/** How many values are wrong, the guards about them included. */
function wrong(stride: i32, offset: i32, first: i32, width: i32, words: i32): i32 {
  store<u32>(LIST, <u32>ROWS);
  store<u32>(LIST, <u32>(ROWS + ROW_BYTES), 4);
  const bytes = 8 * words * width;
  store<i32>(OUT, GUARD);
  store<i32>(VALUES + <usize>bytes, GUARD);
  spreadPixels(LIST, <usize>stride, <usize>offset, first, width, words, VALUES);
  let found = i32(load<i32>(OUT) != GUARD) + i32(load<i32>(VALUES + <usize>bytes) != GUARD);
  for (let pair = 0; pair < 2 * words; pair++) {
    for (let at = 0; at < width; at++) {
      for (let half = 0; half < 2; half++) {
        // Channels 4 q and 4 q + 2 are a pair, and 4 q + 1 and 4 q + 3.
        const channel = 4 * (pair >> 1) + (pair & 1) + 2 * half;
        const value = load<i16>(VALUES + <usize>(2 * (2 * (pair * width + at) + half)));
        if (i32(value) != activation(first + at, stride, offset + channel)) found++;
      }
    }
  }
  return found;
}

describe("spreadPixels", () => {
  it("lays pairs of channels of every pixel side by side, for tiles of every width, channel and column", () => {
    seed(76);
    for (let at = 0; at < 2 * ROW_BYTES; at++) store<u8>(ROWS + <usize>at, integer(0, 127));
    for (let words = 1; words <= 8; words++) {
      for (let width = 2; width <= 4; width += 2) {
        for (let first = 0; first <= 12; first += 2) expect<i32>(wrong(4 * words + 8, 4, first, width, words)).toBe(0);
      }
    }
  });
});
