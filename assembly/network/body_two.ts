import { convolvePair, convolvePairWinograd, setRow } from "./convolution";
import { BODY_TWO, inputChannels, kernelHeight, kernelWidth, outputChannels, winogradBlock } from "./layers";
import { nextRow, rowAddress, STAGES } from "./line_buffer";

/** One convolution of body II (stage 1 to 5) for one block of rows, here a pair; its pooled row goes to the next stage, that of the last stage into the global sums. */
export function bodyTwo(stage: i32, block: i32, rows: i32): void {
  const layer = BODY_TWO + stage - 1;
  const height = kernelHeight(layer);
  const channels = inputChannels(layer);
  for (let row = 0; row <= height; row++) {
    setRow(row, rowAddress(stage, 2 * block - ((height - 1) >> 1) + row));
  }
  const out: usize = stage == STAGES - 1 ? 0 : nextRow(stage + 1);
  const outStride = <usize>outputChannels(layer);
  if (winogradBlock(layer) > 0) convolvePairWinograd(layer, rows, out, outStride);
  else convolvePair<u8>(layer, height, kernelWidth(layer) * channels, <usize>channels, rows, out, outStride);
}
