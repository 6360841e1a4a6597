/**
 * Where the network's time goes, layer by layer, in Node.
 *
 *     node dist/bench/layers.js [--model DIR] [--out FILE]
 *
 * A frame that is pushed completes blocks of rows in some of the layers, the same ones in every run. From the median times of the 184 pushes and the blocks that
 * each completes, least squares finds the time of a block of every layer. Beside it stand the multiplications that the layer really does, and what the
 * instruction reaches at most on this machine, in the same process. Prints a table, and writes the figures as JSON with --out.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { lineBuffers } from "../ts-tools/emit/line_buffers.js";
import { shapedLayers, taps } from "../ts-tools/emit/network_shape.js";
import { runIfMain } from "../ts-tools/host/main_module.js";
import { median } from "../ts-tools/host/median.js";
import { packageVersion } from "../ts-tools/host/package_info.js";
import { packageRoot } from "../ts-tools/host/package_root.js";
import { writeWhole } from "../ts-tools/host/pending_files.js";
import { table } from "../ts-tools/host/table.js";
import { printLine } from "../ts-tools/host/terminal.js";
import { moduleFile } from "../ts-tools/model/builds.js";
import type { QuantizedModel } from "../ts-tools/model/model_types.js";
import { parseManifest } from "../ts-tools/model/parse_manifest.js";
import { readWeights } from "../ts-tools/model/weights_file.js";
import { Engine } from "../ts-tools/runtime/engine.js";
import { loadFromFolder } from "../ts-tools/runtime/loader_node.js";
import { assembleLimit, limitKernels, limitSteps } from "./compare/limits.js";
import { layerMultiplies } from "./compare/multiplies.js";
import { leastSquares } from "./least_squares.js";
import { machine, today } from "./measured/machine.js";
import { measuredModules } from "./measured/modules.js";

const BUILDS = ["scalar", "simd"] as const;
type Build = (typeof BUILDS)[number];

export interface LayerTime {
  layer: string;
  ms: number;
  /** By definition, and what the build multiplies. */
  macs: number;
  multiplies: number;
  /** 10^9 multiplications per second. */
  gmacs: number;
  shareOfLimit: number;
}

export interface BuildLayers {
  build: Build;
  /** What the pushes cost that complete nothing, all frames. */
  frameMs: number;
  limitGmacs: number;
  layers: LayerTime[];
}

const ROUNDS = 400;
const WARM_UP = 100;
const LIMIT_ROUNDS = 8;

/** How many blocks of rows each push completes in each stage, and how many blocks a stage has: the last ones are made in finishNetwork(). */
function blocksOfPushes(model: QuantizedModel, build: Build): { pushes: number[][]; blocks: number[] } {
  const buffers = lineBuffers(model, build === "scalar" ? "embedded" : "host");
  const stages = buffers.map(({ rowsAfter, blockRows }) => ({ rowsAfter, blockRows, arrived: 0, made: 0 }));
  const arrive = (index: number, rows: number, counts: number[]): void => {
    const stage = stages[index];
    if (stage === undefined) return;
    stage.arrived += rows;
    if (stage.arrived < stage.blockRows * (stage.made + 1) + stage.rowsAfter) return;
    stage.made++;
    counts[index]!++;
    arrive(index + 1, stage.blockRows / 2, counts);
  };
  const pushes = Array.from({ length: model.frames }, () => {
    const counts = stages.map(() => 0);
    arrive(0, 1, counts);
    return counts;
  });
  return { pushes, blocks: buffers.map(({ inputRows, blockRows }) => Math.ceil(inputRows / blockRows)) };
}

/** Median milliseconds of each push of a segment. */
function timePushes(engine: Engine): number[] {
  const { exports } = engine;
  const row = engine.float32(exports.mfccAddress(), exports.coefficientCount());
  const times = Array.from({ length: exports.frameCount() }, (): number[] => []);
  for (let round = -WARM_UP; round < ROUNDS - WARM_UP; round++) {
    exports.startNetwork();
    for (const list of times) {
      for (let index = 0; index < row.length; index++) row[index] = 5 * Math.sin(round + index * list.length);
      const begin = process.hrtime.bigint();
      exports.pushFrame();
      const ms = Number(process.hrtime.bigint() - begin) / 1e6;
      if (round >= 0) list.push(ms);
    }
    exports.finishNetwork();
  }
  return times.map(median);
}

/** GMAC/s of the fastest loop of a build's instructions. */
async function limitGmacs(build: Build): Promise<number> {
  let best = 0;
  for (const kernel of limitKernels().filter((each) => each.build === build)) {
    const { instance } = await WebAssembly.instantiate((await assembleLimit(kernel)) as BufferSource as ArrayBuffer);
    const run = instance.exports.run as (steps: number) => number;
    const steps = limitSteps(kernel);
    for (let round = 0; round < LIMIT_ROUNDS; round++) {
      const begin = process.hrtime.bigint();
      run(steps);
      best = Math.max(best, (kernel.macs * steps) / Number(process.hrtime.bigint() - begin));
    }
  }
  return best;
}

async function layersOf(folder: string, model: QuantizedModel, build: Build): Promise<BuildLayers> {
  const engine = await Engine.create((await loadFromFolder(folder, build)).module);
  const { pushes, blocks } = blocksOfPushes(model, build);
  const equations = pushes.map((counts) => [1, ...counts]);
  const [frame, ...perBlock] = leastSquares(equations, timePushes(engine));
  const defined = shapedLayers(model).map(({ layer, rows, columns }) => rows * columns * taps(layer) * layer.outputChannels);
  // The three paths of body I are one stage.
  const paths = model.bodyOne.length;
  const merged = (list: readonly number[]): number[] => [list.slice(0, paths).reduce((sum, value) => sum + value, 0), ...list.slice(paths)];
  const [definedBy, realBy] = [merged(defined), merged(layerMultiplies(model, build))];
  const limit = await limitGmacs(build);
  const names = ["body I", ...model.bodyTwo.map((_, index) => `body II ${index + 1}`)];
  const layers = names.map((layer, index) => {
    const ms = blocks[index]! * perBlock[index]!;
    const gmacs = realBy[index]! / ms / 1e6;
    return { layer, ms, macs: definedBy[index]!, multiplies: realBy[index]!, gmacs, shareOfLimit: gmacs / limit };
  });
  return { build, frameMs: frame! * model.frames, limitGmacs: limit, layers };
}

function buildText({ build, frameMs, limitGmacs, layers }: BuildLayers): string {
  const millions = (count: number): string => (count / 1e6).toFixed(1);
  const rows = layers.map(({ layer, ms, macs, multiplies, gmacs, shareOfLimit }) => [
    layer,
    ms.toFixed(3),
    millions(macs),
    millions(multiplies),
    gmacs.toFixed(1),
    `${Math.round(100 * shareOfLimit)} %`,
  ]);
  const head = `${build}: limit ${limitGmacs.toFixed(1)} GMAC/s, ${frameMs.toFixed(2)} ms for the pushes themselves`;
  return `${head}\n${table(["layer", "ms", "MAC, M", "multiplies, M", "GMAC/s", "of the limit"], rows)}`;
}

await runIfMain(import.meta.url, async () => {
  const defaultModel = path.join(packageRoot(), "build");
  const { values } = parseArgs({ options: { model: { type: "string", default: defaultModel }, out: { type: "string" } } });
  const manifestFile = path.join(values.model, "model.json");
  const manifest = parseManifest(readFileSync(manifestFile, "utf8"), manifestFile);
  const weightsFile = path.join(values.model, "weights.bin");
  const model = readWeights(new Uint8Array(readFileSync(weightsFile)), manifest, weightsFile);
  const results: BuildLayers[] = [];
  for (const build of BUILDS) results.push(await layersOf(values.model, model, build));
  for (const result of results) printLine(buildText(result));
  if (values.out === undefined) return;
  const report = {
    how: "node dist/bench/layers.js",
    date: today(),
    machine: { cpu: machine().cpu },
    versions: { "light-sernet": packageVersion(), node: process.version },
    model: { id: manifest.id, sha256: manifest.sha256 },
    modules: measuredModules(values.model, BUILDS.map(moduleFile)),
    results,
  };
  writeWhole(values.out, `${JSON.stringify(report, null, 2)}\n`);
});
