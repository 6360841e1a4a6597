/**
 * `weights.bin`: the integers of a quantized model, whose SHA-256 names the model. Little endian, nothing is aligned:
 *
 *     4 bytes  "LSNW"
 *     uint32   version: 1
 *     uint32   bytes of the whole file
 *     for each convolution (temporal, spectral, both, body2_1 .. body2_5):
 *       int8   weights    [outputChannels, kernelHeight, kernelWidth, inputChannels]
 *       int32  bias       [outputChannels]
 *       int32  multiplier [outputChannels]
 *       uint8  shift      [outputChannels]
 *     head:
 *       int8   weights    [classes, inputs]
 *       int32  bias       [classes]
 *     voice head, if the manifest has `voice`:
 *       int8   weights    [inputs]
 *       int32  bias
 *
 * Shapes and scales are in the manifest. Weight scales are in neither: a channel's follows from its multiplier and shift.
 */
import { createHash } from "node:crypto";
import { ByteReader, ByteWriter } from "./byte_stream.js";
import { type ConvolutionShape, layerSizes, weightsPerChannel } from "./layer_shapes.js";
import { ModelError } from "./model_error.js";
import type { Manifest, QuantizedConvolution, QuantizedDense, QuantizedModel } from "./model_types.js";

const MAGIC = 0x574e534c; // "LSNW"
const VERSION = 1;
const HEADER_BYTES = 12;

type Head = Pick<QuantizedDense, "inputs" | "classes">;

function fileBytes(layers: readonly ConvolutionShape[], heads: readonly Head[]): number {
  const convolutions = layers.map((layer) => layer.outputChannels * (weightsPerChannel(layer) + 4 + 4 + 1));
  const rows = heads.map(({ inputs, classes }) => classes * (inputs + 4));
  return [...convolutions, ...rows].reduce((sum, bytes) => sum + bytes, HEADER_BYTES);
}

/** The model's integers as a file. */
export function writeWeights(model: QuantizedModel): Uint8Array {
  const layers = [...model.bodyOne, ...model.bodyTwo];
  const heads = [model.dense, ...(model.voice ? [model.voice] : [])];
  const size = fileBytes(layers, heads);
  const writer = new ByteWriter(size);
  writer.uint32(MAGIC);
  writer.uint32(VERSION);
  writer.uint32(size);
  for (const layer of layers) {
    writer.int8s(layer.weights);
    writer.int32s(layer.bias);
    writer.int32s(layer.multiplier);
    writer.uint8s(layer.shift);
  }
  for (const head of heads) {
    writer.int8s(head.weights);
    writer.int32s(head.bias);
  }
  return writer.bytes;
}

/** SHA-256 of a weights file, 64 hexadecimal digits. */
export function weightsHash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** real weight = weight * scale, from multiplier * 2^-shift = inputScale * scale / (outputScale * window). The relative error is at most 2^-31. */
function weightScalesOf(layer: Omit<QuantizedConvolution, "weights" | "weightScales" | "bias">, window: number): Float64Array {
  const perFactor = (layer.outputScale * window) / layer.inputScale;
  return Float64Array.from(layer.multiplier, (multiplier, channel) => multiplier * 2 ** -layer.shift[channel]! * perFactor);
}

/** Reads the weights file of a manifest; `file` is its name in messages. Throws a ModelError unless size and SHA-256 are the manifest's. */
export function readWeights(bytes: Uint8Array, manifest: Manifest, file: string): QuantizedModel {
  const { network } = manifest;
  const dense = { name: "dense", ...network.dense };
  const voice = manifest.voice && voiceShape(network.dense, manifest.voice.scale);
  const expected = fileBytes(network.layers, [dense, ...(voice ? [voice] : [])]);
  const reader = new ByteReader(bytes);
  if (bytes.length < HEADER_BYTES || reader.uint32() !== MAGIC) {
    throw new ModelError(`${file} is not a weights file of light-sernet; build the model again.`);
  }
  const version = reader.uint32();
  if (version !== VERSION) {
    throw new ModelError(
      `${file} is a weights file of version ${version}, and only version ${VERSION} can be read; build the model again.`,
    );
  }
  const announced = reader.uint32();
  if (announced !== bytes.length) {
    throw new ModelError(`${file} has ${bytes.length} bytes, but its header says ${announced}: it is damaged; build the model again.`);
  }
  if (announced !== expected || weightsHash(bytes) !== manifest.sha256) {
    throw new ModelError(
      `${file} does not match the manifest of ${JSON.stringify(manifest.id)} (its size or SHA-256 is different); build the model again.`,
    );
  }
  const sizes = layerSizes(network.frames, network.coefficients);
  const allSizes = [...sizes.bodyOne, ...sizes.bodyTwo];
  const layers = network.layers.map((shape, index): QuantizedConvolution => {
    const channels = shape.outputChannels;
    const weights = reader.int8s(channels * weightsPerChannel(shape));
    const bias = reader.int32s(channels);
    const requantization = { multiplier: reader.int32s(channels), shift: reader.uint8s(channels) };
    const { windowHeight, windowWidth } = allSizes[index]!;
    const weightScales = weightScalesOf({ ...shape, ...requantization }, windowHeight * windowWidth);
    return { ...shape, weights, weightScales, bias, ...requantization };
  });
  const integers = ({ inputs, classes }: Head) => ({ weights: reader.int8s(classes * inputs), bias: reader.int32s(classes) });
  return {
    frames: network.frames,
    coefficients: network.coefficients,
    ...(manifest.inputAffine && { input: manifest.inputAffine }),
    bodyOne: layers.slice(0, sizes.bodyOne.length),
    bodyTwo: layers.slice(sizes.bodyOne.length),
    dense: { ...dense, ...integers(dense) },
    ...(voice && { voice: { ...voice, ...integers(voice) } }),
  };
}

/** A voice head but for its integers; it has the features of the other head. */
function voiceShape({ inputs, inputScale }: Manifest["network"]["dense"], scale: number): Omit<QuantizedDense, "weights" | "bias"> {
  return { name: "voice", inputs, classes: 1, inputScale, weightScale: scale / inputScale, logitScale: scale };
}
