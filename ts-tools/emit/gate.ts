import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../host/package_root.js";
import { GATE_LEVELS, GATE_SHIFT, GATE_STEPS, GATE_TAPS, type Gate, type GateLayer, parseGate } from "../model/gate.js";
import type { FrontEnd } from "../model/model_types.js";
import { align } from "./align.js";
import { constant, staticArray } from "./source.js";

/** The gate that ships. */
export function loadGate(): Gate {
  const file = path.join(packageRoot(), "weights", "gate", "gate.json");
  return parseGate(readFileSync(file, "utf8"), file);
}

/** The gate's weights as the module loads them: the layers in their order, each an int16 bias [outputs], then int8 weights; the output's bias is int32. */
export function gateBytes({ input, blocks, output }: Gate): Uint8Array {
  const bytes: number[] = [];
  const biases = (layer: GateLayer): number[] => layer.bias.flatMap((bias) => [bias & 255, (bias >> 8) & 255]);
  bytes.push(...biases(input), ...input.weights);
  for (const block of blocks) bytes.push(...block.taps, ...block.memory, ...biases(block), ...block.weights);
  const bias = output.bias[0] ?? 0;
  bytes.push(bias & 255, (bias >> 8) & 255, (bias >> 16) & 255, (bias >> 24) & 255, ...output.weights);
  return Uint8Array.from(bytes, (byte) => byte & 255);
}

/** Bytes of the gate's regions of memory. */
export interface GateMemory {
  /** int32 [bands] */
  floors: number;
  /** uint8, of each block as many rows as its taps reach back. */
  rows: number;
  /** int16, of each block the running means. */
  means: number;
  /** The weights, then int16 values. */
  scratch: number;
  /** Offset of the values in it: inputs of a layer, then its outputs. */
  values: number;
  outputs: number;
}

export function gateMemory(gate: Gate): GateMemory {
  const { bands, channels, blocks } = gate;
  const values = align(gateBytes(gate).length, 8);
  const outputs = 2 * Math.max(2 * bands, channels);
  return {
    floors: 4 * bands,
    rows: channels * blocks.reduce((rows, { dilation }) => rows + (GATE_TAPS - 1) * dilation + 1, 0),
    means: 2 * channels * blocks.length,
    scratch: values + outputs + 2 * channels,
    values,
    outputs,
  };
}

/** assembly/generated/gate.ts. `offset`: of its bytes in the weights. */
export function emitGate(gate: Gate, { melBands }: FrontEnd, offset: number): string {
  const { bands, channels, blocks, floorRise, floorFall, leastEnergy, lookBack, open, close } = gate;
  const perBand = melBands / bands;
  const { values, outputs } = gateMemory(gate);
  return [
    constant("GATE_OFFSET", "u32", offset, "Of the gate in the weights."),
    constant("GATE_BYTES", "u32", gateBytes(gate).length),
    constant("VALUES_OFFSET", "usize", values, "Of the layers' values, after the weights."),
    constant("OUTPUTS_OFFSET", "usize", outputs, "Of a layer's outputs from its inputs."),
    constant("BANDS", "i32", bands),
    constant("BANDS_LOG2", "i32", Math.log2(bands)),
    constant("MEL_PER_BAND", "i32", perBand),
    constant("POOL_SCALE", "f32", GATE_STEPS / perBand, "A sum of log mel energies to the mean in sixteenths of a neper."),
    constant("LEAST_ENERGY", "i32", leastEnergy),
    constant("FLOOR_RISE", "i32", floorRise),
    constant("FLOOR_FALL", "i32", floorFall),
    constant("LARGEST_INPUT", "i32", GATE_LEVELS.input),
    constant("LARGEST_ACTIVATION", "i32", GATE_LEVELS.activation),
    constant("SHIFT", "i32", GATE_SHIFT),
    constant("CHANNELS", "i32", channels),
    constant("BLOCKS", "i32", blocks.length),
    constant("TAPS", "i32", GATE_TAPS),
    constant("OPEN_SCORE", "i32", open.score),
    constant("OPEN_FRAMES", "i32", open.frames),
    constant("CLOSE_SCORE", "i32", close.score),
    constant("CLOSE_FRAMES", "i32", close.frames),
    constant("LOOK_BACK_FRAMES", "i32", lookBack, "Frames before an opening that count as speech."),
    staticArray(
      "DILATIONS",
      "u8",
      blocks.map(({ dilation }) => dilation),
      8,
      "frames between taps",
    ),
    staticArray(
      "MEAN_SHIFTS",
      "u8",
      blocks.map(({ memoryShift }) => memoryShift),
      8,
      "of the running means",
    ),
  ].join("");
}
