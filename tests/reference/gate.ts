/** The voice gate of docs/arithmetic.md, section 10, slowly and plainly: every layer keeps all that it has computed. */
import { GATE_TAPS, type Gate, type GateLayer } from "../../ts-tools/model/gate.js";
import { clamp, f32, nearest } from "./rounding.js";

/** What the gate makes of one frame. */
export interface GateFrame {
  /** Sixteenths of a neper: above the floor [bands], then the shape [bands]. */
  features: number[];
  /** Logarithm of the odds in 1/1024. */
  score: number;
  speaking: boolean;
}

/** A gate that has heard nothing. Each call takes the log mel energies of the next frame, float32 [melBands]. */
export function gateListener(gate: Gate): (mel: Float32Array) => GateFrame {
  const floors: number[] = [];
  /** Of each block: what it received, the newest frame last. */
  const heard: number[][][] = gate.blocks.map(() => []);
  /** Of each block: the running means in 1/128. */
  const means: number[][] = gate.blocks.map(() => new Array<number>(gate.channels).fill(0));
  let state = { speaking: false, frames: 0 };
  return (mel) => {
    const features = bandFeatures(gate, mel, floors);
    let values = dense(features, gate.input, gate.channels).map(activation);
    for (const [index, block] of gate.blocks.entries()) {
      const rows = heard[index]!;
      rows.push(values);
      const mean = means[index]!;
      for (const [channel, value] of values.entries())
        mean[channel]! += Math.floor((128 * value - mean[channel]!) / 2 ** block.memoryShift);
      const convolved = values.map((_, channel) => {
        let sum = 0;
        for (let tap = 0; tap < GATE_TAPS; tap++) {
          const row = rows[rows.length - 1 - tap * block.dilation];
          sum += (row?.[channel] ?? 0) * block.taps[tap * gate.channels + channel]!;
        }
        return rounded(sum + Math.floor((mean[channel]! * block.memory[channel]!) / 128));
      });
      values = dense(convolved, block, gate.channels).map(activation);
    }
    const score = dense(values, gate.output, 1)[0]!;
    state = hysteresis(gate, state, score);
    return { features, score, speaking: state.speaking };
  };
}

/** `floors`: of every band in 1/4096 of a neper, moved by this frame; empty before the first. */
function bandFeatures({ bands, leastEnergy, floorRise, floorFall }: Gate, mel: Float32Array, floors: number[]): number[] {
  const perBand = mel.length / bands;
  const energies = Array.from({ length: bands }, (_, band) => {
    let sum = 0;
    for (let neighbor = 0; neighbor < perBand; neighbor++) sum = f32(sum + mel[band * perBand + neighbor]!);
    return Math.max(leastEnergy, nearest(f32(sum * f32(16 / perBand))));
  });
  const above = energies.map((energy, band) => {
    const before = floors[band] ?? 256 * energy;
    const distance = 256 * energy - before;
    floors[band] = before + Math.floor(distance / 2 ** (distance > 0 ? floorRise : floorFall));
    return energy - Math.floor(floors[band]! / 256);
  });
  const mean = Math.floor(energies.reduce((sum, energy) => sum + energy) / bands);
  return [...above, ...energies.map((energy) => energy - mean)].map((feature) => clamp(feature, -127, 127));
}

/** In 1/1024. */
function dense(values: readonly number[], { bias, weights }: GateLayer, outputs: number): number[] {
  return Array.from({ length: outputs }, (_, output) =>
    values.reduce((sum, value, input) => sum + value * weights[output * values.length + input]!, bias[output]!),
  );
}

/** 1/1024 to 1/16. */
function rounded(sum: number): number {
  return Math.floor((sum + 32) / 64);
}

function activation(sum: number): number {
  return clamp(rounded(sum), 0, 255);
}

/** `frames` is how many in a row have spoken for a change. */
function hysteresis(
  { open, close }: Gate,
  { speaking, frames }: { speaking: boolean; frames: number },
  score: number,
): { speaking: boolean; frames: number } {
  if (speaking ? score >= close.score : score < open.score) return { speaking, frames: 0 };
  if (frames + 1 < (speaking ? close : open).frames) return { speaking, frames: frames + 1 };
  return { speaking: !speaking, frames: 0 };
}
