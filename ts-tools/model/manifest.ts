/** Writes the manifest, `model.json`. Reading it is parse_manifest.ts. */
import type { FloatModel } from "./float_model.js";
import { INPUT_AFFINE } from "./input_affine.js";
import { countNetwork, type NetworkShape } from "./layer_shapes.js";
import { ModelError } from "./model_error.js";
import type { ActivationScales, AnswerRules, FrontEnd, Manifest, QuantizedConvolution, QuantizedModel } from "./model_types.js";
import { weightsHash, writeWeights } from "./weights_file.js";

export interface ManifestInput {
  id: string;
  /** The file the float model came from, and the SHA-256 (hex) of its bytes. */
  sourceFile: string;
  sourceSha256: string;
  license?: string | undefined;
  classes: readonly string[];
  /** 0..1; the manifest gets the nearest float32. */
  acceptThreshold: number;
  /** Of the quantized model; default: none. */
  rules?: AnswerRules;
  frontEnd: FrontEnd;
  /** The float model, or its format and shape alone. */
  float: NetworkShape & Pick<FloatModel, "format">;
  quantized: QuantizedModel;
  activationScales: ActivationScales;
  /** Version of light-sernet that built it. */
  version: string;
}

/** The fields of a layer that its weights file does not hold. */
function layerEntry(layer: QuantizedConvolution): Manifest["network"]["layers"][number] {
  const { name, kernelHeight, kernelWidth, inputChannels, outputChannels, poolHeight, poolWidth, inputScale, outputScale } = layer;
  return { name, kernelHeight, kernelWidth, inputChannels, outputChannels, poolHeight, poolWidth, inputScale, outputScale };
}

/**
 * The manifest of a quantized model. Parameters and multiply-accumulates are those of the float model with batch norm folded; shapes and weight
 * bytes are those of the quantized one, padded channels included.
 */
export function buildManifest(input: ManifestInput): Manifest {
  const { float, quantized, classes } = input;
  const { dense } = quantized;
  const { normalization, ...frontEnd } = input.frontEnd;
  if (classes.length !== dense.classes) {
    throw new ModelError(`the model has ${dense.classes} classes, but ${classes.length} class names were given (${classes.join(", ")}).`);
  }
  const counts = countNetwork(float);
  return {
    format: "light-sernet",
    formatVersion: 1,
    id: input.id,
    sha256: weightsHash(writeWeights(quantized)),
    source: { format: float.format, file: input.sourceFile, sha256: input.sourceSha256 },
    ...(input.license !== undefined && { license: input.license }),
    classes: [...classes],
    acceptThreshold: Math.fround(input.acceptThreshold),
    frontEnd,
    ...(normalization && { normalization }),
    ...(quantized.input && { [INPUT_AFFINE]: quantized.input }),
    ...input.rules,
    ...(quantized.voice && { voice: { scale: quantized.voice.logitScale } }),
    network: {
      frames: quantized.frames,
      coefficients: quantized.coefficients,
      layers: [...quantized.bodyOne, ...quantized.bodyTwo].map(layerEntry),
      dense: {
        inputs: dense.inputs,
        classes: dense.classes,
        inputScale: dense.inputScale,
        weightScale: dense.weightScale,
        logitScale: dense.logitScale,
      },
      parameters: counts.parameters,
      weightBytes: countNetwork(quantized).weights,
      multiplyAccumulates: counts.multiplyAccumulates,
    },
    activationScales: input.activationScales,
    version: input.version,
  };
}

/** `model.json` as text. Numbers read back to the same bits. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
