/** A built model of an eighth of the paper's widths with random weights: quick to build and run, with the real module around it. */
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emit } from "../../ts-tools/emit/emit.js";
import { tiles } from "../../ts-tools/emit/tiles.js";
import { compile } from "../../ts-tools/link/compile.js";
import { link } from "../../ts-tools/link/link.js";
import { frameCount, REFERENCE_FRONT_END } from "../../ts-tools/quantize/front_end.js";
import { countNetwork } from "../../ts-tools/quantize/layer_shapes.js";
import type { Manifest, QuantizedModel } from "../../ts-tools/quantize/model_types.js";
import { repositoryRoot } from "./paths.js";
import { NARROW_WIDTHS, randomModel } from "./random_model.js";

export const NARROW_CLASSES = ["boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness"];
export const NARROW_ID = "narrow-random";

export interface NarrowBuild {
  /** model.json, memory_map.json, light-sernet.wasm, light-sernet-cli.wasm. */
  folder: string;
  model: QuantizedModel;
}

/** Builds it, or takes the one that another test built from the same sources. */
export async function narrowBuild(): Promise<NarrowBuild> {
  const frontEnd = REFERENCE_FRONT_END;
  const classes = NARROW_CLASSES;
  const shape = { frames: frameCount(frontEnd), coefficients: frontEnd.coefficients, classes: classes.length };
  const model = randomModel({ seed: 1, widths: NARROW_WIDTHS, ...shape });
  const weights = tiles(model).bytes;
  const sha256 = createHash("sha256").update(weights).digest("hex");
  const { files, map } = emit({ id: NARROW_ID, sha256, classes, frontEnd, model });

  const folder = join(tmpdir(), `light-sernet-narrow-${sourcesHash(files).slice(0, 16)}`);
  if (existsSync(folder)) return { folder, model };
  const build = async (target: "embedded" | "command", maximum: number) =>
    link({ binary: await compile(target, files, map.end), weights, pages: { initial: 1, maximum } });
  const beside = mkdtempSync(`${folder}-`);
  writeFileSync(join(beside, "model.json"), JSON.stringify(manifestOf(model, sha256)));
  writeFileSync(join(beside, "memory_map.json"), JSON.stringify({ bytes: 65536, regions: map.regions }));
  writeFileSync(join(beside, "light-sernet.wasm"), await build("embedded", 1));
  writeFileSync(join(beside, "light-sernet-cli.wasm"), await build("command", 65535));
  try {
    renameSync(beside, folder);
  } catch {
    // Another test was faster.
    rmSync(beside, { recursive: true });
  }
  return { folder, model };
}

/** Of everything that the modules are made from. */
function sourcesHash(generated: ReadonlyMap<string, string>): string {
  const hash = createHash("sha256");
  for (const [name, text] of generated) hash.update(name).update(text);
  const sources = readdirSync(join(repositoryRoot, "assembly"), { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.startsWith("generated"),
  );
  for (const name of [...sources.map((source) => join("assembly", source)).sort(), "asconfig.json", "ts-tools/link/link.ts"]) {
    hash.update(name).update(readFileSync(join(repositoryRoot, name)));
  }
  return hash.digest("hex");
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
      dense: {
        inputs: dense.inputs,
        classes: dense.classes,
        inputScale: dense.inputScale,
        weightScale: dense.weightScale,
        logitScale: dense.logitScale,
      },
      parameters: counts.parameters,
      weightBytes: counts.weights,
      multiplyAccumulates: counts.multiplyAccumulates,
    },
    activationScales: { bodyOne: 1, bodyTwo: [1, 1, 1, 1], features: 1 },
    version: "0.0.0",
  };
}
