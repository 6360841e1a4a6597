import { checkWeights, weightWord } from "../../target/target";

/** Bytes 0 and 2 of a word. */
const EVEN: u32 = 0x00ff00ff;
const SIGNS: u32 = 0x80008000;
/** To halves that are stored plus 128: with the sign bits, what leaves none of them negative. */
const UP: u32 = 0x7f807f80;

/**
 * The weights of a group of four output channels as `multiplyPairs` takes them, as they are: out int16 [pairs][16 groups][4 channels][2 inputs], of which this is one
 * group. offset: of the raw weights plus 128, uint8 [pairs][2][2 inputs][2 channels].
 */
export function widenWeights(offset: u32, pairs: i32, out: usize): void {
  checkWeights(offset, (<u32>pairs) << 3);
  for (const end = out + ((<usize>pairs) << 8); out < end; out += 256) {
    const first = weightWord(offset);
    const second = weightWord(offset + 4);
    store<u32>(out, ((first & EVEN) + UP) ^ SIGNS);
    store<u32>(out, (((first >> 8) & EVEN) + UP) ^ SIGNS, 4);
    store<u32>(out, ((second & EVEN) + UP) ^ SIGNS, 8);
    store<u32>(out, (((second >> 8) & EVEN) + UP) ^ SIGNS, 12);
    offset += 8;
  }
}
