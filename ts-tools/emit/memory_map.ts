import { ADAPTATION, speakerAnswerBytes } from "../abi/adaptation.js";
import { STREAM_ANSWER_BYTES } from "../abi/stream.js";
import { hasStream } from "../model/front_end.js";
import type { NamedModel } from "../model/named_model.js";
import { align } from "./align.js";
import { keepsScores } from "./answer_rules.js";
import type { EnginePlan } from "./engine_plan.js";
import { expandedLayout, hostPatchBytes } from "./expanded_weights.js";
import { gateMemory, loadGate } from "./gate.js";
import { type LineBuffer, lineBuffers } from "./line_buffers.js";
import { shapedLayers, taps } from "./network_shape.js";
import { GROUP, SUMS, weightedMeanBytes } from "./record_layouts.js";
import { constant } from "./source.js";
import { streamShape } from "./stream.js";
import { winogradBlock } from "./winograd.js";
import { wordMemory } from "./word.js";

/** A named piece of the page. Regions with the same `overlay` begin at the same address: they are never needed at the same time. */
export interface Region {
  name: string;
  address: number;
  bytes: number;
  what: string;
  overlay?: string;
}

export interface MemoryMap {
  plan: EnginePlan;
  regions: Region[];
  /** First address after the regions: static data begins here. */
  end: number;
  /** One a stage. */
  lineBuffers: (LineBuffer & { address: number })[];
}

/** Bytes that can be pushed at once. */
const INPUT_BYTES = 1024;
/** Samples at the lowest rate (8 kHz, one byte each) become two; a few more where a piece begins and ends. */
const OUTPUT_BYTES = 2 * (2 * INPUT_BYTES + 64);
const HISTOGRAM_BINS = 256;
/** Samples that are decoded or resampled at once. */
const BLOCK_SAMPLES = 128;
/** Inputs that the resampler keeps, a power of two: the host's have room for many pieces, which are then copied whole. */
const RESAMPLER_HISTORY_SAMPLES: Record<EnginePlan, number> = { embedded: 512, word: 512, host: 2048 };
/** Weights of a row of 192 kHz. The host reads as many inputs in sequence. */
const RESAMPLER_ROW = 496;
/** 500 phases of 96 kHz, 272 weights each; 250 phases of 192 kHz need less, and of 48 kHz there is room for 1,062. */
const RESAMPLER_WEIGHTS_BYTES = 2 * 500 * 272;
/** One vector; for every weight of a row of 192 kHz 32 fractions, and six times three vectors of lines. Lower rates need less: 16 kHz has 65 times three, but rows of 64. */
const RESAMPLER_INTERPOLATION_BYTES = 16 + 2 * RESAMPLER_ROW * (32 + 6 * 3);
/** Address 0 is not used: to hosts it means "no address". */
const RESERVED_BYTES = 16;

/** Regions that only one of the plans has; the other has constants of 0 for them and compiles no code that reads them. */
const EMBEDDED_ONLY = ["CONVOLUTION_SUMS", "WINOGRAD_PRODUCTS", "TRANSFORMED_ROWS"];
const WORD_ONLY = ["WEIGHT_WORD", "TILE_VALUES", "INITIAL_SUMS"];
const HOST_ONLY = [
  "SPECTRUM_SCRATCH",
  "WINDOW",
  "LAST_TWIDDLES",
  "DCT_COSINES",
  "RESAMPLER_WEIGHTS",
  "RESAMPLER_INTERPOLATION",
  "WINOGRAD_SCRATCH",
  "VALUES",
  "REPEATED",
  "PRODUCTS",
  "EXPANDED_REQUANTIZATION",
  "EXPANDED_WEIGHTS",
];

/** Only in a model with a normalization. */
const NORMALIZATION_ONLY = ["RUNNING_MEAN", "CARRIED_MEAN", "ADAPTATION"];
/** Only in a model that says more of an answer than probabilities. */
const SCORES_ONLY = ["SCORES"];
/** Only in a model with speakerAnswers. */
const SPEAKER_ANSWERS_ONLY = ["ANSWER", "CARRIED_ANSWER", "CORRECTION"];

/** Only in a module with a stream. */
const STREAM_ONLY = [
  "GATE_FLOORS",
  "GATE_ROWS",
  "GATE_MEANS",
  "GATE_WEIGHTS",
  "STREAM_ANSWER",
  "STREAM_PROBABILITIES",
  "STREAM_ROWS",
  "STREAM_SPEECH",
  "STREAM_DELAY",
];

/** The memory of the module, chained: every region begins where the last one ends, at a multiple of 8; of 16 for the host. */
export function memoryMap(named: Pick<NamedModel, "model" | "frontEnd" | "rules">, plan: EnginePlan = "embedded"): MemoryMap {
  const { model, frontEnd, rules } = named;
  const layers = shapedLayers(model);
  const buffers = lineBuffers(model, plan);
  const buffersBytes = buffers.reduce((sum, buffer) => sum + buffer.rowBytes * buffer.ringRows, 0);
  const features = model.dense.inputs;
  const mostTaps = Math.max(...layers.map(({ layer }) => taps(layer)), Math.ceil(features / 8));
  const patch = Math.max(...model.bodyOne.map((path) => (path.kernelHeight + 1) * path.kernelWidth));
  const mostRows = Math.max(...model.bodyTwo.map((layer, index) => buffers[index + 1]!.blockRows + layer.kernelHeight - 1));
  const mostColumns = Math.max(...layers.map(({ columns }) => columns));
  const mfccBytes = 4 * frontEnd.coefficients;
  const bodyTwo = layers.slice(model.bodyOne.length);
  const winograd = bodyTwo.filter(({ layer }) => winogradBlock(layer) > 0);
  const winogradPairs = Math.max(1, ...winograd.map(({ columns }) => Math.ceil(columns / 2)));
  const winogradRow = Math.max(1, ...winograd.map(({ layer, columns }) => (columns + layer.kernelWidth - 1) * layer.inputChannels));
  const featureRows = Math.ceil((2 * INPUT_BYTES + 64) / frontEnd.hopSamples) + 1;

  const map: MemoryMap = { plan, regions: [], end: RESERVED_BYTES, lineBuffers: [] };
  const add = (name: string, bytes: number, what: string): void => {
    if (plan !== "host" && HOST_ONLY.includes(name)) return;
    if (plan !== "embedded" && EMBEDDED_ONLY.includes(name)) return;
    if (plan !== "word" && WORD_ONLY.includes(name)) return;
    if (frontEnd.normalization === undefined && NORMALIZATION_ONLY.includes(name)) return;
    if (!keepsScores(rules) && SCORES_ONLY.includes(name)) return;
    if (rules?.speakerAnswers === undefined && SPEAKER_ANSWERS_ONLY.includes(name)) return;
    if (!hasStream(frontEnd) && STREAM_ONLY.includes(name)) return;
    map.regions.push({ name, address: map.end, bytes, what });
    map.end += align(bytes, plan === "host" ? 16 : 8);
  };
  const overlay = (name: string, regions: readonly { name: string; bytes: number; what: string }[]): void => {
    for (const region of regions) map.regions.push({ ...region, address: map.end, overlay: name });
    map.end += align(Math.max(...regions.map(({ bytes }) => bytes)), 16);
  };
  add("INPUT", INPUT_BYTES, "bytes to push");
  add("FRAME", 2 * frontEnd.frameSamples, "samples of one frame, int16");
  const spectrum = { name: "SPECTRUM", bytes: 4 * frontEnd.frameSamples, what: "FFT, then magnitudes, float32" };
  if (plan === "host") add(spectrum.name, spectrum.bytes, spectrum.what);
  // The SIMD front end writes whole vectors: of bands four, of coefficients sixteen.
  const lanes = plan === "host" ? { bands: 4, coefficients: 16 } : { bands: 1, coefficients: 1 };
  add("MEL", 4 * align(frontEnd.melBands, lanes.bands), "log mel energies, float32");
  add("MFCC", 4 * align(frontEnd.coefficients, lanes.coefficients), "MFCCs of one frame, float32");
  add("RUNNING_MEAN", weightedMeanBytes(frontEnd.coefficients), "mean of the coefficients in this segment: weight, mean, float32");
  add("CARRIED_MEAN", 4 * frontEnd.coefficients, "mean that was loaded, float32");
  add("ADAPTATION", ADAPTATION.WEIGHT + weightedMeanBytes(frontEnd.coefficients), "statistics of the speaker");
  add("SPECTRUM_SCRATCH", 4 * frontEnd.frameSamples, "every other pass of the FFT, float32");
  add("WINDOW", 4 * frontEnd.frameSamples, "Hann window, float32, even samples first");
  add("LAST_TWIDDLES", (5 * 4 * frontEnd.frameSamples) / 8, "factors of the last two stages of the FFT, float32");
  add("DCT_COSINES", (4 * frontEnd.melBands * align(frontEnd.coefficients, 16)) / 2, "cosines of the DCT, float32");
  add("SAMPLE_BLOCK", 2 * BLOCK_SAMPLES, "decoded frames, or samples from the resampler, int16");
  const history = RESAMPLER_HISTORY_SAMPLES[plan] + (plan === "host" ? RESAMPLER_ROW : 0);
  add("RESAMPLER_HISTORY", 2 * history, "last input samples, int16; SIMD has the first ones after the last ones, too");
  add("RESAMPLER_WEIGHTS", RESAMPLER_WEIGHTS_BYTES, "kernel of each phase of a rate, int16");
  add("RESAMPLER_INTERPOLATION", RESAMPLER_INTERPOLATION_BYTES, "what the weights of a phase are interpolated from, int16");
  add("INPUT_FIGURES", 28, "figures of the sound that was pushed, int32");
  add("LOGITS", 4 * (model.dense.classes + (model.voice ? 1 : 0)), model.voice ? "int32, then the output of the voice head" : "int32");
  add("PROBABILITIES", 4 * model.dense.classes, "float32");
  add("SCORES", 4 * model.dense.classes, "logits less the largest, scaled, float32");
  add("ANSWER", speakerAnswerBytes(model.dense.classes), "mean answer of the speaker");
  add("CARRIED_ANSWER", speakerAnswerBytes(model.dense.classes), "mean answer that was loaded");
  add("CORRECTION", 4 * model.dense.classes, "what is subtracted from this segment's scores, float32");
  add("GLOBAL_TOTALS", 4 * features, "sums of the global average, int32");
  const average = { name: "FEATURES", bytes: 2 * features, what: "global average, int16" };
  if (plan === "host") add(average.name, average.bytes, average.what);
  add("STAGE_STATE", 8 * buffers.length, "rows arrived and made, int32 each");
  add("ROW_ADDRESSES", 4 * mostRows, "rows that a convolution reads");
  add("CONVOLUTION_SUMS", SUMS.COLUMN_BYTES * (mostColumns + (mostColumns % 2)), "accumulators of four channels and two rows, int32");
  // Taps are read in pairs.
  const wholeGroup = GROUP.WEIGHTS + 4 * (mostTaps + 1);
  add(
    "WEIGHT_GROUP",
    plan === "host" ? wholeGroup : GROUP.WEIGHTS,
    "weight group: bias, multiplier, shift of four channels; host: also their weights",
  );
  const word = wordMemory(model);
  add(
    "PACKED_WEIGHTS",
    plan === "embedded" ? 8 * mostTaps : plan === "word" ? Math.max(word.weightsAndProducts, features) : features,
    "weights of four channels, two in a word; host: of one output of the head; 32-bit products: then the products of a tile",
  );
  add("WINOGRAD_PRODUCTS", 128 * winogradPairs, "of two rows, int64");
  add("WEIGHT_WORD", 4, "where a word of the weights is read");
  add("INITIAL_SUMS", word.initial, "what the sums of a tile begin with, int32");
  const patches = { name: "PATCHES", bytes: 2 * patch * model.coefficients, what: "taps of body I, gathered, int16" };
  const { lookBack } = loadGate();
  const gate = gateMemory(loadGate());
  const gateScratch = { name: "GATE_WEIGHTS", bytes: gate.scratch, what: "weights of the voice gate, and values of its layers, int16" };
  if (plan !== "host") {
    // The spectrum of a frame is not needed any more when the gate hears it, nor what the gate needs when the network gets its MFCCs, nor anything else when the head
    // answers.
    overlay("PATCHES", [
      spectrum,
      average,
      ...(hasStream(frontEnd) ? [gateScratch] : []),
      ...(plan === "word"
        ? [
            {
              name: "TILE_VALUES",
              bytes: word.values,
              what: "input of a layer in tiles, int16, then products of wide tiles and its accumulators, int32",
            },
          ]
        : [patches, { name: "TRANSFORMED_ROWS", bytes: 4 * winogradRow, what: "input rows of one layer for Winograd's kernel, int8" }]),
    ]);
  } else {
    const hostPatch = Math.max(...model.bodyOne.map(hostPatchBytes));
    add(gateScratch.name, gateScratch.bytes, gateScratch.what);
    // The kernel computes whole pooling windows, and pairs of taps.
    add(patches.name, hostPatch * (model.coefficients + 1) + 8, patches.what);
  }
  const { windowRows } = streamShape(named);
  add("GATE_FLOORS", gate.floors, "floors of the gate's bands, int32");
  add("GATE_ROWS", gate.rows, "last rows that the gate's convolutions read, uint8");
  add("GATE_MEANS", gate.means, "running means of the gate's activations, uint16");
  add("STREAM_ANSWER", STREAM_ANSWER_BYTES, "answer of a stream, int32");
  add("STREAM_PROBABILITIES", 4 * model.dense.classes, "mean of its last answers, float32");
  add("STREAM_ROWS", 2 * windowRows * features, "last rows of the last layer, int16");
  add("STREAM_DELAY", 4 * lookBack * frontEnd.coefficients, "coefficients of the frames that the network has not heard yet, float32");
  add("STREAM_SPEECH", windowRows + 2, "frames with speech of each of these rows and the next two, uint8");
  const lineBuffersStart = map.end;
  overlay("LINE_BUFFERS", [
    { name: "LINE_BUFFERS", bytes: buffersBytes, what: "last input rows of every layer" },
    { name: "HISTOGRAM", bytes: 4 * HISTOGRAM_BINS, what: "of |x|, int32" },
    { name: "OUTPUT", bytes: Math.max(OUTPUT_BYTES, featureRows * mfccBytes), what: "converted samples or MFCCs for the host" },
  ]);
  const expanded = expandedLayout(model);
  add("WINOGRAD_SCRATCH", 36 * 16, "one Winograd tile of eight or four channels between the two passes of a transform");
  add("VALUES", expanded.valuesBytes, "a layer's input as its kernel multiplies it, int16");
  add("REPEATED", expanded.repeatedBytes, "the values that a SIMD kernel multiplies next, int16, each pair four times");
  add("PRODUCTS", expanded.productsBytes, "sums, int32");
  add("EXPANDED_REQUANTIZATION", expanded.requantizationBytes, "bias, multiplier, rounding and shift of every layer");
  add("EXPANDED_WEIGHTS", expanded.weightsBytes, "weights of every layer, int16");
  let address = lineBuffersStart;
  for (const buffer of buffers) {
    map.lineBuffers.push({ ...buffer, address });
    address += buffer.rowBytes * buffer.ringRows;
  }
  return map;
}

/** assembly/generated/memory_map.ts */
export function emitMemoryMap(map: MemoryMap): string {
  const rename = (name: string): string => (name === "LINE_BUFFERS" ? "LINE_BUFFERS_START" : name);
  const absent = [
    "PATCHES",
    ...EMBEDDED_ONLY,
    ...WORD_ONLY,
    ...HOST_ONLY,
    ...NORMALIZATION_ONLY,
    ...SCORES_ONLY,
    ...SPEAKER_ANSWERS_ONLY,
    ...STREAM_ONLY,
  ].filter((name) => !map.regions.some((region) => region.name === name));
  const none = absent.map((name) => `/** not in this module */\nexport const ${name}: usize = 0;\nexport const ${name}_BYTES: i32 = 0;`);
  const lines = map.regions.map(({ name, address, bytes, what }) => {
    const size = name === "INPUT" ? `export const INPUT_CAPACITY: i32 = ${bytes};` : `export const ${name}_BYTES: i32 = ${bytes};`;
    return `/** ${what} */\nexport const ${rename(name)}: usize = ${address};\n${size}`;
  });
  const history = [
    constant("RESAMPLER_HISTORY_SAMPLES", "i32", RESAMPLER_HISTORY_SAMPLES[map.plan]),
    constant("RESAMPLER_HISTORY_REPEATED", "i32", RESAMPLER_ROW),
  ].join("");
  return `${[...lines, ...none].join("\n")}\n${history}`;
}
