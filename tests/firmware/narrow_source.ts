/** A trained model that is narrower than the one that ships: what remains of it when only the first numbers of every tensor are kept. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../support/paths.js";
import { FULL_WIDTHS, NARROW_WIDTHS } from "../support/random_model.js";

interface TensorSpec {
  shape: number[];
}

/** Channels of the paper's network -> an eighth; body II begins with those of three paths. Other sizes stay. */
const NARROWER = new Map(FULL_WIDTHS.map((width, index) => [width, NARROW_WIDTHS[index]!]));
const narrower = (size: number): number => NARROWER.get(size) ?? size;
const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Writes what `light-sernet build` takes, with this id. */
export function writeNarrowSource(folder: string, id: string): void {
  const full = (name: string): Buffer => readFileSync(join(repositoryRoot, "weights", "full", name));
  const numbers = full("group1-shard1of1.bin");
  const kept: Buffer[] = [];
  let at = 0;
  const model = JSON.parse(full("model.json").toString(), (key, value) => {
    if (key === "dim") return (value as { size: string }[]).map(({ size }) => ({ size: String(narrower(Number(size))) }));
    if (key !== "weights") return value as unknown;
    return (value as TensorSpec[]).map((tensor) => {
      const shape = tensor.shape.map(narrower);
      kept.push(numbers.subarray(at, at + 4 * countOf(shape)));
      at += 4 * countOf(tensor.shape);
      return { ...tensor, shape };
    });
  }) as unknown;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "model.json"), JSON.stringify(model));
  writeFileSync(join(folder, "group1-shard1of1.bin"), Buffer.concat(kept));
  const sidecar = JSON.parse(full("light-sernet.json").toString()) as { voice: { weights: number[]; bias: number } };
  const voice = { ...sidecar.voice, weights: sidecar.voice.weights.slice(0, narrower(sidecar.voice.weights.length)) };
  writeFileSync(join(folder, "light-sernet.json"), JSON.stringify({ ...sidecar, voice, id }));
}
