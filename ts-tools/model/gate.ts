/** The voice gate (docs/arithmetic.md, 10): one for all models, from weights/gate/gate.json. */
import { ModelError } from "./model_error.js";

export interface Gate {
  id: string;
  /** Mel bands are pooled to as many; a power of two. */
  bands: number;
  /** Of every layer; a multiple of four. */
  channels: number;
  /** Shifts by which a band's floor moves up and down. */
  floorRise: number;
  floorFall: number;
  /** Sixteenths of a neper: what is quieter counts as loud as this. */
  leastEnergy: number;
  /** Frames by which the score is late: that of a frame says whether somebody spoke so many frames ago. Nothing computes with it. */
  lookAhead: number;
  /** Frames before an opening that count as speech: the stream's network hears each frame so much later than the gate. */
  lookBack: number;
  /** Somebody speaks after `frames` with at least this score, nobody does after `frames` with less; scores in 1/1024. */
  open: GateThreshold;
  close: GateThreshold;
  input: GateLayer;
  blocks: readonly GateBlock[];
  output: GateLayer;
}

export interface GateThreshold {
  score: number;
  frames: number;
}

/** bias in 1/1024 [outputs], weights in 1/64 [outputs][inputs]. */
export interface GateLayer {
  bias: readonly number[];
  weights: readonly number[];
}

/** A causal convolution in time, each channel by itself, with a running mean, then a layer. */
export interface GateBlock extends GateLayer {
  /** Frames between taps. */
  dilation: number;
  /** In 1/64, [GATE_TAPS][channels], the newest frame's first. */
  taps: readonly number[];
  /** The running mean moves by 1 / 2^memoryShift of its distance; it has a tap, too, in 1/64 [channels]. */
  memoryShift: number;
  memory: readonly number[];
}

/** Of each convolution. */
export const GATE_TAPS = 4;

/** Fraction bits of a running mean. */
export const GATE_MEAN_BITS = 7;

/** Bits by which a sum is shifted to the scale of activations. */
export const GATE_SHIFT = 6;

/** Activations are 0 to this, inputs within this to both sides. */
export const GATE_LEVELS = { activation: 255, input: 127 } as const;

/** Sixteenths of a neper a step: what the network receives. */
export const GATE_STEPS = 16;

/** Of lookAhead and lookBack. */
const MOST_LOOK = 31;

export function parseGate(text: string, file: string): Gate {
  const gate = JSON.parse(text) as Gate;
  const { bands, channels, blocks, input, output } = gate;
  const refuse = (what: string): never => {
    throw new ModelError(`${file}: ${what}; make it again with \`python -m training.gate.train\``);
  };
  if (![8, 16, 32].includes(bands)) refuse(`it has ${bands} bands, but bands are 8, 16 or 32`);
  if (channels % 4 !== 0) refuse(`it has ${channels} channels, which are not a multiple of four`);
  for (const [name, least] of [
    ["lookAhead", 0],
    ["lookBack", 1],
  ] as const) {
    if (!(Number.isInteger(gate[name]) && gate[name] >= least && gate[name] <= MOST_LOOK))
      refuse(`${name} is not an integer from ${least} to ${MOST_LOOK}`);
  }
  const check = (name: string, numbers: readonly number[], count: number, largest: number): void => {
    if (numbers.length !== count) refuse(`${name} has ${numbers.length} numbers instead of ${count}`);
    if (!numbers.every((number) => Number.isInteger(number) && Math.abs(number) <= largest))
      refuse(`${name} has a number that is not an integer from -${largest} to ${largest}`);
  };
  const checkLayer = (name: string, layer: GateLayer, inputs: number, outputs: number): void => {
    check(`the bias of ${name}`, layer.bias, outputs, 32767);
    check(name, layer.weights, outputs * inputs, 127);
  };
  checkLayer("the input layer", input, 2 * bands, channels);
  for (const [index, block] of blocks.entries()) {
    check(`the convolution of block ${index}`, block.taps, GATE_TAPS * channels, 127);
    check(`the memory of block ${index}`, block.memory, channels, 127);
    checkLayer(`the layer of block ${index}`, block, channels, channels);
  }
  checkLayer("the output layer", output, channels, 1);
  return gate;
}
