import { buildModules } from "../link/build_modules.js";
import { frameCount } from "../quantize/front_end.js";
import { layerSizes } from "../quantize/layer_shapes.js";
import type { FrontEnd, QuantizedConvolution, QuantizedModel } from "../quantize/model_types.js";

/** A module with this front end and the smallest network there is: what calibration computes MFCCs with, before there is a model to build. */
export async function frontEndModule(frontEnd: FrontEnd): Promise<WebAssembly.Module> {
  const model = smallestNetwork(frontEnd);
  const { embedded } = await buildModules(
    { id: "front end", sha256: "0".repeat(64), classes: ["none"], frontEnd, model },
    { command: false },
  );
  return WebAssembly.compile(embedded);
}

/** Four channels in every layer, all zero. */
function smallestNetwork(frontEnd: FrontEnd): QuantizedModel {
  const frames = frameCount(frontEnd);
  const sizes = layerSizes(frames, frontEnd.coefficients);
  const layer = (
    name: string,
    kernelHeight: number,
    kernelWidth: number,
    inputChannels: number,
    pool: [number, number],
  ): QuantizedConvolution => ({
    name,
    kernelHeight,
    kernelWidth,
    inputChannels,
    outputChannels: 4,
    weights: new Int8Array(4 * kernelHeight * kernelWidth * inputChannels),
    weightScales: new Float64Array(4).fill(1),
    bias: new Int32Array(4),
    multiplier: new Int32Array(4).fill(2 ** 30),
    shift: new Uint8Array(4).fill(30),
    inputScale: 1,
    outputScale: 1,
    poolHeight: pool[0],
    poolWidth: pool[1],
  });
  const pools = sizes.bodyTwo.map((size): [number, number] => (size.name === "body2_5" ? [0, 0] : [size.windowHeight, size.windowWidth]));
  return {
    frames,
    coefficients: frontEnd.coefficients,
    bodyOne: [layer("temporal", 11, 1, 1, [2, 2]), layer("spectral", 1, 9, 1, [2, 2]), layer("both", 3, 3, 1, [2, 2])],
    bodyTwo: pools.map((pool, index) => {
      const kernel = index === pools.length - 1 ? 1 : 3;
      return layer(`body2_${index + 1}`, kernel, kernel, index === 0 ? 12 : 4, pool);
    }),
    dense: {
      name: "dense",
      inputs: 4,
      classes: 1,
      weights: new Int8Array(4),
      weightScale: 1,
      bias: new Int32Array(1),
      inputScale: 1,
      logitScale: 1,
    },
  };
}
