import { KEEPS_SCORES } from "../generated/answer_rules";
import { FEATURE_LEVELS } from "../generated/levels";
import { FEATURES, GLOBAL_TOTALS, LOGITS, PACKED_WEIGHTS, PROBABILITIES, WEIGHT_GROUP } from "../generated/memory_map";
import { CLASSES, HEAD_INPUTS, HEAD_OFFSET, HEAD_OUTPUTS, LOGIT_SCALE } from "../generated/model";
import { GROUP_CHANNELS_LOG2, GROUP_MULTIPLIER, GROUP_SHIFT, GROUP_WEIGHTS } from "../generated/record_layouts";
import { dense } from "../kernels/dense";
import { requantize } from "../kernels/requantize";
import { BODY_TWO, outputChannels, weightGroupBytes, weightsOffset } from "./layers";
import { fillScores } from "./scores";
import { softmax } from "./softmax";
import { loadWeights } from "./weights";

/** The layer whose output is averaged. */
const LAST: i32 = BODY_TWO + 4;

/** Global sums, int32 [channels] at GLOBAL_TOTALS, to int16 [channels], 0..32767. */
export function requantizeTotals(out: usize): void {
  const channels = outputChannels(LAST);
  for (let group = 0; group < channels >> GROUP_CHANNELS_LOG2; group++) {
    loadWeights(WEIGHT_GROUP, weightsOffset(LAST) + weightGroupBytes(LAST) * <u32>group, <u32>GROUP_WEIGHTS);
    for (let channel = 0; channel < 4; channel++) {
      const index = <usize>(group * 4 + channel);
      const multiplier = load<i32>(WEIGHT_GROUP + ((<usize>channel) << 2), GROUP_MULTIPLIER);
      const shift = i32(load<u8>(WEIGHT_GROUP + <usize>channel, GROUP_SHIFT));
      store<i16>(out + (index << 1), requantize(load<i32>(GLOBAL_TOTALS + (index << 2)), multiplier, shift, FEATURE_LEVELS));
    }
  }
}

/** For a segment: the global average of its last layer, then answer(). */
export function head(): void {
  requantizeTotals(FEATURES);
  answer();
}

/**
 * FEATURES, dense, softmax: logits int32 [outputs] and probabilities float32 [classes]. The outputs are the classes and, in a model that has it, the voice.
 * The head's weights: int32 bias [outputs], int8 [outputs][inputs].
 */
export function answer(): void {
  for (let index = 0; index < HEAD_OUTPUTS; index++) {
    loadWeights(WEIGHT_GROUP, HEAD_OFFSET + ((<u32>index) << 2), 4);
    loadWeights(PACKED_WEIGHTS, HEAD_OFFSET + ((<u32>HEAD_OUTPUTS) << 2) + <u32>(index * HEAD_INPUTS), <u32>HEAD_INPUTS);
    store<i32>(LOGITS + ((<usize>index) << 2), dense(FEATURES, PACKED_WEIGHTS, HEAD_INPUTS, load<i32>(WEIGHT_GROUP)));
  }
  if (KEEPS_SCORES) fillScores();
  softmax(LOGITS, PROBABILITIES, CLASSES, LOGIT_SCALE);
}
