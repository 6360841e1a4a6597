/** A built model of an eighth of the paper's widths with random weights: quick to build and run, with the real module around it. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emit } from "../../ts-tools/emit/emit.js";
import { tiles } from "../../ts-tools/emit/tiles.js";
import { compile } from "../../ts-tools/link/compile.js";
import { link } from "../../ts-tools/link/link.js";
import { frameCount, REFERENCE_FRONT_END } from "../../ts-tools/quantize/front_end.js";
import { countNetwork } from "../../ts-tools/quantize/layer_shapes.js";
import type { Manifest, QuantizedModel } from "../../ts-tools/quantize/model_types.js";
import { NARROW_WIDTHS, randomModel } from "./random_model.js";

export const NARROW_CLASSES = ["boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness"];
export const NARROW_ID = "narrow-random";

export interface NarrowBuild {
  /** model.json, memory_map.json, light-sernet.wasm, light-sernet-cli.wasm. */
  folder: string;
  module: Uint8Array<ArrayBuffer>;
  model: QuantizedModel;
  manifest: Manifest;
  remove(): void;
}

export async function narrowBuild(seed = 1): Promise<NarrowBuild> {
  const frontEnd = REFERENCE_FRONT_END;
  const frames = frameCount(frontEnd);
  const classes = NARROW_CLASSES;
  const model = randomModel({ seed, widths: NARROW_WIDTHS, frames, coefficients: frontEnd.coefficients, classes: classes.length });
  const weights = tiles(model).bytes;
  const sha256 = createHash("sha256").update(weights).digest("hex");
  const { files, map } = emit({ id: NARROW_ID, sha256, classes, frontEnd, model });
  const build = async (target: "embedded" | "command", maximum: number) =>
    new Uint8Array(link({ binary: await compile(target, files, map.end), weights, pages: { initial: 1, maximum } }));
  const module = await build("embedded", 1);
  const command = await build("command", 65535);
  const manifest = manifestOf(model, sha256);
  const folder = mkdtempSync(join(tmpdir(), "light-sernet-narrow-"));
  writeFileSync(join(folder, "model.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "memory_map.json"), JSON.stringify({ bytes: 65536, regions: map.regions }));
  writeFileSync(join(folder, "light-sernet.wasm"), module);
  writeFileSync(join(folder, "light-sernet-cli.wasm"), command);
  return { folder, module, model, manifest, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function manifestOf(model: QuantizedModel, sha256: string): Manifest {
  const { dense } = model;
  const counts = countNetwork(model);
  return {
    format: "light-sernet",
    formatVersion: 1,
    id: NARROW_ID,
    sha256,
    source: { format: "random", file: "narrow_build.ts", sha256 },
    classes: NARROW_CLASSES,
    frontEnd: REFERENCE_FRONT_END,
    network: {
      frames: model.frames,
      coefficients: model.coefficients,
      layers: [...model.bodyOne, ...model.bodyTwo].map(({ weights, weightScales, bias, multiplier, shift, ...layer }) => layer),
      dense: { inputs: dense.inputs, classes: dense.classes, inputScale: dense.inputScale, weightScale: dense.weightScale, logitScale: dense.logitScale },
      parameters: counts.parameters,
      weightBytes: counts.weights,
      multiplyAccumulates: counts.multiplyAccumulates,
    },
    activationScales: { bodyOne: 1, bodyTwo: [1, 1, 1, 1], features: 1 },
    version: "0.0.0",
  };
}
