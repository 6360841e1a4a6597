import { hasStream } from "../model/front_end.js";
import { ACTIVATION_LEVELS, FEATURE_LEVELS, INPUT_LEVELS, LARGEST_LEVEL, LEVEL_QUANTILE, LEVEL_SCALE } from "../model/levels.js";
import type { NamedModel } from "../model/named_model.js";
import { emitAnswerRules } from "./answer_rules.js";
import { checkNamedModel } from "./check_named_model.js";
import { type EnginePlan, emitEnginePlan } from "./engine_plan.js";
import { emitGate, gateBytes, loadGate } from "./gate.js";
import { emitInputAffine } from "./input_affine.js";
import { emitKernels } from "./kernel_templates.js";
import { emitExpandedLayers, emitLayers, emitLineBuffers } from "./layer_tables.js";
import { emitMemoryMap, type MemoryMap, memoryMap } from "./memory_map.js";
import { emitNormalization } from "./normalization.js";
import { emitOptionalExports } from "./optional_exports.js";
import { emitRecordLayouts } from "./record_layouts.js";
import { constant, header, staticArray } from "./source.js";
import { emitStatus, emitStatusText } from "./status.js";
import { emitStream } from "./stream.js";
import { SINC_ZERO_CROSSINGS, type Tables, tables } from "./tables.js";
import { type WeightGroups, weightGroups } from "./weight_groups.js";
import { emitWord } from "./word.js";

export type { NamedModel };

export interface Generated {
  /** AssemblyScript sources by file name, as the module imports them from assembly/generated/. */
  files: Map<string, string>;
  map: MemoryMap;
  /** The bytes of the static array WEIGHTS. */
  weights: Uint8Array;
}

/** Writes a quantized model as AssemblyScript: constants, tables and weights as static arrays. Widths must be multiples of four. */
export function emit(named: NamedModel, plan: EnginePlan = "embedded"): Generated {
  checkNamedModel(named);
  const { model, frontEnd } = named;
  const from = `${named.id} (${named.sha256})`;
  const map = memoryMap(named, plan);
  const frontEndTables = tables(frontEnd);
  const gate = loadGate();
  const weights = weightGroups(model, plan, hasStream(frontEnd) ? gateBytes(gate) : undefined);
  const files = new Map([
    ["status.ts", emitStatus()],
    ["status_text.ts", emitStatusText(frontEnd)],
    ["memory_map.ts", header("memory_map.ts", from) + emitMemoryMap(map)],
    ["model.ts", header("emit.ts", from) + emitModel(named, frontEndTables, weights)],
    ["normalization.ts", header("normalization.ts", from) + emitNormalization(frontEnd)],
    ["input_affine.ts", header("input_affine.ts", from) + emitInputAffine(model.input)],
    ["answer_rules.ts", header("answer_rules.ts", from) + emitAnswerRules(named)],
    ["optional_exports.ts", header("optional_exports.ts", from) + emitOptionalExports(named)],
    ["stream.ts", header("stream.ts", from) + emitStream(named)],
    ["gate.ts", header("gate.ts", gate.id) + (hasStream(frontEnd) ? emitGate(gate, frontEnd, weights.gateOffset) : "export {};\n")],
    ["identity.ts", header("emit.ts", from) + emitIdentity(named)],
    ["tables.ts", header("tables.ts", from) + emitTables(frontEndTables)],
    ["levels.ts", header("emit.ts", "ts-tools/model/levels.ts") + emitLevels()],
    ["record_layouts.ts", header("record_layouts.ts", "its own constants") + emitRecordLayouts()],
    ["layers.ts", header("layer_tables.ts", from) + emitLayers(model, weights, plan)],
    ["expanded_layers.ts", header("layer_tables.ts", from) + emitExpandedLayers(model, map)],
    ["line_buffers.ts", header("layer_tables.ts", from) + emitLineBuffers(model, map)],
    ["word.ts", header("word.ts", from) + emitWord(model)],
    ["engine_plan.ts", header("engine_plan.ts", "its caller") + emitEnginePlan(plan)],
    ["weights.ts", header("emit.ts", from) + emitWeights(weights.bytes.length)],
    ...emitKernels(),
  ]);
  return { files, map, weights: weights.bytes };
}

/** Only room for them: the linker puts the bytes into a passive segment, and a list of half a million numbers takes the compiler seconds. */
function emitWeights(bytes: number): string {
  return `/** Weight groups of every layer, then the head: where they would be, see ts-tools/link. */\nexport const WEIGHTS: usize = memory.data(${bytes}, 1);\n`;
}

/** The largest absolute value of each kind of quantized number. */
function emitLevels(): string {
  return [
    constant("INPUT_LEVELS", "i32", INPUT_LEVELS, "MFCCs: signed."),
    constant("ACTIVATION_LEVELS", "i32", ACTIVATION_LEVELS, "Activations: unsigned."),
    constant("FEATURE_LEVELS", "i32", FEATURE_LEVELS, "Averaged features: unsigned."),
  ].join("");
}

function emitModel(named: NamedModel, { melFirstBin, sincSum, sinc }: Tables, { headOffset }: WeightGroups): string {
  const { frontEnd, model } = named;
  const frame = frontEnd.frameSamples;
  const dctStep = frame / (4 * frontEnd.melBands);
  return [
    constant("SAMPLE_RATE", "i32", frontEnd.sampleRate, "Hz"),
    constant("WINDOW_SAMPLES", "i32", frontEnd.windowSamples),
    constant("FRAME_SAMPLES", "i32", frame),
    constant("HOP_SAMPLES", "i32", frontEnd.hopSamples),
    constant("FRAMES", "i32", model.frames),
    constant("SPECTRUM_POINTS", "i32", frame / 2, "Points of the complex transform."),
    constant("SPECTRUM_POINTS_LOG2", "i32", Math.log2(frame / 2)),
    constant("MEL_BANDS", "i32", frontEnd.melBands),
    constant("MEL_FIRST_BIN", "i32", melFirstBin, "First FFT bin inside the mel filter bank."),
    constant("LOG_FLOOR", "f32", frontEnd.logFloor, "Added before the logarithm."),
    constant("COEFFICIENTS", "i32", frontEnd.coefficients),
    constant("DCT_STEP", "i32", dctStep, "cos(pi (2n+1) k / (2 bands)) is entry (2n+1) k DCT_STEP of the cosines."),
    constant("DCT_SCALE", "f32", 2 / Math.sqrt(2 * frontEnd.melBands)),
    constant("MFCC_CLIP", "f32", frontEnd.clip),
    constant("MFCC_SCALE", "f32", INPUT_LEVELS / frontEnd.clip, "MFCC to 13 bits."),
    constant("LEVEL_QUANTILE", "i32", LEVEL_QUANTILE, "The level of a segment is this quantile of |x|, in thousandths."),
    constant("LEVEL_SCALE", "i32", LEVEL_SCALE, "Thousandths: the unit of that quantile, and of a level in an int16 step."),
    constant("LARGEST_LEVEL", "i32", LARGEST_LEVEL, "Every sample at full scale."),
    constant("SINC_ZERO_CROSSINGS", "i32", SINC_ZERO_CROSSINGS),
    constant("SINC_ENTRIES", "i32", sinc.length),
    constant("SINC_SUM", "i32", sincSum, "Of the entries at whole zero crossings, both sides."),
    constant("CLASSES", "i32", model.dense.classes),
    constant("HEAD_INPUTS", "i32", model.dense.inputs),
    constant("HEAD_OUTPUTS", "i32", model.dense.classes + (model.voice ? 1 : 0), "The classes, then the voice if the model has it."),
    constant("HEAD_OFFSET", "u32", headOffset, "Byte offset of the head in the weights."),
    constant("LOGIT_SCALE", "f32", model.dense.logitScale),
    constant("ACCEPT_THRESHOLD", "f32", named.acceptThreshold, "An answer whose largest probability is lower is uncertain."),
  ].join("");
}

function emitIdentity({ id, sha256, classes }: NamedModel): string {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`);
  const names = new TextEncoder().encode(classes.map((name) => `${name}\0`).join(""));
  return [
    staticArray("MODEL_ID", "u8", bytes(id), 32, `"${id}", zero-terminated UTF-8`),
    staticArray("MODEL_HASH", "u8", bytes(sha256), 32, "SHA-256 of the quantized weights, hexadecimal, zero-terminated"),
    staticArray("CLASS_NAMES", "u8", names, 32, `${classes.join(", ")}: zero-terminated UTF-8, one after another`),
  ].join("");
}

function emitTables({ cosines, melShares, melBandBins, sinc }: Tables): string {
  return [
    staticArray("COSINES", "f32", cosines, 8, "cos(2 pi j / frame), j = 0 .. frame - 1"),
    staticArray("MEL_SHARES", "f32", melShares, 8, "share of each FFT bin in the filter in which it rises"),
    staticArray("MEL_BAND_BINS", "u8", melBandBins, 32, "FFT bins in each band between two mel centers"),
    staticArray("SINC", "i16", sinc, 16, "windowed sinc, 64 entries a zero crossing"),
  ].join("");
}
