import type { QuantizedModel } from "../quantize/model_types.js";
import { shapedLayers } from "./network_shape.js";

/** One stage's ring of input rows (assembly/network/line_buffer.ts). Stage 0 is body I, the others the layers of body II. */
export interface LineBuffer {
  rowBytes: number;
  ringRows: number;
  /** Bytes in front of the first column: the zero padding. */
  frontBytes: number;
  /** Input rows behind a pair of output rows that its kernel needs. */
  rowsBehind: number;
  inputRows: number;
}

/** Columns of padding on the left side of the MFCC rows: what the widest path needs. */
export function mfccMargin(model: QuantizedModel): number {
  return Math.max(...model.bodyOne.map((path) => (path.kernelWidth - 1) >> 1));
}

export function lineBuffers(model: QuantizedModel): LineBuffer[] {
  const margin = mfccMargin(model);
  const marginBehind = Math.max(...model.bodyOne.map((path) => path.kernelWidth >> 1));
  const height = Math.max(...model.bodyOne.map((path) => path.kernelHeight));
  const buffers: LineBuffer[] = [
    {
      rowBytes: align(2 * (margin + model.coefficients + marginBehind), 4),
      ringRows: height + 1,
      frontBytes: 2 * margin,
      rowsBehind: height >> 1,
      inputRows: model.frames,
    },
  ];
  for (const { layer, rows, columns } of shapedLayers(model).slice(model.bodyOne.length)) {
    buffers.push({
      rowBytes: (columns + layer.kernelWidth - 1) * layer.inputChannels,
      ringRows: layer.kernelHeight + 1,
      frontBytes: ((layer.kernelWidth - 1) >> 1) * layer.inputChannels,
      rowsBehind: layer.kernelHeight >> 1,
      inputRows: rows,
    });
  }
  return buffers;
}

export function align(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}
