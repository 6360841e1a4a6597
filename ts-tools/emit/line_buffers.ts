import type { QuantizedModel } from "../model/model_types.js";
import { align } from "./align.js";
import type { EnginePlan } from "./engine_plan.js";
import { winogradTile } from "./expanded_weights.js";
import { shapedLayers } from "./network_shape.js";

/** One stage's ring of input rows (assembly/network/line_buffer.ts). Stage 0 is body I, the others the layers of body II. */
export interface LineBuffer {
  rowBytes: number;
  ringRows: number;
  /** Bytes before the first column: the zero padding. */
  paddingBytes: number;
  /** Input rows that the kernel needs after a block of output rows. */
  rowsAfter: number;
  inputRows: number;
  /** Output rows that are made at a time. */
  blockRows: number;
}

/** Columns of padding on the left side of the MFCC rows: what the widest path needs. */
export function mfccMargin(model: QuantizedModel): number {
  return Math.max(...model.bodyOne.map((path) => (path.kernelWidth - 1) >> 1));
}

export function lineBuffers(model: QuantizedModel, plan: EnginePlan): LineBuffer[] {
  const margin = mfccMargin(model);
  const marginAfter = Math.max(...model.bodyOne.map((path) => path.kernelWidth >> 1));
  const height = Math.max(...model.bodyOne.map((path) => path.kernelHeight));
  const buffers: LineBuffer[] = [
    {
      rowBytes: align(2 * (margin + model.coefficients + marginAfter), 4),
      ringRows: height + 1,
      paddingBytes: 2 * margin,
      rowsAfter: height >> 1,
      inputRows: model.frames,
      blockRows: 2,
    },
  ];
  for (const shaped of shapedLayers(model).slice(model.bodyOne.length)) {
    const { layer, rows, columns } = shaped;
    const blockRows = plan === "host" ? Math.max(2, winogradTile(model, shaped)) : 2;
    // The layer before may write rows after those that complete a block.
    const ahead = buffers.at(-1)!.blockRows / 2 - 1;
    buffers.push({
      rowBytes: (columns + layer.kernelWidth - 1) * layer.inputChannels,
      ringRows: blockRows + layer.kernelHeight - 1 + ahead,
      paddingBytes: ((layer.kernelWidth - 1) >> 1) * layer.inputChannels,
      rowsAfter: layer.kernelHeight >> 1,
      inputRows: rows,
      blockRows,
    });
  }
  return buffers;
}
