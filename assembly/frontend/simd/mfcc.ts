import { DCT_COSINES, MFCC } from "../../generated/memory_map";
import { DCT_SCALE, MFCC_CLIP } from "../../generated/model";
import { NORMALIZES } from "../../generated/normalization";
import { addPairs, PAIR_DIFFERENCES, PAIR_SUMS, PAIRS } from "../mfcc";
import { DCT_LANES_BYTES } from "./tables";

/**
 * Every coefficient sums its pairs in their order, sixteen coefficients side by side, eight even ones and the eight
 * odd ones between them. The rest of the region after the last coefficient is overwritten.
 */
export function dct(): void {
  addPairs();
  for (let lane: usize = 0; lane < DCT_LANES_BYTES; lane += 32) {
    let cosines = DCT_COSINES + lane;
    let even0 = f32x4.splat(-0.0);
    let even1 = even0;
    let odd0 = even0;
    let odd1 = even0;
    for (let pair: usize = 0; pair < PAIRS << 2; pair += 4) {
      const sum = v128.load32_splat(PAIR_SUMS + pair);
      const difference = v128.load32_splat(PAIR_DIFFERENCES + pair);
      even0 = f32x4.add(even0, f32x4.mul(sum, v128.load(cosines)));
      even1 = f32x4.add(even1, f32x4.mul(sum, v128.load(cosines, 16)));
      odd0 = f32x4.add(odd0, f32x4.mul(difference, v128.load(cosines + DCT_LANES_BYTES)));
      odd1 = f32x4.add(odd1, f32x4.mul(difference, v128.load(cosines + DCT_LANES_BYTES, 16)));
      cosines += 2 * DCT_LANES_BYTES;
    }
    storeInterleaved(MFCC + 2 * lane, even0, odd0);
    storeInterleaved(MFCC + 2 * lane + 32, even1, odd1);
  }
}

function storeInterleaved(out: usize, even: v128, odd: v128): void {
  v128.store(out, clipped(v128.shuffle<i32>(even, odd, 0, 4, 1, 5)));
  v128.store(out, clipped(v128.shuffle<i32>(even, odd, 2, 6, 3, 7)), 16);
}

function clipped(sums: v128): v128 {
  const scaled = f32x4.mul(sums, f32x4.splat(DCT_SCALE));
  return NORMALIZES ? scaled : f32x4.min(f32x4.max(scaled, f32x4.splat(-MFCC_CLIP)), f32x4.splat(MFCC_CLIP));
}
