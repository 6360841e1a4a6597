import { BODY_ONE_PLAN, BODY_TWO_PLAN, type LayerPlan } from "../../ts-tools/model/layer_shapes.js";
import type { QuantizedConvolution, QuantizedDense, QuantizedModel } from "../../ts-tools/model/model_types.js";
import { convolve, type Tensor } from "../reference/convolution.js";
import { concatenateChannels, dense, quantizeInput } from "../reference/network.js";
import { rectifyPoolRequantize } from "../reference/pooling.js";
import { Random } from "./random.js";

/** Output channels of temporal, spectral, both, body II 1 to 5. */
export type Widths = readonly [number, number, number, number, number, number, number, number];

export const FULL_WIDTHS: Widths = [32, 32, 32, 64, 96, 128, 160, 320];
/** An eighth of the paper's network: some 3 million multiply-accumulates for 184 x 40 MFCCs. */
export const NARROW_WIDTHS: Widths = [4, 4, 4, 8, 12, 16, 20, 40];

export interface RandomModelOptions {
  seed: number;
  widths: Widths;
  frames: number;
  coefficients: number;
  classes: number;
  /** "extreme": only 127 and -127, in some channels all of one sign, for the largest sums there can be. Default "normal". */
  weights?: "normal" | "extreme";
  /** Whether it has a voice head, too. Default false. */
  voice?: boolean;
}

const CLIP = 10;
const INPUT_SCALE = CLIP / 4095;
/** Any numbers do: only their ratios enter the integers. */
const ACTIVATION_SCALE = 0.02;
const FEATURE_SCALE = 1e-4;

/**
 * A network of random int8 weights whose activations neither die nor saturate everywhere: bias and multiplier of every channel are chosen from
 * what random MFCCs cause there. The same options make the same model everywhere. Some channels have only zero weights, as pruned ones do.
 */
export function randomModel(options: RandomModelOptions): QuantizedModel {
  const { seed, widths, frames, coefficients, classes } = options;
  const random = new Random(seed);
  const drawWeights = options.weights === "extreme" ? extremeWeights : normalWeights;
  const image = {
    height: frames,
    width: coefficients,
    channels: 1,
    values: quantizeInput(randomMfcc(random, frames, coefficients, CLIP), CLIP),
  };
  const bodyOne = BODY_ONE_PLAN.map((plan, i) => randomConvolution(random, drawWeights, plan, widths[i]!, image, INPUT_SCALE));
  let activations = concatenateChannels(bodyOne.map((path) => runLayer(image, path)));
  const bodyTwo: QuantizedConvolution[] = [];
  BODY_TWO_PLAN.forEach((plan, i) => {
    const layer = randomConvolution(random, drawWeights, plan, widths[3 + i]!, activations, ACTIVATION_SCALE);
    bodyTwo.push(layer);
    activations = runLayer(activations, layer);
  });
  const heads = { dense: randomDense(random, activations.values, classes) };
  if (!options.voice) return { frames, coefficients, bodyOne, bodyTwo, ...heads };
  return { frames, coefficients, bodyOne, bodyTwo, ...heads, voice: { ...randomDense(random, activations.values, 1), name: "voice" } };
}

/**
 * float32 [frames, coefficients] in [-clip, clip], a little like speech: the zeroth is at the clip nearly always, the others wander from frame
 * to frame and get smaller with their order; some frames are silent, and some values are clipped.
 */
export function randomMfcc(random: Random, frames: number, coefficients: number, clip: number): Float32Array {
  const mfcc = new Float32Array(frames * coefficients);
  const last = new Float64Array(coefficients);
  for (let t = 0; t < frames; t++) {
    const silent = random.unit() < 0.05;
    for (let k = 0; k < coefficients; k++) {
      last[k] = 0.8 * last[k]! + 0.6 * random.normal();
      const value = k === 0 ? clip * (1 + last[k]! / 4) : (0.5 * clip * last[k]!) / (1 + k / 8);
      const shown = silent ? (k === 0 ? -clip : 0) : value;
      mfcc[t * coefficients + k] = Math.min(Math.max(shown, -clip), clip);
    }
  }
  return mfcc;
}

/** A multiplier in [2^30, 2^31) and a right shift with multiplier * 2^-shift nearest to the ratio. */
export function fixedPoint(ratio: number): { multiplier: number; shift: number } {
  let shift = 0;
  let scaled = ratio;
  while (Math.round(scaled) < 2 ** 30) {
    scaled *= 2;
    shift++;
  }
  if (Math.round(scaled) >= 2 ** 31) throw new Error(`A ratio of ${ratio} is too large for a multiplier below 2^31.`);
  return { multiplier: Math.round(scaled), shift };
}

function runLayer(input: Tensor, layer: QuantizedConvolution): Tensor {
  return rectifyPoolRequantize(convolve(input, layer), layer);
}

function randomConvolution(
  random: Random,
  drawWeights: (random: Random, count: number) => Int8Array,
  plan: LayerPlan,
  outputChannels: number,
  input: Tensor,
  inputScale: number,
): QuantizedConvolution {
  const taps = plan.kernelHeight * plan.kernelWidth * input.channels;
  const everything = plan.poolHeight === 0;
  const layer: QuantizedConvolution = {
    ...plan,
    inputChannels: input.channels,
    outputChannels,
    weights: new Int8Array(outputChannels * taps),
    weightScales: new Float64Array(outputChannels).fill(1),
    bias: new Int32Array(outputChannels),
    multiplier: new Int32Array(outputChannels),
    shift: new Uint8Array(outputChannels),
    inputScale,
    outputScale: everything ? FEATURE_SCALE : ACTIVATION_SCALE,
  };
  const full = everything ? input.height * input.width : plan.poolHeight * plan.poolWidth;
  for (let channel = 0; channel < outputChannels; channel++) {
    if (random.unit() >= 1 / 32) layer.weights.set(drawWeights(random, taps), channel * taps);
  }
  const sums = convolve(input, layer);
  for (let channel = 0; channel < outputChannels; channel++) {
    const values = sums.values.filter((_, i) => i % outputChannels === channel);
    if (layer.weights.subarray(channel * taps, (channel + 1) * taps).some((weight) => weight !== 0)) {
      calibrate(random, layer, channel, values);
    } else {
      layer.bias[channel] = Math.round(((random.between(-40, 127) * layer.outputScale) / inputScale) * (everything ? 256 : 1));
    }
    const ratio = (inputScale * layer.weightScales[channel]!) / (layer.outputScale * full);
    const { multiplier, shift } = fixedPoint(ratio);
    layer.multiplier[channel] = multiplier;
    layer.shift[channel] = shift;
  }
  return layer;
}

/** About normal, the largest at 127, as a symmetric quantizer leaves them. */
function normalWeights(random: Random, count: number): Int8Array {
  const real = Array.from({ length: count }, () => random.normal());
  const largest = real.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  return Int8Array.from(real, (value) => Math.round((127 * value) / largest));
}

/** 127 and -127; one channel in four has one sign only. */
function extremeWeights(random: Random, count: number): Int8Array {
  const oneSign = random.unit() < 1 / 4;
  const first = random.unit() < 1 / 2 ? -127 : 127;
  return Int8Array.from({ length: count }, () => (oneSign || random.unit() < 1 / 2 ? first : -first));
}

/** A bias that lets about half of the accumulators through the ReLU, and a scale that puts the largest ones near the upper end. */
function calibrate(random: Random, layer: QuantizedConvolution, channel: number, sums: Int32Array): void {
  const mean = sums.reduce((sum, value) => sum + value, 0) / sums.length;
  const deviation = Math.sqrt(sums.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sums.length) + 1;
  layer.bias[channel] = Math.round(random.between(-0.5, 0.5) * deviation - mean);
  const everything = layer.poolHeight === 0;
  const reference = everything ? 0.4 * deviation : 2.5 * deviation;
  const wanted = everything ? random.between(4000, 16000) : random.between(60, 160);
  layer.weightScales[channel] = (wanted * layer.outputScale) / (reference * layer.inputScale);
}

/** One weight scale for all classes; the bias takes away what all inputs have in common, so that labels differ between inputs. */
function randomDense(random: Random, features: Int32Array, classes: number): QuantizedDense {
  const inputs = features.length;
  const layer: QuantizedDense = {
    name: "dense",
    inputs,
    classes,
    weights: Int8Array.from({ length: inputs * classes }, () => random.integer(-127, 127)),
    weightScale: 1,
    bias: new Int32Array(classes),
    inputScale: FEATURE_SCALE,
    logitScale: 1,
  };
  const spread = 73 * Math.sqrt(features.reduce((sum, feature) => sum + feature * feature, 1)) * 0.2;
  const common = dense(features, layer);
  layer.bias = common.map((logit) => Math.round(random.between(-0.5, 0.5) * spread) - logit);
  layer.weightScale = 1 / (spread * FEATURE_SCALE);
  layer.logitScale = Math.fround(layer.inputScale * layer.weightScale);
  return layer;
}
