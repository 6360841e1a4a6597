import { weightWord } from "../../target/target";

/** Bytes 0 and 2 of a word. */
const EVEN: u32 = 0x00ff00ff;
/** Times a number: the number in both halves of a word. */
const BOTH: u32 = 0x00010001;

/**
 * The 3x3 weights of four output channels as `multiplyPairs` takes them for Winograd's F(2x2, 3x3): g0, g0 + g1 + g2, g0 - g1 + g2, g2 of the rows, and then the same of
 * the columns.
 *
 * Two int16 share a word, so none may be negative: raw weights are stored plus 128, and a position has its weight plus 128 (1, 3, 3, 1) x (1, 3, 3, 1). What the sums
 * begin with takes that away again (transform_values.template.ts).
 *
 * offset   of the raw weights: uint8 [pairs][2][9 taps][2 inputs][2 channels]
 * out      int16 [pairs][16 positions][4 channels][2 inputs]
 */
export function transformWeights(offset: u32, pairs: i32, out: usize): void {
  let word: u32;
  let outer: u32;
  // a b c | d e f | g h i, of two channels.
  //$for channel in range(2)
  let a$channel: u32;
  let b$channel: u32;
  let c$channel: u32;
  let d$channel: u32;
  let e$channel: u32;
  let f$channel: u32;
  let g$channel: u32;
  let h$channel: u32;
  let i$channel: u32;
  //$end
  for (const end = out + ((<usize>pairs) << 8); out < end; out += 240) {
    for (const next = out + 16; out < next; out += 8) {
      word = weightWord(offset);
      a0 = word & EVEN;
      a1 = (word >> 8) & EVEN;
      word = weightWord(offset + 4);
      b0 = word & EVEN;
      b1 = (word >> 8) & EVEN;
      word = weightWord(offset + 8);
      c0 = word & EVEN;
      c1 = (word >> 8) & EVEN;
      word = weightWord(offset + 12);
      d0 = word & EVEN;
      d1 = (word >> 8) & EVEN;
      word = weightWord(offset + 16);
      e0 = word & EVEN;
      e1 = (word >> 8) & EVEN;
      word = weightWord(offset + 20);
      f0 = word & EVEN;
      f1 = (word >> 8) & EVEN;
      word = weightWord(offset + 24);
      g0 = word & EVEN;
      g1 = (word >> 8) & EVEN;
      word = weightWord(offset + 28);
      h0 = word & EVEN;
      h1 = (word >> 8) & EVEN;
      word = weightWord(offset + 32);
      i0 = word & EVEN;
      i1 = (word >> 8) & EVEN;
      offset += 36;
      //$for channel in range(2)
      store<u32>(out, a$channel, 0 + 4 * $channel);
      outer = a$channel + c$channel;
      store<u32>(out, outer + b$channel, 16 + 4 * $channel);
      store<u32>(out, outer + 256 * BOTH - b$channel, 32 + 4 * $channel);
      store<u32>(out, c$channel, 48 + 4 * $channel);
      store<u32>(out, g$channel, 192 + 4 * $channel);
      outer = g$channel + i$channel;
      store<u32>(out, outer + h$channel, 208 + 4 * $channel);
      store<u32>(out, outer + 256 * BOTH - h$channel, 224 + 4 * $channel);
      store<u32>(out, i$channel, 240 + 4 * $channel);
      a$channel += g$channel;
      b$channel += h$channel;
      c$channel += i$channel;
      g$channel = a$channel + 256 * BOTH - d$channel;
      h$channel = b$channel + 256 * BOTH - e$channel;
      i$channel = c$channel + 256 * BOTH - f$channel;
      a$channel += d$channel;
      b$channel += e$channel;
      c$channel += f$channel;
      store<u32>(out, a$channel, 64 + 4 * $channel);
      outer = a$channel + c$channel;
      store<u32>(out, outer + b$channel, 80 + 4 * $channel);
      store<u32>(out, outer + 768 * BOTH - b$channel, 96 + 4 * $channel);
      store<u32>(out, c$channel, 112 + 4 * $channel);
      store<u32>(out, g$channel, 128 + 4 * $channel);
      outer = g$channel + i$channel;
      store<u32>(out, outer + h$channel, 144 + 4 * $channel);
      store<u32>(out, outer + 768 * BOTH - h$channel, 160 + 4 * $channel);
      store<u32>(out, i$channel, 176 + 4 * $channel);
      //$end
    }
  }
}
