/**
 * The geometry of Light-SERNet: the kernel and the pooling of each convolution, and from these the size of every tensor.
 * Heights are time (frames), widths are cepstral coefficients; 'same' padding everywhere, so a pooled size is a ceiling.
 */

/** The shape of a convolution; FloatConvolution and QuantizedConvolution both have it. */
export interface ConvolutionShape {
  kernelHeight: number;
  kernelWidth: number;
  inputChannels: number;
  outputChannels: number;
}

/** Kernels work on groups of that many channels; every width of a quantized model is a multiple of it. */
export const GROUP_CHANNELS = 4;

/** Weights of one output channel. */
export function weightsPerChannel({ kernelHeight, kernelWidth, inputChannels }: ConvolutionShape): number {
  return kernelHeight * kernelWidth * inputChannels;
}

/** The shape of a network; FloatModel and QuantizedModel both have it. */
export interface NetworkShape {
  frames: number;
  coefficients: number;
  bodyOne: readonly ConvolutionShape[];
  bodyTwo: readonly ConvolutionShape[];
  dense: { inputs: number; classes: number };
  voice?: { inputs: number };
}

/** A layer's name, its kernel (time x coefficient) and its average pooling; 0 x 0 pools the whole tensor. */
export interface LayerPlan {
  name: string;
  kernelHeight: number;
  kernelWidth: number;
  poolHeight: number;
  poolWidth: number;
}

/** The three paths, in the order of their concatenation. */
export const BODY_ONE_PLAN: readonly LayerPlan[] = [
  { name: "temporal", kernelHeight: 11, kernelWidth: 1, poolHeight: 2, poolWidth: 2 },
  { name: "spectral", kernelHeight: 1, kernelWidth: 9, poolHeight: 2, poolWidth: 2 },
  { name: "both", kernelHeight: 3, kernelWidth: 3, poolHeight: 2, poolWidth: 2 },
];

export const BODY_TWO_PLAN: readonly LayerPlan[] = [
  { name: "body2_1", kernelHeight: 3, kernelWidth: 3, poolHeight: 2, poolWidth: 2 },
  { name: "body2_2", kernelHeight: 3, kernelWidth: 3, poolHeight: 2, poolWidth: 2 },
  { name: "body2_3", kernelHeight: 3, kernelWidth: 3, poolHeight: 2, poolWidth: 1 },
  { name: "body2_4", kernelHeight: 3, kernelWidth: 3, poolHeight: 2, poolWidth: 1 },
  { name: "body2_5", kernelHeight: 1, kernelWidth: 1, poolHeight: 0, poolWidth: 0 },
];

/** The tensors that have a scale of their own, in the order of the data: outputs of body I, of body II 1..4, and the averaged features. */
export const ACTIVATIONS = ["bodyOne", "body2_1", "body2_2", "body2_3", "body2_4", "features"] as const;
export type ActivationName = (typeof ACTIVATIONS)[number];

/** Sizes of one convolution: its input, its output before pooling (the same), and after pooling. */
export interface LayerSize {
  name: string;
  height: number;
  width: number;
  /** The pooling window in full: height * width of the input where everything is pooled. */
  windowHeight: number;
  windowWidth: number;
  pooledHeight: number;
  pooledWidth: number;
}

function layerSize(plan: LayerPlan, height: number, width: number): LayerSize {
  const windowHeight = plan.poolHeight || height;
  const windowWidth = plan.poolWidth || width;
  const pooledHeight = Math.ceil(height / windowHeight);
  const pooledWidth = Math.ceil(width / windowWidth);
  return { name: plan.name, height, width, windowHeight, windowWidth, pooledHeight, pooledWidth };
}

/** Sizes of body I (three equal ones but for the name) and body II for an input of frames x coefficients. */
export function layerSizes(frames: number, coefficients: number): { bodyOne: LayerSize[]; bodyTwo: LayerSize[] } {
  const bodyOne = BODY_ONE_PLAN.map((plan) => layerSize(plan, frames, coefficients));
  const bodyTwo: LayerSize[] = [];
  let before = bodyOne[0]!;
  for (const plan of BODY_TWO_PLAN) {
    before = layerSize(plan, before.pooledHeight, before.pooledWidth);
    bodyTwo.push(before);
  }
  return { bodyOne, bodyTwo };
}

/** The cost of a network. Biases count as parameters; a tap that falls on the zero padding counts as a multiplication. */
export interface NetworkCounts {
  /** Weights and biases with batch norm folded in: 460,743 in the paper's network. */
  parameters: number;
  /** Weights alone: 459,872. */
  weights: number;
  /** For one segment: 159 million. */
  multiplyAccumulates: number;
}

export function countNetwork(shape: NetworkShape): NetworkCounts {
  const sizes = layerSizes(shape.frames, shape.coefficients);
  const layers = [...shape.bodyOne, ...shape.bodyTwo];
  const layerPixels = [...sizes.bodyOne, ...sizes.bodyTwo].map((size) => size.height * size.width);
  const { dense, voice } = shape;
  let weights = dense.inputs * dense.classes + (voice?.inputs ?? 0);
  let biases = dense.classes + (voice ? 1 : 0);
  let multiplyAccumulates = weights;
  layers.forEach((layer, index) => {
    const layerWeights = weightsPerChannel(layer) * layer.outputChannels;
    weights += layerWeights;
    biases += layer.outputChannels;
    multiplyAccumulates += layerWeights * layerPixels[index]!;
  });
  return { parameters: weights + biases, weights, multiplyAccumulates };
}
