import { buildModules } from "../link/build_modules.js";
import { frameCount } from "../model/front_end.js";
import { BODY_ONE_PLAN, BODY_TWO_PLAN, GROUP_CHANNELS, type LayerPlan } from "../model/layer_shapes.js";
import type { FrontEnd, QuantizedConvolution, QuantizedModel } from "../model/model_types.js";
import { DEFAULT_SPEECH_FLOOR } from "../model/normalization.js";

/** A module with this front end and the smallest possible network: calibration computes MFCCs with it before there is a model to build. */
export async function frontEndModule(frontEnd: FrontEnd): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await frontEndModuleBytes(frontEnd));
}

/** That module's file; training/ computes its features with it. */
export async function frontEndModuleBytes(frontEnd: FrontEnd): Promise<Uint8Array<ArrayBuffer>> {
  const model = smallestNetwork(frontEnd);
  const { embedded } = await buildModules(
    { id: "front end", sha256: "0".repeat(64), classes: ["none"], acceptThreshold: 0, frontEnd, model },
    { command: false },
  );
  return embedded;
}

/**
 * A front end that subtracts and clips nothing, for training: its features are the coefficients that a normalization of any kind begins with, the zeroth being
 * the mean log energy in nepers. Silent frames are -10,000, then zeros: no frame with sound has that.
 */
export function unclipped(frontEnd: FrontEnd): FrontEnd {
  const { speechFloor = DEFAULT_SPEECH_FLOOR } = frontEnd.normalization ?? {};
  return {
    ...frontEnd,
    clip: 10_000,
    normalization: {
      kind: "runningMean",
      horizon: 1,
      startWeight: 0,
      carriedWeight: 0,
      energyScale: 1,
      share: 0,
      speechRange: 1,
      speechFloor,
      mean: new Array(frontEnd.coefficients).fill(0),
    },
  };
}

/** Channels of every layer: the fewest that the kernels support. */
const CHANNELS = GROUP_CHANNELS;

/** Four channels in every layer, all zero. */
function smallestNetwork(frontEnd: FrontEnd): QuantizedModel {
  const layer = (plan: LayerPlan, inputChannels: number): QuantizedConvolution => ({
    ...plan,
    inputChannels,
    outputChannels: CHANNELS,
    weights: new Int8Array(CHANNELS * plan.kernelHeight * plan.kernelWidth * inputChannels),
    weightScales: new Float64Array(CHANNELS).fill(1),
    bias: new Int32Array(CHANNELS),
    multiplier: new Int32Array(CHANNELS).fill(2 ** 30),
    shift: new Uint8Array(CHANNELS).fill(30),
    inputScale: 1,
    outputScale: 1,
  });
  return {
    frames: frameCount(frontEnd),
    coefficients: frontEnd.coefficients,
    bodyOne: BODY_ONE_PLAN.map((plan) => layer(plan, 1)),
    bodyTwo: BODY_TWO_PLAN.map((plan, index) => layer(plan, index === 0 ? BODY_ONE_PLAN.length * CHANNELS : CHANNELS)),
    dense: {
      name: "dense",
      inputs: CHANNELS,
      classes: 1,
      weights: new Int8Array(CHANNELS),
      weightScale: 1,
      bias: new Int32Array(1),
      inputScale: 1,
      logitScale: 1,
    },
  };
}
