/** From mel bands to coefficients, in float64. */
import type { Recipe } from "./recipe.js";

/** Numbers of frames, row major: [frames, columns]. */
export interface Matrix {
  frames: number;
  columns: number;
  values: Float64Array;
}

/** `bands` [frames, melBands]; `energies` [frames] of the kind that recipe.first names, if it names one. */
export function cepstrum(bands: Float64Array, energies: Float64Array, columns: number, recipe: Recipe): Matrix {
  const { melBands, lifter, first, clip } = recipe;
  const frames = energies.length;
  const logs = logarithms(bands, recipe);
  const values = new Float64Array(frames * columns);
  const cosines = cosineTable(melBands, columns, first === "left out" ? 1 : 0);
  for (let column = 0; column < columns; column++) {
    const k = first === "left out" ? column + 1 : column;
    const row = cosines.subarray(column * melBands, (column + 1) * melBands);
    const gain = dctGain(recipe, k) * (lifter === 0 ? 1 : 1 + (lifter / 2) * Math.sin((Math.PI * k) / lifter));
    for (let t = 0; t < frames; t++) {
      let sum = 0;
      for (let n = 0; n < melBands; n++) sum += logs[t * melBands + n]! * row[n]!;
      values[t * columns + column] = gain * sum;
    }
  }
  if (first === "spectrum energy" || first === "frame energy")
    for (let t = 0; t < frames; t++) values[t * columns] = Math.log(Math.max(energies[t]!, 2 ** -52));
  const matrix = { frames, columns, values };
  standardize(matrix, recipe.statistics);
  if (clip !== undefined) for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max(values[i]!, -clip), clip);
  return matrix;
}

const tables = new Map<string, Float64Array>();

/** cos(pi (2n + 1) k / (2 bands)): [columns, bands], k from `from` on; kept, because cosines take longer than the sums. */
function cosineTable(bands: number, columns: number, from: number): Float64Array {
  const key = [bands, columns, from].join();
  const cosine = (_: unknown, i: number): number =>
    Math.cos((Math.PI * (2 * (i % bands) + 1) * (Math.floor(i / bands) + from)) / (2 * bands));
  const table = tables.get(key) ?? Float64Array.from({ length: columns * bands }, cosine);
  tables.set(key, table);
  return table;
}

const LOGARITHM: Readonly<Record<Recipe["log"], number>> = {
  ln: 1,
  log10: 1 / Math.LN10,
  "10 log10": 10 / Math.LN10,
  "20 log10": 20 / Math.LN10,
};

function logarithms(bands: Float64Array, { log, logFloor, floorKind, topDb }: Recipe): Float64Array {
  const factor = LOGARITHM[log];
  const logs = bands.map((band) => factor * Math.log(floorKind === "added" ? band + logFloor : Math.max(band, logFloor)));
  if (topDb === undefined) return logs;
  const least = logs.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY) - topDb;
  return logs.map((value) => Math.max(value, least));
}

function dctGain({ dct, melBands }: Recipe, k: number): number {
  if (dct === "none") return 2;
  return Math.sqrt(2 / melBands) * (dct === "ortho" && k === 0 ? Math.SQRT1_2 : 1);
}

function standardize({ frames, columns, values }: Matrix, statistics: Recipe["statistics"]): void {
  if (statistics === "none" || frames === 0) return;
  for (let column = 0; column < columns; column++) {
    let mean = 0;
    for (let t = 0; t < frames; t++) mean += values[t * columns + column]! / frames;
    let variance = 0;
    for (let t = 0; t < frames; t++) variance += (values[t * columns + column]! - mean) ** 2 / frames;
    const deviation = statistics === "mean" || variance === 0 ? 1 : Math.sqrt(variance);
    for (let t = 0; t < frames; t++) values[t * columns + column] = (values[t * columns + column]! - mean) / deviation;
  }
}
