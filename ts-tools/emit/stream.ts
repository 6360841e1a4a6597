import { SMALLEST_TRACKED_LEVEL, STREAM_ANSWER, STREAM_EVENT, STREAM_LIMITS, STREAM_STATE } from "../abi/stream.js";
import type { NamedModel } from "../model/named_model.js";
import { shapedLayers } from "./network_shape.js";
import { constant } from "./source.js";

/** Frames of quiet after which the network rests: 3 s. By then every line buffer holds silence alone (docs/arithmetic.md, 9). */
const REST_FRAMES = 188;
/** The tracked level is the largest of this block of frames with speech and the one before: 1 s each. */
const LEVEL_FRAMES = 62;
/** Nepers by which the loudest frame is forgotten with each frame. */
const LOUDEST_FADING = 1 / 64;

/** How rows of the last layer follow from frames. */
export interface StreamShape {
  /** Rows of a window: an answer is over as many. */
  windowRows: number;
  /** Frames of a row, and those after its last one that it needs. */
  rowFrames: number;
  lookAheadFrames: number;
}

export function streamShape({ model }: Pick<NamedModel, "model">): StreamShape {
  const layers = shapedLayers(model);
  const pooled = layers.slice(model.bodyOne.length, -1);
  const height = Math.max(...model.bodyOne.map((path) => path.kernelHeight));
  // The last row that a layer needs for row 0 of the last: from there back, every layer has two rows for each pooled one.
  let needed = 0;
  for (const kernelHeight of [...pooled.map(({ layer }) => layer.kernelHeight).reverse(), height])
    needed = 2 * needed + 1 + (kernelHeight >> 1);
  const rowFrames = 2 ** (pooled.length + 1);
  return { windowRows: layers.at(-1)!.rows, rowFrames, lookAheadFrames: needed - (rowFrames - 1) };
}

/** assembly/generated/stream.ts */
export function emitStream(named: Pick<NamedModel, "model" | "frontEnd">): string {
  const { windowRows, rowFrames, lookAheadFrames } = streamShape(named);
  const numbers = (prefix: string, values: Readonly<Record<string, number>>, type: "i32" | "usize"): string[] =>
    Object.entries(values).map(([name, value]) => constant(`${prefix}_${name}`, type, value));
  const offsets = Object.fromEntries(Object.keys(STREAM_ANSWER).map((name, index) => [name, 4 * index]));
  return [
    constant("WINDOW_ROWS", "i32", windowRows, "Rows of the last layer that an answer is over."),
    constant("ROW_FRAMES", "i32", rowFrames, "Frames of one of them."),
    constant("LOOK_AHEAD_FRAMES", "i32", lookAheadFrames, "Frames after those of a row that it needs."),
    constant(
      "ROWS_AHEAD",
      "i32",
      Math.floor((rowFrames - 1 + lookAheadFrames) / rowFrames),
      "Rows from a row that is done to that of the newest frame.",
    ),
    constant("REST_FRAMES", "i32", REST_FRAMES, "After so much quiet the network rests."),
    constant("LEVEL_FRAMES", "i32", LEVEL_FRAMES, "Frames of a block of the tracked level."),
    constant("SMALLEST_TRACKED_LEVEL", "i32", SMALLEST_TRACKED_LEVEL, "int16 steps."),
    constant("LOUDEST_FADING", "f32", Math.fround(LOUDEST_FADING), "Nepers a frame."),
    constant(
      "ENERGY_STEP",
      "f32",
      Math.fround(Math.sqrt(2 * named.frontEnd.melBands)),
      "Of the zeroth coefficient for a neper of loudness.",
    ),
    constant("MOST_SMOOTHING", "i32", STREAM_LIMITS.smoothing),
    constant("MOST_HOLD", "i32", STREAM_LIMITS.hold),
    ...numbers("ANSWER", offsets, "usize"),
    ...numbers("STATE", Object.fromEntries(Object.entries(STREAM_STATE).map(([name, value]) => [name.toUpperCase(), value])), "i32"),
    ...numbers("EVENT", STREAM_EVENT, "i32"),
  ].join("");
}
