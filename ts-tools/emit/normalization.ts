import { createHash } from "node:crypto";
import { adaptationBytes } from "../abi/adaptation.js";
import type { FrontEnd } from "../model/model_types.js";
import { constant, staticArray } from "./source.js";

/** assembly/generated/normalization.ts. Without a normalization the constants are there, but no code that is compiled reads them. */
export function emitNormalization(frontEnd: FrontEnd): string {
  const { normalization, melBands, coefficients } = frontEnd;
  const number = (value: number | undefined): number => Math.fround(value ?? 0);
  return [
    `/** Whether a running mean is subtracted from the coefficients. */\nexport const NORMALIZES: bool = ${normalization !== undefined};\n`,
    constant("ENERGY_FACTOR", "f32", number(1 / Math.sqrt(2 * melBands)), "The zeroth coefficient times this is the mean log energy."),
    constant("ENERGY_SCALE", "f32", number(normalization?.energyScale), "Of the normalized zeroth coefficient."),
    constant("MEAN_SHARE", "f32", number(normalization?.share), "The part of the mean that is subtracted."),
    constant(
      "MEAN_DECAY",
      "f32",
      number(normalization && 1 - 1 / normalization.horizon),
      "Of the mean's weight with each frame of speech.",
    ),
    constant("START_WEIGHT", "f32", number(normalization?.startWeight), "Frames that TRAINING_MEAN counts as at the start of a segment."),
    constant("CARRIED_WEIGHT", "f32", number(normalization?.carriedWeight), "The same of a mean that was carried over."),
    constant("SPEECH_RANGE", "f32", number(normalization?.speechRange), "Nepers below the loudest frame."),
    constant("SPEECH_FLOOR", "f32", number(normalization?.speechFloor), "Nepers; frames at or below are silent."),
    constant(
      "FRONT_END_HASH",
      "i32",
      normalization ? hashOf(frontEnd) : 0,
      "Of all the front end's numbers, on which statistics of coefficients depend.",
    ),
    constant(
      "FRONT_END_STATISTICS",
      "i32",
      adaptationBytes(coefficients),
      "Bytes of a speaker's statistics; the mean answer comes after them.",
    ),
    normalization
      ? staticArray("TRAINING_MEAN", "f32", Float32Array.from(normalization.mean), 8, "mean of the training corpora")
      : constant("TRAINING_MEAN", "usize", 0),
  ].join("");
}

/** The first 32 bits of the SHA-256 of a value as JSON, signed. Names in alphabetical order: a manifest's order does not count. */
export function hashOf(value: unknown): number {
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
  return createHash("sha256").update(text).digest().readInt32LE(0);
}
