/** A built model of an eighth of the paper's widths with random weights: quick to build and run, with the real module around it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NamedModel } from "../../ts-tools/emit/emit.js";
import { frameCount, REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import { buildManifest, manifestText } from "../../ts-tools/model/manifest.js";
import type { QuantizedModel } from "../../ts-tools/model/model_types.js";
import { cached } from "./cache.js";
import { NARROW_WIDTHS, randomModel } from "./random_model.js";

export const NARROW_CLASSES = ["boredom", "neutral", "sadness", "fear", "anger", "disgust", "happiness"];
export const NARROW_ID = "narrow-random";
/** Among the answers to voice() some are above it, some below. */
export const NARROW_THRESHOLD = Math.fround(0.91);

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
  const manifest = buildManifest({
    id: NARROW_ID,
    sourceFile: "narrow_build.ts",
    sourceSha256: "0".repeat(64),
    classes,
    acceptThreshold: NARROW_THRESHOLD,
    frontEnd,
    float: { ...model, format: "random" },
    quantized: model,
    activationScales: { bodyOne: 1, bodyTwo: [1, 1, 1, 1], features: 1 },
    version: "0.0.0",
  });
  const named: NamedModel = { id: NARROW_ID, sha256: manifest.sha256, classes, acceptThreshold: NARROW_THRESHOLD, frontEnd, model };

  const folder = await cached(`narrow ${manifestText(manifest)}`, async (folder) => {
    // Compiler and optimizer take half a second to load, which a file whose build is there already is spared.
    const [{ buildModules }, { compileOnce }] = await Promise.all([
      import("../../ts-tools/link/build_modules.js"),
      import("./compile_once.js"),
    ]);
    const { embedded, command, generated } = await buildModules(named, { command: true }, compileOnce);
    writeFileSync(join(folder, "model.json"), manifestText(manifest));
    writeFileSync(join(folder, "memory_map.json"), JSON.stringify({ bytes: 65536, regions: generated.map.regions }));
    writeFileSync(join(folder, "light-sernet.wasm"), embedded);
    writeFileSync(join(folder, "light-sernet-cli.wasm"), command!);
  });
  return { folder, model };
}
