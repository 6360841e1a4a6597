#!/usr/bin/env node
/**
 * Where the network's time goes, layer by layer, in Node.
 *
 *     node bench/layers.mjs [--model DIR] [--out FILE]
 *
 * A frame that is pushed completes blocks of rows in some of the layers, always the same: the median times of the 184 pushes and the blocks in each give the time of
 * a block of every layer by least squares. Beside it the multiplications that the layer really does, and the machine's limit for the instruction in the same
 * process. Prints a table, and writes the figures as JSON with --out.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { assembleLimit, limitKernels, limitSteps } from "../dist/ts-tools/bench/limits.js";
import { layerMultiplies } from "../dist/ts-tools/bench/multiplies.js";
import { packageVersion } from "../dist/ts-tools/cli/package_info.js";
import { lineBuffers } from "../dist/ts-tools/emit/line_buffers.js";
import { shapedLayers, taps } from "../dist/ts-tools/emit/network_shape.js";
import { parseManifest } from "../dist/ts-tools/quantize/parse_manifest.js";
import { readWeights } from "../dist/ts-tools/quantize/weights_file.js";
import { moduleFile } from "../dist/ts-tools/runtime/create.js";
import { writeWhole } from "../dist/ts-tools/write_whole.js";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({ options: { model: { type: "string", default: path.join(root, "build") }, out: { type: "string" } } });
const ROUNDS = 400;
const WARM_UP = 100;

const manifestFile = path.join(values.model, "model.json");
const manifest = parseManifest(readFileSync(manifestFile, "utf8"), manifestFile);
const model = readWeights(new Uint8Array(readFileSync(path.join(values.model, "weights.bin"))), manifest, "weights.bin");
const names = ["body I", ...model.bodyTwo.map((_, index) => `body II ${index + 1}`)];

/** Blocks of rows that each push completes, stage by stage; what is left is made at the end. */
function blocksOfPushes(plan) {
  const stages = lineBuffers(model, plan).map(({ rowsAfter, inputRows, blockRows }) => ({
    rowsAfter,
    inputRows,
    blockRows,
    arrived: 0,
    made: 0,
  }));
  const arrive = (index, rows, counts) => {
    const stage = stages[index];
    stage.arrived += rows;
    if (stage.arrived < stage.blockRows * (stage.made + 1) + stage.rowsAfter) return;
    stage.made++;
    counts[index]++;
    if (index + 1 < stages.length) arrive(index + 1, stage.blockRows / 2, counts);
  };
  const pushes = Array.from({ length: model.frames }, () => {
    const counts = stages.map(() => 0);
    arrive(0, 1, counts);
    return counts;
  });
  return { pushes, blocks: stages.map(({ inputRows, blockRows }) => Math.ceil(inputRows / blockRows)) };
}

async function timePushes(build) {
  const { instance } = await WebAssembly.instantiate(readFileSync(path.join(values.model, moduleFile(build))));
  const { exports } = instance;
  const row = new Float32Array(exports.memory.buffer, exports.mfccAddress(), model.coefficients);
  const times = Array.from({ length: model.frames }, () => []);
  for (let round = 0; round < ROUNDS; round++) {
    exports.startNetwork();
    for (const list of times) {
      for (let index = 0; index < row.length; index++) row[index] = 5 * Math.sin(round + index * list.length);
      const begin = process.hrtime.bigint();
      exports.pushFrame();
      const spent = Number(process.hrtime.bigint() - begin) / 1e6;
      if (round >= WARM_UP) list.push(spent);
    }
    exports.finishNetwork();
  }
  return times.map((list) => list.sort((a, b) => a - b)[list.length >> 1]);
}

/** The x that makes |A x - b| least, by Gauss on the normal equations. */
function leastSquares(rows, right) {
  const size = rows[0].length;
  const system = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (_, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0)),
    rows.reduce((sum, row, k) => sum + row[i] * right[k], 0),
  ]);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      if (k === i) continue;
      const factor = system[k][i] / system[i][i];
      for (let j = i; j <= size; j++) system[k][j] -= factor * system[i][j];
    }
  }
  return system.map((row, index) => row[size] / row[index]);
}

async function limit(build) {
  let best = 0;
  for (const kernel of limitKernels().filter((each) => each.build === build)) {
    const { instance } = await WebAssembly.instantiate(await assembleLimit(kernel));
    const steps = limitSteps(kernel);
    for (let round = 0; round < 8; round++) {
      const begin = process.hrtime.bigint();
      instance.exports.run(steps);
      best = Math.max(best, (kernel.macs * steps) / Number(process.hrtime.bigint() - begin));
    }
  }
  return best;
}

async function layersOf(build) {
  const { pushes, blocks } = blocksOfPushes(build === "scalar" ? "embedded" : "host");
  const times = await timePushes(build);
  const [frame, ...perBlock] = leastSquares(
    pushes.map((counts) => [1, ...counts]),
    times,
  );
  const shaped = shapedLayers(model);
  const defined = shaped.map(({ layer, rows, columns }) => rows * columns * taps(layer) * layer.outputChannels);
  const real = layerMultiplies(model, build);
  const paths = model.bodyOne.length;
  const merged = (list) => [list.slice(0, paths).reduce((sum, value) => sum + value, 0), ...list.slice(paths)];
  const [definedBy, realBy] = [merged(defined), merged(real)];
  const gmacs = await limit(build);
  const layers = names.map((layer, index) => {
    const ms = blocks[index] * perBlock[index];
    const reached = realBy[index] / ms / 1e6;
    return { layer, ms, macs: definedBy[index], multiplies: realBy[index], gmacs: reached, shareOfLimit: reached / gmacs };
  });
  return { build, frameMs: frame * model.frames, limitGmacs: gmacs, layers };
}

const results = [];
for (const build of ["scalar", "simd"]) results.push(await layersOf(build));
for (const { build, frameMs, limitGmacs, layers } of results) {
  console.log(`${build}: limit ${limitGmacs.toFixed(1)} GMAC/s, ${frameMs.toFixed(2)} ms for the rows themselves`);
  console.table(
    Object.fromEntries(
      layers.map(({ layer, ms, macs, multiplies, gmacs, shareOfLimit }) => [
        layer,
        {
          ms: Number(ms.toFixed(3)),
          "MAC, M": Number((macs / 1e6).toFixed(1)),
          "multiplies, M": Number((multiplies / 1e6).toFixed(1)),
          "GMAC/s": Number(gmacs.toFixed(1)),
          "of the limit": `${Math.round(100 * shareOfLimit)} %`,
        },
      ]),
    ),
  );
}
if (values.out) {
  const versions = { "light-sernet": packageVersion(), node: process.version };
  const report = {
    how: "node bench/layers.mjs",
    date: new Date().toISOString().slice(0, 10),
    machine: { cpu: cpus()[0].model },
    versions,
    model: { id: manifest.id, sha256: manifest.sha256 },
    results,
  };
  writeWhole(values.out, `${JSON.stringify(report, null, 2)}\n`);
}
