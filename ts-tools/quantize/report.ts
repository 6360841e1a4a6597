/** The quantization report: the error of every layer and of the answers against the float model, on the caller's recordings. */

import { channelWeights } from "../model/channel_weights.js";
import type { FloatModel } from "../model/float_model.js";
import { ACTIVATIONS, type ActivationName } from "../model/layer_shapes.js";
import { ACTIVATION_LEVELS, FEATURE_LEVELS } from "../model/levels.js";
import type { QuantizedConvolution, QuantizedModel } from "../model/model_types.js";
import { AnswerComparison, type AnswerReport } from "./answer_comparison.js";
import { type Calibration, type CalibrationSegment, checkSegment, decibels } from "./calibrate.js";
import { floatNetwork, floatVoice } from "./float_forward.js";
import { integerNetwork } from "./integer_forward.js";
import { padChannels } from "./pad_channels.js";
import { VoiceComparison, type VoiceReport } from "./voice_comparison.js";

/** Shares and ratios are null without recordings (or without noise). */
export interface LayerReport {
  name: string;
  outputScale: number;
  /** The largest value that the scale represents. */
  range: number;
  /** The largest activation of the float model. */
  largest: number | null;
  /** Share of the float model's activations, zeros included, above the range. */
  clippedShare: number | null;
  /** dB, pooled output of the quantized layer against the float model's: every error up to here counts. */
  snr: number | null;
  /** Least and largest weight scale of the channels that have weights. */
  weightScales: { least: number; largest: number };
}

export interface QuantizationReport {
  segments: number;
  layers: LayerReport[];
  dense: { weightScale: number; logitScale: number };
  /** null without recordings. */
  answers: AnswerReport | null;
  /** Of a model with a voice head. */
  voice?: VoiceReport | null;
  /** The calibration, if this build chose the scales. */
  calibration?: Calibration;
}

/** Sums over the recordings for one layer. */
class LayerComparison {
  private largest = 0;
  private count = 0;
  private clipped = 0;
  private signal = 0;
  private noise = 0;

  /** Of the tensor's `channels`, first .. first + outputChannels - 1 are this layer's output. */
  constructor(
    private readonly layer: QuantizedConvolution,
    readonly activation: ActivationName,
    private readonly first = 0,
    private readonly channels = layer.outputChannels,
  ) {}

  private get range(): number {
    return this.layer.outputScale * (this.activation === "features" ? FEATURE_LEVELS : ACTIVATION_LEVELS);
  }

  /** Two tensors [pixels, channels]. */
  add(float: Float64Array, quantized: Float64Array): void {
    const { range } = this;
    const last = this.first + this.layer.outputChannels;
    for (let pixel = 0; pixel < float.length; pixel += this.channels) {
      for (let i = pixel + this.first; i < pixel + last; i++) {
        const value = float[i]!;
        if (value > this.largest) this.largest = value;
        if (value > range) this.clipped++;
        this.signal += value * value;
        this.noise += (value - quantized[i]!) ** 2;
      }
    }
    this.count += (float.length / this.channels) * this.layer.outputChannels;
  }

  report(): LayerReport {
    const { name, outputScale } = this.layer;
    const seen = this.count > 0;
    return {
      name,
      outputScale,
      range: this.range,
      largest: seen ? this.largest : null,
      clippedShare: seen ? this.clipped / this.count : null,
      snr: decibels(this.signal, this.noise),
      weightScales: weightScaleRange(this.layer),
    };
  }
}

function weightScaleRange(layer: QuantizedConvolution): { least: number; largest: number } {
  const scales = layer.weightScales.filter((_, channel) => channelWeights(layer, channel).some((weight) => weight !== 0));
  if (scales.length === 0) return { least: 1, largest: 1 };
  return { least: scales.reduce((a, b) => Math.min(a, b)), largest: scales.reduce((a, b) => Math.max(a, b)) };
}

function comparisons(model: QuantizedModel): LayerComparison[] {
  let first = 0;
  const paths = model.bodyOne.map((layer) => {
    const path = new LayerComparison(layer, "bodyOne", first, model.bodyTwo[0]!.inputChannels);
    first += layer.outputChannels;
    return path;
  });
  return [...paths, ...model.bodyTwo.map((layer, index) => new LayerComparison(layer, ACTIVATIONS[index + 1]!))];
}

/** Runs both networks over the segments and compares them, layer by layer and answer by answer. */
export function quantizationReport(
  model: FloatModel,
  quantized: QuantizedModel,
  segments: readonly CalibrationSegment[],
  calibration?: Calibration,
): QuantizationReport {
  const padded = padChannels(model);
  const runFloat = floatNetwork(padded);
  const runInteger = integerNetwork(quantized);
  const layers = comparisons(quantized);
  const answers = new AnswerComparison();
  const voices = new VoiceComparison();
  for (const segment of segments) {
    checkSegment(quantized, segment);
    const { file, mfcc } = segment;
    const tensors = new Map<ActivationName, Float64Array>();
    const float = runFloat(mfcc, (name, tensor) => tensors.set(name, tensor));
    const { probabilities, voice } = runInteger(mfcc, (name, tensor) => {
      for (const layer of layers) if (layer.activation === name) layer.add(tensors.get(name)!, tensor);
    });
    answers.add(file, float, probabilities);
    if (padded.voice && voice) voices.add(floatVoice(padded.voice, tensors.get("features")!), voice.value);
  }
  return {
    segments: segments.length,
    layers: layers.map((layer) => layer.report()),
    dense: { weightScale: quantized.dense.weightScale, logitScale: quantized.dense.logitScale },
    answers: answers.report(),
    ...(padded.voice && { voice: voices.report() }),
    ...(calibration && { calibration }),
  };
}
