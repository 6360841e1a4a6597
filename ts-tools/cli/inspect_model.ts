import { table } from "../host/table.js";
import { JsonFields } from "../model/json_fields.js";
import { layerSizes } from "../model/layer_shapes.js";
import { DIMENSION_WEIGHT_BITS, LEAST_VOICE } from "../model/levels.js";
import type { Manifest, Normalization, SpeakerAnswers } from "../model/model_types.js";
import { shortestFloat32 } from "../runtime/float32.js";

/** Everything about a layer except its weights. */
export interface LayerReport {
  name: string;
  /** time x coefficient. */
  kernel: string;
  /** [time, coefficient, channel]. */
  input: [number, number, number];
  /** After pooling. */
  output: [number, number, number];
  pool: string;
  multiplyAccumulates: number;
  weightBytes: number;
  inputScale: number;
  outputScale: number;
}

/** `memory_map.json` of a built model. */
export interface MemoryMapFile {
  bytes: number;
  regions: { name: string; address: number; bytes: number; what: string }[];
}

/** The memory map in the text of `file`. */
export function parseMemoryMap(text: string, file: string): MemoryMapFile {
  const fields = JsonFields.parse(text, file, "build the model again");
  const regions = fields.objects("regions").map((region) => ({
    name: region.text("name"),
    address: region.count("address", 0),
    bytes: region.count("bytes", 0),
    what: region.text("what"),
  }));
  return { bytes: fields.count("bytes"), regions };
}

/** The layers of a manifest in the order of the data flow, the heads last. */
export function layerReports({ network, voice }: Manifest): LayerReport[] {
  const { bodyOne, bodyTwo } = layerSizes(network.frames, network.coefficients);
  const sizes = [...bodyOne, ...bodyTwo];
  const layers = network.layers.map((layer, index): LayerReport => {
    const size = sizes[index]!;
    const weightBytes = layer.kernelHeight * layer.kernelWidth * layer.inputChannels * layer.outputChannels;
    return {
      name: layer.name,
      kernel: `${layer.kernelHeight}x${layer.kernelWidth}`,
      input: [size.height, size.width, layer.inputChannels],
      output: [size.pooledHeight, size.pooledWidth, layer.outputChannels],
      pool: layer.poolHeight === 0 ? "all" : `${layer.poolHeight}x${layer.poolWidth}`,
      multiplyAccumulates: weightBytes * size.height * size.width,
      weightBytes,
      inputScale: layer.inputScale,
      outputScale: layer.outputScale,
    };
  });
  const { dense } = network;
  const head = (name: string, outputs: number, outputScale: number): LayerReport => ({
    name,
    kernel: "1x1",
    input: [1, 1, dense.inputs],
    output: [1, 1, outputs],
    pool: "",
    multiplyAccumulates: dense.inputs * outputs,
    weightBytes: dense.inputs * outputs,
    inputScale: dense.inputScale,
    outputScale,
  });
  return [...layers, head("dense", dense.classes, dense.logitScale), ...(voice ? [head("voice", 1, voice.scale)] : [])];
}

/** The model for a person. */
export function modelText(manifest: Manifest): string {
  const { network, frontEnd, source } = manifest;
  const rows = layerReports(manifest).map((layer) => [
    layer.name,
    layer.kernel,
    layer.input.join("x"),
    layer.pool,
    layer.output.join("x"),
    layer.multiplyAccumulates,
    layer.weightBytes,
    layer.inputScale.toPrecision(4),
    layer.outputScale.toPrecision(4),
  ]);
  return [
    `Model ${manifest.id}, light-sernet ${manifest.version}`,
    `  sha256    ${manifest.sha256}`,
    `  source    ${source.file} (${source.format})`,
    ...(manifest.license === undefined ? [] : [`  license   ${manifest.license}`]),
    `  classes   ${manifest.classes.join(", ")}`,
    `  accepts   ${acceptedText(manifest, manifest.voice !== undefined)}`,
    ...(manifest.voice ? ["  says      voice, whether somebody speaks, the logistic function of an output of its own"] : []),
    ...dimensionLines(manifest),
    `  input     ${frontEnd.windowSamples / frontEnd.sampleRate} s at ${frontEnd.sampleRate} Hz: ${network.frames} frames of ${network.coefficients} MFCCs`,
    ...(manifest.inputAffine ? ["  scales    the MFCCs, each coefficient with its own factor and offset, as they are quantized"] : []),
    ...(manifest.normalization ? [`  mean      ${normalizationText(manifest.normalization)}`] : []),
    ...(manifest.speakerAnswers ? [`  speaker   ${speakerAnswersText(manifest.speakerAnswers)}`] : []),
    `  size      ${count(network.parameters)} parameters, ${count(network.weightBytes)} bytes of weights, ${count(network.multiplyAccumulates)} multiply-accumulates`,
    "",
    "Layers",
    table(["layer", "kernel", "input", "pool", "output", "MAC", "weights", "input scale", "output scale"], rows),
  ].join("\n");
}

/** The weights of activation and valence, for a person. */
function dimensionLines({ classes, dimensions = {} }: Manifest): string[] {
  const real = (value: number): string => (value / 2 ** DIMENSION_WEIGHT_BITS).toFixed(3);
  return Object.entries(dimensions).map(([name, { weights, bias }]) => {
    const terms = weights.map((weight, index) => `${real(weight)} ln p(${classes[index]})`);
    return `  says      ${name}, the logistic function of ${[real(bias), ...terms].join(" + ").replaceAll("+ -", "- ")}`;
  });
}

/** What a model subtracts from its answers, for a person. */
function speakerAnswersText({ share, weight, horizon, leastSpeech }: SpeakerAnswers): string {
  return (
    `up to ${share} of the speaker's mean answer is subtracted once it is loaded, half of that after ${weight} answers: ` +
    `horizon ${horizon} answers of at least ${leastSpeech} frames with speech`
  );
}

/** What a model subtracts from its input, for a person. */
function normalizationText(normalization: Normalization): string {
  const { share, horizon, startWeight, carriedWeight, energyScale, speechRange, speechFloor } = normalization;
  const part = share === 1 ? "the running mean" : `${share} of the running mean`;
  return (
    `${part} of frames with speech is subtracted: horizon ${horizon} frames, ${startWeight} of the training mean at the start, ${carriedWeight} of a speaker's; ` +
    `energy times ${energyScale}; speech within ${speechRange} nepers of the loudest frame and above ${speechFloor}`
  );
}

/** Which answers a model accepts, for a person. */
export function acceptedText(
  { acceptThreshold, leastSpeechFrames }: Pick<Manifest, "acceptThreshold" | "leastSpeechFrames">,
  hasVoice: boolean,
): string {
  const rules = [
    ...(acceptThreshold > 0 ? [`a probability of ${shortestFloat32(acceptThreshold)} or more`] : []),
    ...(leastSpeechFrames === undefined ? [] : [`${leastSpeechFrames} frames with speech or more`]),
    ...(hasVoice ? [`a voice of ${LEAST_VOICE} or more`] : []),
  ];
  return rules.length === 0 ? "every answer" : `${rules.join(", and ")}; below, the answer is uncertain`;
}

/** The memory map for a person. Regions that share an address are never in use at the same time. */
export function memoryText(map: MemoryMapFile): string {
  const regions = [...map.regions].sort((a, b) => a.address - b.address);
  const used = usedBytes(map);
  return [
    `Memory: ${count(used)} of ${count(map.bytes)} bytes are used (${((100 * used) / map.bytes).toFixed(1)} %)`,
    table(
      ["address", "bytes", "region", "what"],
      regions.map(({ address, bytes, name, what }) => [address, bytes, name, what]),
    ),
  ].join("\n");
}

/** Bytes from address 0 to the end of the last region, gaps included: what the module calls memoryNeeded(). */
export function usedBytes(map: MemoryMapFile): number {
  return Math.max(0, ...map.regions.map(({ address, bytes }) => address + bytes));
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}
