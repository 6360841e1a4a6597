/**
 * Kernels work on groups of four channels. A model with other widths gets channels of zeros (weights 0, bias 0) at the end of each layer, and
 * the next layer gets inputs with zero weights for them: they are 0 after the ReLU, and no logit changes. Quantized, such a channel is
 * like any channel of zeros: weight scale 1, output 0.
 */
import type { FloatConvolution, FloatDense, FloatModel } from "../model/float_model.js";
import { GROUP_CHANNELS } from "../model/layer_shapes.js";

/** Element i is the source channel of channel i, -1 for a channel of zeros. */
type ChannelMap = readonly number[];

/** The channels first .. first + count - 1, then -1 up to a multiple of the group. */
function paddedMap(count: number, first = 0): ChannelMap {
  const padded = Math.ceil(count / GROUP_CHANNELS) * GROUP_CHANNELS;
  return Array.from({ length: padded }, (_, i) => (i < count ? first + i : -1));
}

function padConvolution(layer: FloatConvolution, inputs: ChannelMap, outputs: ChannelMap): FloatConvolution {
  const kernel = layer.kernelHeight * layer.kernelWidth;
  const weights = new Float32Array(kernel * inputs.length * outputs.length);
  for (let position = 0; position < kernel; position++) {
    inputs.forEach((input, i) => {
      if (input < 0) return;
      const from = (position * layer.inputChannels + input) * layer.outputChannels;
      weights.set(layer.weights.subarray(from, from + layer.outputChannels), (position * inputs.length + i) * outputs.length);
    });
  }
  const bias = new Float32Array(outputs.length);
  bias.set(layer.bias);
  return { ...layer, inputChannels: inputs.length, outputChannels: outputs.length, weights, bias };
}

function padDense(dense: FloatDense, inputs: ChannelMap): FloatDense {
  const weights = new Float32Array(inputs.length * dense.classes);
  inputs.forEach((input, i) => {
    if (input >= 0) weights.set(dense.weights.subarray(input * dense.classes, (input + 1) * dense.classes), i * dense.classes);
  });
  return { ...dense, inputs: inputs.length, weights };
}

/** The same network with every width a multiple of four; the concatenation stays temporal | spectral | both, each path padded by itself. */
export function padChannels(model: FloatModel): FloatModel {
  const concatenated: number[] = [];
  let first = 0;
  const bodyOne = model.bodyOne.map((layer) => {
    concatenated.push(...paddedMap(layer.outputChannels, first));
    first += layer.outputChannels;
    return padConvolution(layer, [0], paddedMap(layer.outputChannels));
  });
  let inputs: ChannelMap = concatenated;
  const bodyTwo = model.bodyTwo.map((layer) => {
    const outputs = paddedMap(layer.outputChannels);
    const padded = padConvolution(layer, inputs, outputs);
    inputs = outputs;
    return padded;
  });
  const heads = { dense: padDense(model.dense, inputs), ...(model.voice && { voice: padDense(model.voice, inputs) }) };
  return { ...model, bodyOne: bodyOne as FloatModel["bodyOne"], bodyTwo: bodyTwo as FloatModel["bodyTwo"], ...heads };
}
