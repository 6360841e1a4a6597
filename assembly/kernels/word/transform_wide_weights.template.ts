import { weightWord } from "../../target/target";

/** Bytes 0 and 2 of a word. */
const EVEN: u32 = 0x00ff00ff;
/** Times a number: the number in both halves of a word. */
const BOTH: u32 = 0x00010001;

/**
 * The 3x3 weights of four output channels as `multiplyWidePairs` takes them for Winograd's F(2x4, 3x3): g0, g0 + g1 + g2, g0 - g1 + g2, g2 of the rows, and then of the columns
 *
 *     6 g0,  4 (g0 + g1 + g2),  4 (g0 - g1 + g2),  g0 + 2 g1 + 4 g2,  g0 - 2 g1 + 4 g2,  24 g2
 *
 * which is 24 times G of F(4, 3), the second and third with the other sign (combine_wide_tiles.ts).
 *
 * As in transform_weights.template.ts raw weights are stored plus 128, and a position has its weight plus 128 (1, 3, 3, 1) x (6, 12, 12, 7, 7, 24); none is above 18,360.
 *
 * offset   of the raw weights: uint8 [pairs][2][9 taps][2 inputs][2 channels]
 * out      int16 [pairs][24 positions][4 channels][2 inputs]
 */
export function transformWideWeights(offset: u32, pairs: i32, out: usize): void {
  let word: u32;
  //$for channel in range(2)
  //$for tap in range(9)
  let tap$channel$tap: u32;
  //$end
  //$end
  for (const end = out + <usize>pairs * 384; out < end; out += 368) {
    for (const next = out + 16; out < next; out += 8) {
      //$for tap in range(9)
      word = weightWord(offset + 4 * $tap);
      tap0$tap = word & EVEN;
      tap1$tap = (word >> 8) & EVEN;
      //$end
      offset += 36;
      //$for channel in range(2)
      storeRow(out + 4 * $channel, tap$channel0, tap$channel1, tap$channel2, BOTH);
      storeRow(out + 288 + 4 * $channel, tap$channel6, tap$channel7, tap$channel8, BOTH);
      tap$channel0 += tap$channel6;
      tap$channel1 += tap$channel7;
      tap$channel2 += tap$channel8;
      storeRow(
        out + 192 + 4 * $channel,
        tap$channel0 + 256 * BOTH - tap$channel3,
        tap$channel1 + 256 * BOTH - tap$channel4,
        tap$channel2 + 256 * BOTH - tap$channel5,
        3 * BOTH,
      );
      storeRow(out + 96 + 4 * $channel, tap$channel0 + tap$channel3, tap$channel1 + tap$channel4, tap$channel2 + tap$channel5, 3 * BOTH);
      //$end
    }
  }
}

/** The six positions of a row of three weights, each of which is stored plus 128 times `factor`, in both halves. */
@inline
function storeRow(out: usize, first: u32, second: u32, third: u32, factor: u32): void {
  const outer = first + third;
  const quadruple = first + 4 * third;
  store<u32>(out, 6 * first);
  store<u32>(out, 4 * (outer + second), 16);
  store<u32>(out, 4 * (outer + 256 * factor - second), 32);
  store<u32>(out, quadruple + 2 * second, 48);
  store<u32>(out, quadruple + 512 * factor - 2 * second, 64);
  store<u32>(out, 24 * third, 80);
}
