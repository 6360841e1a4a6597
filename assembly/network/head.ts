import { CLASSES, HEAD_INPUTS, HEAD_OFFSET, LOGIT_SCALE } from "../generated/model";
import { dense } from "../kernels/dense";
import { requantize } from "../kernels/requantize";
import { FEATURES, GLOBAL_TOTALS, LOGITS, PACKED_WEIGHTS, PROBABILITIES, TILE } from "../memory_map";
import { BODY_TWO, outputChannels, tileBytes, tilesOffset } from "./layers";
import { softmax } from "./softmax";
import { TILE_MULTIPLIER, TILE_SHIFT, TILE_WEIGHTS } from "./tile";
import { bringWeights } from "./weights";

/** The layer whose output is averaged. */
const LAST: i32 = BODY_TWO + 4;
const LARGEST_FEATURE: i32 = 32767;

/** Global sums to features, int16 [channels], 0..32767. */
function averageGlobally(): void {
  const channels = outputChannels(LAST);
  for (let group = 0; group < channels >> 2; group++) {
    bringWeights(TILE, tilesOffset(LAST) + tileBytes(LAST) * <u32>group, <u32>TILE_WEIGHTS);
    for (let channel = 0; channel < 4; channel++) {
      const index = <usize>(group * 4 + channel);
      const multiplier = load<i32>(TILE + ((<usize>channel) << 2), TILE_MULTIPLIER);
      const shift = i32(load<u8>(TILE + <usize>channel, TILE_SHIFT));
      store<i16>(FEATURES + (index << 1), requantize(load<i32>(GLOBAL_TOTALS + (index << 2)), multiplier, shift, LARGEST_FEATURE));
    }
  }
}

/** Global average, dense, softmax: logits int32 [classes] and probabilities float32 [classes]. The head lies in the weights as int32 bias [classes], int8 [classes][inputs]. */
export function head(): void {
  averageGlobally();
  for (let index = 0; index < CLASSES; index++) {
    bringWeights(TILE, HEAD_OFFSET + ((<u32>index) << 2), 4);
    bringWeights(PACKED_WEIGHTS, HEAD_OFFSET + ((<u32>CLASSES) << 2) + <u32>(index * HEAD_INPUTS), <u32>HEAD_INPUTS);
    store<i32>(LOGITS + ((<usize>index) << 2), dense(FEATURES, PACKED_WEIGHTS, HEAD_INPUTS, load<i32>(TILE)));
  }
  softmax(LOGITS, PROBABILITIES, CLASSES, LOGIT_SCALE);
}
