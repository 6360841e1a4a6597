/** Turns a float model into the integers of docs/arithmetic.md, section 5. */
import type { FloatConvolution, FloatDense, FloatModel } from "../model/float_model.js";
import { frameCount } from "../model/front_end.js";
import type { InputAffine } from "../model/input_affine.js";
import {
  ACTIVATIONS,
  BODY_ONE_PLAN,
  BODY_TWO_PLAN,
  type LayerPlan,
  type LayerSize,
  layerSizes,
  weightsPerChannel,
} from "../model/layer_shapes.js";
import { ACTIVATION_LEVELS, FEATURE_LEVELS, INPUT_LEVELS, WEIGHT_LEVELS } from "../model/levels.js";
import { ModelError } from "../model/model_error.js";
import type { ActivationScales, FrontEnd, QuantizedConvolution, QuantizedDense, QuantizedModel } from "../model/model_types.js";
import { checkConvolution, checkDense, checkPackedSums } from "./check_bounds.js";
import { padChannels } from "./pad_channels.js";
import { toFixedPoint } from "./requantize.js";

/** Bias and weights of a channel share its sums: the bias may take half of the int32 range after pooling. */
const BIAS_SHARE = 2 ** 30;

/** Nearest integer, halves away from zero: weights and biases are symmetric around zero. */
export function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

/** Real value of one step of the quantized MFCCs: nothing that layers in front of body I make of clipped MFCCs is clamped. */
function inputScale({ clip }: FrontEnd, input: InputAffine | undefined): number {
  if (input === undefined) return clip / INPUT_LEVELS;
  const largest = Math.max(...input.factors.map((factor, k) => Math.abs(factor) * clip + Math.abs(input.offsets[k]!)));
  if (largest >= 1e-6 && largest <= 1e6) return largest / INPUT_LEVELS;
  throw new ModelError(
    `the layers in front of body I make values of up to ${largest} of the MFCCs, but only 1e-6 to 1e6 can be quantized.`,
  );
}

/** The same in steps of that size. */
function quantizedInput({ factors, offsets }: InputAffine, step: number): InputAffine {
  const inSteps = (values: readonly number[]): number[] => values.map((value) => Math.fround(value / step));
  return { factors: inSteps(factors), offsets: inSteps(offsets) };
}

/** What the quantization of a convolution depends on. */
interface LayerContext {
  plan: LayerPlan;
  size: LayerSize;
  inputScale: number;
  /** Largest |quantized input|. */
  inputLevels: number;
  outputScale: number;
}

/**
 * Real value of one step of a channel's weights. The largest weight becomes WEIGHT_LEVELS, unless the bias is so much larger than all weights that
 * it would leave int32 in their units: then the bias sets the scale. A channel of zeros has scale 1.
 */
function weightScale(largestWeight: number, bias: number, scaleOfInput: number, biasLimit: number): number {
  if (largestWeight === 0) return 1;
  return Math.max(largestWeight / WEIGHT_LEVELS, Math.abs(bias) / (scaleOfInput * biasLimit));
}

function quantizeConvolution(layer: FloatConvolution, context: LayerContext): QuantizedConvolution {
  const { plan, size } = context;
  const taps = weightsPerChannel(layer);
  const channels = layer.outputChannels;
  const window = size.windowHeight * size.windowWidth;
  const quantized: QuantizedConvolution = {
    name: plan.name,
    kernelHeight: layer.kernelHeight,
    kernelWidth: layer.kernelWidth,
    inputChannels: layer.inputChannels,
    outputChannels: channels,
    weights: new Int8Array(channels * taps),
    weightScales: new Float64Array(channels),
    bias: new Int32Array(channels),
    multiplier: new Int32Array(channels),
    shift: new Uint8Array(channels),
    inputScale: context.inputScale,
    outputScale: context.outputScale,
    poolHeight: plan.poolHeight,
    poolWidth: plan.poolWidth,
  };
  for (let channel = 0; channel < channels; channel++) {
    let largest = 0;
    for (let tap = 0; tap < taps; tap++) largest = Math.max(largest, Math.abs(layer.weights[tap * channels + channel]!));
    const bias = layer.bias[channel]!;
    if (!Number.isFinite(largest + bias)) {
      throw new ModelError(`${layer.name} has a weight or bias in channel ${channel} that is not a finite number.`);
    }
    const scale = weightScale(largest, bias, context.inputScale, BIAS_SHARE / window);
    for (let tap = 0; tap < taps; tap++) {
      quantized.weights[channel * taps + tap] = roundHalfAway(layer.weights[tap * channels + channel]! / scale);
    }
    const sumScale = context.inputScale * scale;
    const quantizedBias = roundHalfAway(bias / sumScale);
    checkConvolution(quantized, channel, quantizedBias, context.inputLevels, window);
    const { multiplier, shift } = toFixedPoint(sumScale / (context.outputScale * window));
    quantized.weightScales[channel] = scale;
    quantized.bias[channel] = quantizedBias;
    quantized.multiplier[channel] = multiplier;
    quantized.shift[channel] = shift;
  }
  return quantized;
}

/** One weight scale for all outputs, so that the integer logits compare. */
function quantizeDense(dense: FloatDense, featureScale: number, name: "dense" | "voice"): QuantizedDense {
  let largest = 0;
  for (const weight of dense.weights) largest = Math.max(largest, Math.abs(weight));
  const largestBias = dense.bias.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  if (!Number.isFinite(largest + largestBias)) throw new ModelError(`${dense.name} has a weight or bias that is not a finite number.`);
  const scale = weightScale(largest, largestBias, featureScale, BIAS_SHARE);
  const weights = new Int8Array(dense.classes * dense.inputs);
  const bias = new Int32Array(dense.classes);
  for (let c = 0; c < dense.classes; c++) {
    for (let i = 0; i < dense.inputs; i++) weights[c * dense.inputs + i] = roundHalfAway(dense.weights[i * dense.classes + c]! / scale);
    const quantizedBias = roundHalfAway(dense.bias[c]! / (featureScale * scale));
    const where = name === "voice" ? "" : ` in class ${c}`;
    checkDense(dense.name, weights.subarray(c * dense.inputs, (c + 1) * dense.inputs), where, quantizedBias, FEATURE_LEVELS);
    bias[c] = quantizedBias;
  }
  const logitScale = Math.fround(featureScale * scale);
  if (!(logitScale > 0 && logitScale < Infinity)) {
    throw new ModelError(`${dense.name} has weights whose scale, ${featureScale * scale}, is not in the range of float32; train again.`);
  }
  return {
    name,
    inputs: dense.inputs,
    classes: dense.classes,
    weights,
    weightScale: scale,
    bias,
    inputScale: featureScale,
    logitScale,
  };
}

function checkArguments(model: FloatModel, scales: readonly number[], frontEnd: FrontEnd): void {
  const frames = frameCount(frontEnd);
  if (model.frames !== frames || model.coefficients !== frontEnd.coefficients) {
    throw new ModelError(
      `the model takes ${model.frames} frames of ${model.coefficients} MFCCs, but the front end makes ${frames} of ${frontEnd.coefficients}.`,
    );
  }
  ACTIVATIONS.forEach((name, index) => {
    const scale = scales[index]!;
    if (!(scale > 0 && scale < Infinity)) throw new ModelError(`the activation scale of ${name} must be a positive number, not ${scale}.`);
  });
}

/**
 * Quantizes a model; widths are padded to multiples of four first (pad_channels.ts). Throws a ModelError that names the layer and channel when a number
 * does not fit the arithmetic.
 */
export function quantizeModel(model: FloatModel, scales: ActivationScales, frontEnd: FrontEnd): QuantizedModel {
  const outputScales = [scales.bodyOne, ...scales.bodyTwo, scales.features];
  checkArguments(model, outputScales, frontEnd);
  const padded = padChannels(model);
  for (const path of padded.bodyOne) checkPackedSums(path.name, weightsPerChannel(path), INPUT_LEVELS, WEIGHT_LEVELS);
  const sizes = layerSizes(model.frames, model.coefficients);
  const scaleOfInput = inputScale(frontEnd, model.input);
  const bodyOne = padded.bodyOne.map((layer, index) =>
    quantizeConvolution(layer, {
      plan: BODY_ONE_PLAN[index]!,
      size: sizes.bodyOne[index]!,
      inputScale: scaleOfInput,
      inputLevels: INPUT_LEVELS,
      outputScale: scales.bodyOne,
    }),
  );
  const bodyTwo = padded.bodyTwo.map((layer, index) =>
    quantizeConvolution(layer, {
      plan: BODY_TWO_PLAN[index]!,
      size: sizes.bodyTwo[index]!,
      inputScale: outputScales[index]!,
      inputLevels: ACTIVATION_LEVELS,
      outputScale: outputScales[index + 1]!,
    }),
  );
  return {
    frames: model.frames,
    coefficients: model.coefficients,
    ...(model.input && { input: quantizedInput(model.input, scaleOfInput) }),
    bodyOne,
    bodyTwo,
    dense: quantizeDense(padded.dense, scales.features, "dense"),
    ...(padded.voice && { voice: quantizeDense(padded.voice, scales.features, "voice") }),
  };
}
