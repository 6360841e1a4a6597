/** Which stage of the module is the first to differ from the reference: only looked for when a result differs. */
import { classifyWindow, leveledSegment } from "../reference/classify.js";
import type { Tensor } from "../reference/convolution.js";
import { decodeMono } from "../reference/decode.js";
import { mfccMatrix } from "../reference/mfcc.js";
import { type NetworkResult, quantizedInput, runNetwork } from "../reference/network.js";
import { softmax } from "../reference/probabilities.js";
import { resample } from "../reference/resample.js";
import { cropCenter, padBothSides } from "../reference/segment.js";
import type { BuiltModel } from "./built_model.js";
import { describeDifference } from "./compare.js";
import { type Instance, plainSound, type Sound } from "./instance.js";

/** Of a recording: samples, level, MFCCs, then the network. */
export function firstDifferenceOfSound(built: BuiltModel, instance: Instance, sound: Sound): string {
  const { frontEnd, model } = built;
  const samples = resample(decodeMono(sound.bytes, sound.format, sound.channels), sound.rate, frontEnd.sampleRate);
  const expected = classifyWindow(samples, model, frontEnd);
  const conversion = describeDifference("samples at the module's rate", instance.convert(sound), samples);
  if (conversion) return conversion;
  instance.setInput(sound);
  const level = instance.level(sound);
  if (level !== expected.level) return `level: ${level} instead of ${expected.level}`;
  const center = padBothSides(cropCenter(samples, frontEnd.windowSamples), frontEnd.windowSamples);
  const features = instance.features(plainSound("segment", center, frontEnd.sampleRate), level);
  const { values } = mfccMatrix(leveledSegment(samples, level, frontEnd), frontEnd);
  const row = (index: number): string => `frame ${Math.floor(index / frontEnd.coefficients)}, MFCC ${index % frontEnd.coefficients}`;
  return (
    describeDifference("MFCCs", features, values, row) ??
    findInNetwork(built, instance, values) ??
    "crop or padding of the segment: no stage differs when it is looked at alone"
  );
}

/** Of an MFCC matrix. */
export function firstDifferenceOfNetwork(built: BuiltModel, instance: Instance, mfcc: Float32Array): string {
  return (
    findInNetwork(built, instance, mfcc) ?? "no stage differs when it is looked at alone: what was there before must have had an influence"
  );
}

/** The rows in the line buffers as they come, features, logits, probabilities. */
function findInNetwork(built: BuiltModel, instance: Instance, mfcc: Float32Array): string | undefined {
  const { model, frontEnd } = built;
  const expected = runNetwork(model, mfcc, frontEnd.clip);
  const compareRows = rowComparison(built, instance, mfcc, expected);
  let found: string | undefined;
  const answer = instance.network(mfcc, () => {
    found ??= compareRows();
  });
  found ??= compareRows();
  const features = expected.activations.at(-1)!.values;
  const region = built.map.regions.find(({ name }) => name === "FEATURES")!;
  return (
    found ??
    describeDifference("features", Int32Array.from(instance.int16(region.address, features.length)), features) ??
    describeDifference("logits", answer.logits, expected.logits) ??
    describeDifference("probabilities", answer.probabilities, softmax(expected.logits, model.dense.logitScale))
  );
}

/** A function that compares the rows now in the line buffers: stage 0 holds the MFCCs, stage s the input of body II s. */
function rowComparison(built: BuiltModel, instance: Instance, mfcc: Float32Array, expected: NetworkResult): () => string | undefined {
  const { model, frontEnd, map } = built;
  const state = map.regions.find(({ name }) => name === "STAGE_STATE")!.address;
  const image = { height: model.frames, width: model.coefficients, channels: 1, values: quantizedInput(model, mfcc, frontEnd.clip) };
  const inputs: Tensor[] = [image, ...expected.activations.slice(0, -1)];
  const names = ["quantized MFCCs", "body I", ...model.bodyTwo.slice(0, -1).map(({ name }) => name)];
  return () => {
    for (const [stage, tensor] of inputs.entries()) {
      const { address: start, rowBytes, ringRows, paddingBytes } = map.lineBuffers[stage]!;
      const [arrived] = instance.int32(state + 8 * stage, 1);
      const length = tensor.width * tensor.channels;
      for (let row = Math.max(0, arrived! - ringRows); row < Math.min(arrived!, tensor.height); row++) {
        const address = start + (row % ringRows) * rowBytes + paddingBytes;
        const actual =
          stage === 0 ? instance.int16(address, length) : Int16Array.from(instance.bytes().subarray(address, address + length));
        const wanted = Int16Array.from(tensor.values.subarray(row * length, (row + 1) * length));
        const place = (index: number): string =>
          `row ${row}, column ${Math.floor(index / tensor.channels)}, channel ${index % tensor.channels}`;
        const difference = describeDifference(names[stage]!, actual, wanted, place);
        if (difference) return difference;
      }
    }
    return undefined;
  };
}
